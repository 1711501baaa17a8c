// Points of one metric folded into buckets: what a reader keeps in memory instead of points. Pure.
import { stepsOf } from '../data/definitions/nodes.ts'
import { whatAdds } from '../data/definitions/rollup.ts'
import type { Point } from '../data/point.ts'
import { bucketsOf } from './buckets.ts'
import { fold, type ShownMetric } from './fold.ts'

/** All points have the tags `by`; no two of a list have the same. */
export interface Bucket {
  /** What adds up over time, added up; times are the bucket's start. */
  readonly added: readonly Point[]
  /** Those of the newest window in it, for values that do not add up. The same list where buckets are single windows. */
  readonly last: readonly Point[]
}

/** By bucket start. Memory is buckets × combinations of tag values. */
export interface Rolled {
  readonly bucketMs: number
  readonly by: readonly string[]
  readonly buckets: ReadonlyMap<number, Bucket>
}

export const emptyRolled = (bucketMs: number, by: readonly string[]): Rolled => ({
  bucketMs,
  by,
  buckets: new Map(),
})

/** Adds points of times not yet contained. They may share a bucket with points that are. */
export function addPoints(metric: ShownMetric, rolled: Rolled, points: readonly Point[]): Rolled {
  return addBuckets(metric, rolled, bucketsOfPoints(points))
}

/** Windows as they were written, each with its time. */
export const bucketsOfPoints = (points: readonly Point[]): (readonly [number, Bucket])[] =>
  [...byTime(points)].map(([timeMs, own]) => [timeMs, asBucket(own)])

/** Adds what is known of stretches not yet contained, each with a time in it. Several may be of one bucket. */
export function addBuckets(
  metric: ShownMetric,
  rolled: Rolled,
  added: readonly (readonly [timeMs: number, Bucket])[],
): Rolled {
  if (added.length === 0) return rolled
  const combine = combiner(metric, rolled)
  const windows = bucketsOf(metric, rolled.bucketMs)
  const parts = new Map<number, Bucket[]>()
  for (const [timeMs, bucket] of added) addTo(parts, windows.startOf(timeMs), bucket)
  const buckets = new Map(rolled.buckets)
  for (const [startMs, added] of parts) {
    const there = buckets.get(startMs)
    buckets.set(startMs, combine(startMs, there === undefined ? added : [there, ...added]))
  }
  return { ...rolled, buckets }
}

/** Forgets buckets that start at `fromMs` or later. */
export const dropFrom = (rolled: Rolled, fromMs: number): Rolled => ({
  ...rolled,
  buckets: new Map([...rolled.buckets].filter(([startMs]) => startMs < fromMs)),
})

/** Forgets buckets that start before `fromMs`. */
export function dropBefore(rolled: Rolled, fromMs: number): Rolled {
  const kept = [...rolled.buckets].filter(([startMs]) => startMs >= fromMs)
  return kept.length === rolled.buckets.size ? rolled : { ...rolled, buckets: new Map(kept) }
}

/** The same in wider buckets; `bucketMs` is a multiple of the present one. */
export function widen(metric: ShownMetric, rolled: Rolled, bucketMs: number): Rolled {
  if (bucketMs === rolled.bucketMs) return rolled
  const wide = emptyRolled(bucketMs, rolled.by)
  const combine = combiner(metric, wide)
  const windows = bucketsOf(metric, bucketMs)
  const parts = new Map<number, Bucket[]>()
  const inOrder = [...rolled.buckets].sort(([a], [b]) => a - b)
  for (const [startMs, bucket] of inOrder) addTo(parts, windows.startOf(startMs), bucket)
  const buckets = new Map([...parts].map(([startMs, some]) => [startMs, combine(startMs, some)]))
  return { ...wide, buckets }
}

/** First bucket's start and last bucket's end, or undefined. */
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

/**
 * `next` with the buckets of `known` where they hold the same numbers, so that what was made of them is good still; whether
 * any from `fromMs` on differs.
 */
export function reuse(
  known: Rolled,
  next: Rolled,
  fromMs: number,
): { rolled: Rolled; changed: boolean } {
  if (known.bucketMs !== next.bucketMs) return { rolled: next, changed: true }
  let changed = [...known.buckets.keys()].some((ms) => ms >= fromMs && !next.buckets.has(ms))
  const buckets = new Map<number, Bucket>()
  for (const [startMs, bucket] of next.buckets) {
    const before = known.buckets.get(startMs)
    const same = before !== undefined && (before === bucket || sameBucket(before, bucket))
    if (!same && startMs >= fromMs) changed = true
    buckets.set(startMs, same ? before : bucket)
  }
  return { rolled: { ...next, buckets }, changed }
}

/** Of several parts of one bucket, oldest first or of one window, the bucket. */
function combiner(metric: ShownMetric, { bucketMs, by }: Omit<Rolled, 'buckets'>) {
  const single = bucketMs === stepsOf(metric.window).sizeMs
  const { enrichment, values } = metric
  const allAdd =
    whatAdds(metric, enrichment, { by, bucketMs }).kept.length === Object.keys(values).length
  return (startMs: number, parts: readonly Bucket[]): Bucket => {
    if (parts.length === 1 && isMade(parts[0], startMs)) return parts[0]
    if (single && parts.length === 1 && by.length === metric.by.length) return parts[0]
    const added = parts.flatMap((part) => part.added)
    if (single) return asBucket(fold(metric, added, by))
    return {
      added: fold(metric, added, by, bucketMs),
      last: allAdd ? [] : fold(metric, newestOf(parts), by),
    }
  }
}

/** Whether it is of several windows and was added up at this time: nothing is left to do. */
const isMade = ({ added, last }: Bucket, startMs: number) =>
  last !== added && added.every(({ timeMs }) => timeMs === startMs)

const asBucket = (points: readonly Point[]): Bucket => ({ added: points, last: points })

/** The points of the newest window in these. */
function newestOf(parts: readonly Bucket[]): Point[] {
  const points = parts.flatMap((part) => part.last)
  const newestMs = points.reduce((newest, { timeMs }) => Math.max(newest, timeMs), -Infinity)
  return points.filter(({ timeMs }) => timeMs === newestMs)
}

function byTime(points: readonly Point[]): Map<number, Point[]> {
  const times = new Map<number, Point[]>()
  for (const point of points) addTo(times, point.timeMs, point)
  return times
}

function addTo<T>(lists: Map<number, T[]>, key: number, one: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [one])
  else list.push(one)
}

const sameBucket = (a: Bucket, b: Bucket) =>
  samePoints(a.added, b.added) && (a.last === a.added || samePoints(a.last, b.last))

const samePoints = (a: readonly Point[], b: readonly Point[]) =>
  a.length === b.length && a.every((point, index) => samePoint(point, b[index]))

function samePoint(a: Point, b: Point): boolean {
  if (a.timeMs !== b.timeMs) return false
  for (const tag in a.tags) if (a.tags[tag] !== b.tags[tag]) return false
  const names = Object.keys(a.fields)
  return (
    names.length === Object.keys(b.fields).length &&
    names.every((name) => a.fields[name] === b.fields[name])
  )
}
