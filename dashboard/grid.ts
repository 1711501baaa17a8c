// The buckets that all series of a panel share, and the values in them. Pure.
import type { Windows } from '../data/definitions/windows.ts'
import type { Point } from '../data/point.ts'
import { bucketsOf, edgesIn } from './buckets.ts'
import type { ShownMetric } from './fold.ts'
import { MAX_POINTS } from './query.ts'

export interface Grid {
  readonly bucketMs: number
  readonly buckets: Windows
  /** Starts, and the end of the last. */
  readonly edges: readonly number[]
  readonly count: number
  readonly indexes: ReadonlyMap<number, number>
}

/** The buckets that touch [fromMs, toMs). */
export function gridOf(
  metric: ShownMetric,
  bucketMs: number,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Grid {
  const buckets = bucketsOf(metric, bucketMs)
  const edges = edgesIn(buckets, fromMs, toMs, MAX_POINTS)
  const count = Math.max(0, edges.length - 1)
  const indexes = new Map(edges.slice(0, count).map((startMs, index) => [startMs, index]))
  return { bucketMs, buckets, edges, count, indexes }
}

/**
 * A value per bucket. Where a bucket has points but none of these, sums are 0; a bucket without any has no value. `seen`:
 * buckets that have points at all.
 */
export function valuesOf(
  metric: ShownMetric,
  value: string,
  points: readonly Point[],
  grid: Grid,
  seen: ReadonlySet<number> = new Set(),
): (number | null)[] {
  const values = new Array<number | null>(grid.count).fill(null)
  const kind = metric.values[value].kind
  if (kind === 'sum' || kind === 'count') for (const index of seen) values[index] = 0
  for (const point of points) {
    const index = grid.indexes.get(point.timeMs)
    if (index !== undefined) values[index] = point.fields[value] ?? values[index]
  }
  return values
}

/** Index of the first bucket that holds one of these. */
export const firstOf = (points: readonly Point[], { buckets, indexes, count }: Grid) =>
  points.reduce(
    (first, { timeMs }) => Math.min(first, indexes.get(buckets.startOf(timeMs)) ?? count),
    count,
  )

export const bucketsSeen = (points: readonly Point[], grid: Grid): Set<number> =>
  new Set(points.flatMap((point) => grid.indexes.get(point.timeMs) ?? []))
