// Adds up points of a metric over tags and time, as far as its definition allows: the total of totals, never a guess.
import { type Addition, type Additions, addFields } from '../addition.ts'
import type { FieldType, Measurement, Point } from '../point.ts'
import { comparePoints } from '../point-order.ts'
import { compute } from './compute.ts'
import type { Enrichment, Metric } from './metric.ts'
import { measurementOf } from './metric.ts'
import {
  type AggregateNode,
  isComputed,
  isOverlapping,
  partsOf,
  stepsOf,
  type ValueNode,
} from './nodes.ts'
import { windowsOf } from './windows.ts'

export interface RollUpOptions {
  /** Tags to keep, in the order of the result; each one of the metric's. */
  readonly by: readonly string[]
  /**
   * Windows that start in the same window of this length, by the clock of the metric's zone if it has one, become one point
   * at its start. Absent: windows stay apart. `Infinity`: one point for all of time, at its first window.
   */
  readonly bucketMs?: number
}

export interface RolledUp {
  /** The tags and fields that are left. */
  readonly measurement: Measurement
  /** Ordered by time, then tags. */
  readonly points: Point[]
  /** A sentence for each value that cannot be added up and was left out. */
  readonly notes: readonly string[]
}

/**
 * Counts and sums add; of extremes there is one again; ratios and differences are computed again from the added values. A
 * distinct count adds only within a window and only over tags that depend on what is counted: a user has one age group, so
 * users of all age groups are the sum; but the same user may click and purchase, so users of all event types are not.
 * Percentiles never add, and over time nothing does whose windows overlap.
 */
export function rollUp(
  metric: Metric,
  enrichment: Enrichment,
  points: Iterable<Point>,
  options: RollUpOptions,
): RolledUp {
  const { by, bucketMs } = options
  const unknown = by.find((tag) => !metric.by.includes(tag))
  if (unknown !== undefined)
    throw new Error(
      `metric "${metric.name}" has no tag "${unknown}"; it has ${metric.by.join(', ')}`,
    )
  const { kept, notes } = whatAdds(metric, enrichment, options)
  const bucketOf = bucketsOf(metric, bucketMs)
  const groups = new Map<string, Group>()
  for (const point of points) {
    const timeMs = bucketOf(point.timeMs)
    const tags = by.map((tag) => point.tags[tag])
    const key = JSON.stringify([timeMs, ...tags])
    const group = groups.get(key)
    if (group === undefined)
      groups.set(key, { timeMs: bucketMs === Infinity ? point.timeMs : timeMs, points: [point] })
    else {
      group.points.push(point)
      if (bucketMs === Infinity) group.timeMs = Math.min(group.timeMs, point.timeMs)
    }
  }
  const types = measurementOf(metric).fields
  const measurement: Measurement = {
    name: metric.name,
    tags: by,
    fields: Object.fromEntries(kept.map(([name]): [string, FieldType] => [name, types[name]])),
  }
  const rolled = [...groups.values()].map(
    (group): Point => ({
      measurement: metric.name,
      tags: Object.fromEntries(by.map((tag) => [tag, group.points[0].tags[tag]])),
      fields: fieldsOf(kept, group.points),
      timeMs: group.timeMs,
    }),
  )
  return { measurement, points: rolled.sort(comparePoints(measurement)), notes }
}

/** The time that a point of this time is added to. */
function bucketsOf(metric: Metric, bucketMs: number | undefined): (timeMs: number) => number {
  if (bucketMs === undefined) return (timeMs) => timeMs
  if (bucketMs === Infinity) return () => 0
  const buckets = windowsOf({ ...stepsOf(metric.window), sizeMs: bucketMs })
  return (timeMs) => buckets.startOf(timeMs)
}

interface Group {
  timeMs: number
  readonly points: Point[]
}

type NamedValue = readonly [name: string, node: ValueNode]

/** Which values can be added up, and for the others why not. */
export function whatAdds(
  metric: Metric,
  enrichment: Enrichment,
  { by, bucketMs = 0 }: RollUpOptions,
): { kept: NamedValue[]; reasons: ReadonlyMap<string, string>; notes: string[] } {
  const dropped = metric.by.filter((tag) => !by.includes(tag))
  const overTime = bucketMs > stepsOf(metric.window).sizeMs
  const reasons = new Map<string, string>()
  const add = (name: string, reason: string | undefined) => {
    if (reason !== undefined) reasons.set(name, reason)
  }
  for (const [name, node] of Object.entries(metric.values)) {
    if (isComputed(node)) continue
    if (overTime && isOverlapping(metric.window)) add(name, 'the same event is in several windows')
    else add(name, whyNot(node, { dropped, overTime, enrichment }))
  }
  for (const [name, node] of Object.entries(metric.values)) {
    if (!isComputed(node)) continue
    const missing = partsOf(node).find((part) => reasons.has(part))
    if (missing !== undefined) add(name, `it is computed from ${missing}`)
  }
  return {
    kept: Object.entries(metric.values).filter(([name]) => !reasons.has(name)),
    reasons,
    notes: [...reasons].map(([name, reason]) => `${name} is left out: ${reason}`),
  }
}

interface Folding {
  /** Tags whose values are added together. */
  readonly dropped: readonly string[]
  readonly overTime: boolean
  readonly enrichment: Enrichment
}

/** Why a value that is folded from events does not add up; undefined when it does. */
function whyNot(node: AggregateNode, { dropped, overTime, enrichment }: Folding) {
  switch (node.kind) {
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
      return undefined
    case 'percentile':
      return dropped.length > 0 || overTime
        ? 'percentiles of parts are not one of the whole'
        : undefined
    case 'countDistinct':
    case 'approxDistinct':
    case 'countNew': {
      const of = node.of.name
      const isOwn = (tag: string) => of === enrichment.key && enrichment.fields.includes(tag)
      const shared = dropped.find((tag) => !isOwn(tag))
      if (shared !== undefined)
        return `the same ${of} may be counted under several values of ${shared}`
      // What is new once is not new again.
      return overTime && node.kind !== 'countNew'
        ? `the same ${of} may be counted in several windows`
        : undefined
    }
  }
}

function fieldsOf(kept: readonly NamedValue[], points: readonly Point[]): Record<string, number> {
  // One point is what it was: nothing to add, nothing to round.
  if (points.length === 1) {
    const own = kept.flatMap(([name]) => {
      const value = points[0].fields[name]
      return value === undefined ? [] : [[name, value] as const]
    })
    return Object.fromEntries(own)
  }
  return withComputed(kept, addFields(additionsOf(kept), points))
}

/** How the values are added up that are not computed from others. */
export function additionsOf(kept: readonly NamedValue[]): Additions {
  const additions: Record<string, Addition> = {}
  for (const [name, node] of kept) {
    if (isComputed(node)) continue
    if (node.kind === 'min' || node.kind === 'max') additions[name] = { kind: node.kind }
    else additions[name] = { kind: 'sum', decimals: node.kind === 'sum' ? node.decimals : 0 }
  }
  return additions
}

/** Fields that were added up, and those that are computed from them. */
export function withComputed(
  kept: readonly NamedValue[],
  added: Readonly<Record<string, number>>,
): Record<string, number> {
  const values = Object.fromEntries(kept)
  const fields = { ...added }
  for (const [name, node] of kept) {
    const value = isComputed(node) ? compute(node, fields, values) : undefined
    if (value !== undefined) fields[name] = value
  }
  return fields
}
