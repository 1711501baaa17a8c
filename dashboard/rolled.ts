// Points of one metric folded into buckets by the panel's tag: what a reader keeps in memory instead of points.

import type { Point } from '../data/point.ts'
import { bucketsOf } from './buckets.ts'
import { fold, type ShownMetric } from './fold.ts'

/** By bucket start; each bucket's points have the panel's split as their only tag. Memory is buckets × tag values. */
export interface Rolled {
  readonly bucketMs: number
  readonly buckets: ReadonlyMap<number, readonly Point[]>
}

/** The tags a panel's points are kept by. */
export const splitOf = (metric: ShownMetric): readonly string[] =>
  metric.panel.split === undefined ? [] : [metric.panel.split]

export const emptyRolled = (bucketMs: number): Rolled => ({ bucketMs, buckets: new Map() })

/** Adds points of times not yet contained. They may share a bucket with points that are. */
export function addPoints(metric: ShownMetric, rolled: Rolled, points: readonly Point[]): Rolled {
  if (points.length === 0) return rolled
  const buckets = new Map(rolled.buckets)
  for (const [startMs, added] of byBucket(metric, points, rolled.bucketMs)) {
    const there = buckets.get(startMs)
    const both = there === undefined ? added : refold(metric, [...there, ...added], rolled.bucketMs)
    buckets.set(startMs, both)
  }
  return { bucketMs: rolled.bucketMs, buckets }
}

/** Replaces every bucket from `fromMs`, a bucket's start, on by these points. */
export function replaceFrom(
  metric: ShownMetric,
  rolled: Rolled,
  fromMs: number,
  points: readonly Point[],
): Rolled {
  const kept = new Map([...rolled.buckets].filter(([startMs]) => startMs < fromMs))
  return addPoints(metric, { bucketMs: rolled.bucketMs, buckets: kept }, points)
}

/** The same in wider buckets; `bucketMs` is a multiple of what it was. */
export function widen(metric: ShownMetric, rolled: Rolled, bucketMs: number): Rolled {
  if (bucketMs === rolled.bucketMs) return rolled
  const points = [...rolled.buckets.values()].flat()
  return { bucketMs, buckets: byBucket(metric, points, bucketMs) }
}

/** Without the buckets that start before `fromMs`. */
export function dropBefore(rolled: Rolled, fromMs: number): Rolled {
  const kept = [...rolled.buckets].filter(([startMs]) => startMs >= fromMs)
  return kept.length === rolled.buckets.size
    ? rolled
    : { bucketMs: rolled.bucketMs, buckets: new Map(kept) }
}

/** Start of the first bucket and end of the last, or undefined when there is none. */
export function extentOf(
  metric: ShownMetric,
  rolled: Rolled,
): { fromMs: number; toMs: number } | undefined {
  if (rolled.buckets.size === 0) return undefined
  let fromMs = Number.POSITIVE_INFINITY
  let lastMs = Number.NEGATIVE_INFINITY
  for (const startMs of rolled.buckets.keys()) {
    fromMs = Math.min(fromMs, startMs)
    lastMs = Math.max(lastMs, startMs)
  }
  return { fromMs, toMs: bucketsOf(metric, rolled.bucketMs).endOf(lastMs) }
}

/** Do both hold the same numbers from `fromMs` on? */
export function sameNumbers(a: Rolled, b: Rolled, fromMs: number): boolean {
  if (a.bucketMs !== b.bucketMs) return false
  const starts = new Set([...a.buckets.keys(), ...b.buckets.keys()])
  for (const startMs of starts) {
    if (startMs < fromMs) continue
    const [points, others] = [a.buckets.get(startMs), b.buckets.get(startMs)]
    if (points !== others && JSON.stringify(points) !== JSON.stringify(others)) return false
  }
  return true
}

function byBucket(metric: ShownMetric, points: readonly Point[], bucketMs: number) {
  const buckets = new Map<number, Point[]>()
  for (const point of refold(metric, points, bucketMs)) {
    const bucket = buckets.get(point.timeMs)
    if (bucket === undefined) buckets.set(point.timeMs, [point])
    else bucket.push(point)
  }
  return buckets
}

const refold = (metric: ShownMetric, points: readonly Point[], bucketMs: number) =>
  fold(metric, points, splitOf(metric), bucketMs)
