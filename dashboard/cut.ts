// What of a metric's points a panel shows: those that the filter lets through, with the tags it is split by. Pure.
import { whatAdds } from '../data/definitions/rollup.ts'
import { type Point, UNKNOWN } from '../data/point.ts'
import { fold, type ShownMetric } from './fold.ts'
import type { Bucket, Rolled } from './rolled.ts'

/** By tag, the values that are let through; a tag that is not here lets all through. */
export type Filter = ReadonlyMap<string, ReadonlySet<string>>

export interface Cut {
  readonly filter: Filter
  /** Tags that are kept. */
  readonly by: readonly string[]
}

/**
 * The cut of a metric split by a tag, or by none. A tag of which the filter lets one value through is kept too: nothing is
 * added up over it, so more can be known.
 */
export function cutOf(metric: ShownMetric, filter: Filter, split?: string): Cut {
  const own = new Map([...filter].filter(([tag]) => metric.by.includes(tag)))
  const pinned = [...own].filter(([, values]) => values.size === 1).map(([tag]) => tag)
  return { filter: own, by: [...new Set([...(split === undefined ? [] : [split]), ...pinned])] }
}

/** Made of a bucket before, by cut: buckets never change. */
export type Memory = WeakMap<Bucket, Map<string, Bucket>>

const CUTS_AT_MOST = 40

/** The cut of rolled points that have all of the metric's tags. */
export function cutRolled(metric: ShownMetric, rolled: Rolled, cut: Cut, memory: Memory): Rolled {
  const key = keyOf(cut)
  const buckets = new Map<number, Bucket>()
  for (const [startMs, bucket] of rolled.buckets) {
    const known = memory.get(bucket) ?? new Map<string, Bucket>()
    memory.set(bucket, known)
    if (known.size >= CUTS_AT_MOST) known.clear()
    const made = known.get(key) ?? cutBucket(metric, bucket, cut)
    known.set(key, made)
    if (made.added.length > 0 || made.last.length > 0) buckets.set(startMs, made)
  }
  return { bucketMs: rolled.bucketMs, by: cut.by, buckets }
}

/** Points as they were written, cut. */
export const cutPoints = (metric: ShownMetric, points: readonly Point[], cut: Cut): Point[] =>
  fold(metric, through(points, cut.filter), cut.by)

function cutBucket(metric: ShownMetric, { added, last }: Bucket, cut: Cut): Bucket {
  const own = cutPoints(metric, added, cut)
  return { added: own, last: last === added ? own : cutPoints(metric, last, cut) }
}

function through(points: readonly Point[], filter: Filter): readonly Point[] {
  if (filter.size === 0) return points
  const tags = [...filter]
  return points.filter((point) => tags.every(([tag, some]) => some.has(point.tags[tag] ?? UNKNOWN)))
}

const keyOf = ({ filter, by }: Cut) =>
  JSON.stringify([by, [...filter].map(([tag, values]) => [tag, ...values])])

/**
 * How a value gets from windows to a stretch of them (`bucketMs`; Infinity: the whole range): added up, or as it was in the
 * newest of them; or why it is not known at all.
 */
export type Course =
  | { readonly kind: 'adds' }
  | { readonly kind: 'last' | 'none'; readonly why: string }

export function courseOf(
  metric: ShownMetric,
  value: string,
  by: readonly string[],
  bucketMs: number,
): Course {
  const overTags = whatAdds(metric, metric.enrichment, { by }).reasons.get(value)
  if (overTags !== undefined) return { kind: 'none', why: overTags }
  const overTime = whatAdds(metric, metric.enrichment, { by, bucketMs }).reasons.get(value)
  return overTime === undefined ? { kind: 'adds' } : { kind: 'last', why: overTime }
}
