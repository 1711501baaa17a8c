// For tests: points of a metric as the job might write them, and what its definition says of them.

import { compute } from '../../data/definitions/compute.ts'
import type { Enrichment, Metric } from '../../data/definitions/metric.ts'
import { isComputed, stepsOf } from '../../data/definitions/nodes.ts'
import { rollUp } from '../../data/definitions/rollup.ts'
import type { Point } from '../../data/point.ts'
import { foldOf } from '../queries/folds.ts'

export const FROM_MS = Date.UTC(2026, 0, 31, 12)
const WINDOWS = 60

export const endMs = ({ window }: Metric): number => FROM_MS + WINDOWS * stepsOf(window).sizeMs

/** Values of tags, some that InfluxQL and regular expressions take for their own. */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  event_type: ['click', 'purchase'],
  gender: ['F', 'M', 'X', 'unknown'],
  age_group: ['18-24', '65+', 'unknown'],
  country: ['DE', 'FR', 'unknown'],
  category: ['books', 'C++ / C# (used)', 'other', 'toys, games'],
}

/** A point per window and combination of tags, some left out; numbers that differ everywhere, some of them 0. */
export function pointsOf(metric: Metric): Point[] {
  const combinations = metric.by.reduce<Record<string, string>[]>(
    (tags, tag) =>
      tags.flatMap((one) =>
        (VALUES[tag] ?? ['one', 'two']).map((value) => ({ ...one, [tag]: value })),
      ),
    [{}],
  )
  const points: Point[] = []
  for (let window = 0; window < WINDOWS; window++) {
    // A quiet stretch: nothing at all.
    if (window >= 12 && window < 18) continue
    combinations.forEach((tags, n) => {
      const seed = window * 31 + n * 17
      if (seed % 5 === 0) return
      const timeMs = FROM_MS + window * stepsOf(metric.window).sizeMs
      points.push({ measurement: metric.name, tags, fields: fieldsOf(metric, seed), timeMs })
    })
  }
  return points
}

function fieldsOf(metric: Metric, seed: number): Record<string, number> {
  const fields: Record<string, number> = {}
  Object.entries(metric.values).forEach(([name, node], index) => {
    if (isComputed(node)) return
    const whole = (seed * ((index % 4) + 3)) % 7
    const decimals = 'decimals' in node ? node.decimals : 0
    fields[name] =
      (whole * 10 ** decimals + (decimals > 0 ? seed % 10 ** decimals : 0)) / 10 ** decimals
  })
  for (const [name, node] of Object.entries(metric.values)) {
    const value = isComputed(node) ? compute(node, fields, metric.values) : undefined
    if (value !== undefined) fields[name] = value
  }
  return fields
}

export interface Expected {
  readonly tags: Readonly<Record<string, string>>
  readonly timeMs: number
  readonly value: number
}

/** A value by tags and stretches of time, as the definition has it; `Infinity`: over all of time, at its beginning. */
export function expectedOf(
  metric: Metric,
  enrichment: Enrichment,
  points: readonly Point[],
  { value, by, bucketMs }: { value: string; by: readonly string[]; bucketMs: number },
): Expected[] {
  const fold = foldOf(metric, metric.values[value])
  const startOf = (timeMs: number) =>
    bucketMs === Infinity ? FROM_MS : Math.floor(timeMs / bucketMs) * bucketMs
  const adds = fold !== 'mean' && fold !== 'last'
  const rolled = rollUp(metric, enrichment, points, adds ? { by, bucketMs } : { by })
  const groups = new Map<string, { tags: Expected['tags']; timeMs: number; values: number[] }>()
  for (const { tags, timeMs, fields } of rolled.points) {
    if (fields[value] === undefined) continue
    const start = startOf(timeMs)
    const key = JSON.stringify([start, ...by.map((tag) => tags[tag])])
    const group = groups.get(key) ?? { tags, timeMs: start, values: [] }
    group.values.push(fields[value])
    groups.set(key, group)
  }
  return [...groups.values()].map(({ tags, timeMs, values }) => ({
    ...{ tags, timeMs },
    value: fold === 'mean' ? meanOf(values) : (values.at(-1) ?? Number.NaN),
  }))
}

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
