// The buckets that all series of a panel share, and the values in them. Pure.
import type { Windows } from '../data/definitions/windows.ts'
import type { Point } from '../data/point.ts'
import { bucketsOf, edgesIn } from './buckets.ts'
import type { ShownMetric } from './fold.ts'
import { MAX_POINTS } from './limits.ts'
import type { Rolled } from './rolled.ts'

export interface Grid {
  readonly bucketMs: number
  readonly buckets: Windows
  /** Starts, and the end of the last. */
  readonly edges: readonly number[]
  readonly count: number
}

/** The buckets that touch [fromMs, toMs). */
export function gridOf(
  metric: ShownMetric,
  bucketMs: number,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Grid {
  const buckets = bucketsOf(metric, bucketMs)
  const edges = edgesIn(buckets, fromMs, toMs, MAX_POINTS)
  return { bucketMs, buckets, edges, count: Math.max(0, edges.length - 1) }
}

/** Index of the first bucket that holds one of these; the number of buckets when none does. */
export function firstOf(points: readonly Point[], { buckets, edges, count }: Grid): number {
  const starts = points.map(({ timeMs }) => buckets.startOf(timeMs))
  const index = edges.indexOf(Math.min(...starts))
  return index === -1 ? count : Math.min(index, count)
}

/** How many buckets end by `untilMs`. */
export const completeIn = (untilMs: number, { edges }: Grid): number =>
  edges.slice(1).filter((endMs) => endMs <= untilMs).length

/** Start of the bucket a stretch earlier that each bucket is compared with, and of that after the last. */
export function earlierEdges({ bucketMs, buckets, edges }: Grid, lengthMs: number): number[] {
  const wholeMs = Math.ceil(lengthMs / bucketMs) * bucketMs
  // To the nearest bucket: where the clock was changed between the two, their starts are an hour apart.
  return edges.map((ms) => buckets.startOf(ms - wholeMs + bucketMs / 2))
}

/**
 * The points in each of the buckets that begin at `starts`: what adds up, or those of the newest window. Undefined: the
 * bucket has none at all.
 */
export const pointsAt = (
  { buckets }: Rolled,
  starts: readonly number[],
  course: 'adds' | 'last',
): (readonly Point[] | undefined)[] =>
  starts.map((startMs) => {
    const bucket = buckets.get(startMs)
    return course === 'adds' ? bucket?.added : bucket?.last
  })
