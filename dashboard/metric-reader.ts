// Keeps one metric's folded points over one range up to date, reading again only what can have changed.

import { panelsOf } from '../data/definitions/metric.ts'
import { stepsOf } from '../data/definitions/nodes.ts'
import { areMadeOf } from '../data/definitions/windows.ts'
import type { Clock } from '../kit/clock.ts'
import type { PointsQuery } from '../stores/points/points-store.ts'
import { bucketsOf } from './buckets.ts'
import type { ShownMetric } from './fold.ts'
import { KEPT_AT_MOST, MAX_DAYS } from './limits.ts'
import { bucketFor, type Range } from './range.ts'
import { readBack } from './read-back.ts'
import {
  addBuckets,
  dropBefore,
  dropFrom,
  emptyRolled,
  extentOf,
  type Rolled,
  reuse,
  widen,
} from './rolled.ts'
import type { PointsSource } from './store-health.ts'

/** Windows this old are corrected by late events: read again, every TAIL_EVERY_MS. */
const TAIL_MS = 120_000
const TAIL_EVERY_MS = 15_000
/** Everything is read again this often, or less when it takes long: at most a twentieth of the time goes into it. */
const WHOLE_EVERY_MS = 60_000
const WHOLE_SHARE = 20
/** What was read last, a bucket, may be half a day: it takes at most a tenth of the time. */
const TAIL_SHARE = 10
export interface MetricReader {
  readonly metric: ShownMetric
  /** Reads what is new. Answers whether a number changed. Rejects as the store does; then nothing changed. */
  refresh(): Promise<boolean>
  rolled(): Rolled
  /** Time of the newest window known, or undefined. */
  newestMs(): number | undefined
}

interface State {
  readonly rolled: Rolled
  readonly newestMs: number | undefined
  readonly wholeAtMs: number
  readonly wholeCostMs: number
  /** When windows that may have been corrected were read last. */
  readonly tailAtMs: number
  readonly tailEndMs: number
  readonly tailCostMs: number
}

/** What is read of every metric. */
export interface Span {
  readonly range: Range
  /** At most so many buckets in the range. */
  readonly points: number
  /** How many lengths of the range are read, back from its end: two, to compare. */
  readonly lengths: number
  /** The widest bucket of which the hours of a heatmap are made. */
  readonly hourMs: number
}

export function createMetricReader(
  points: PointsSource,
  metric: ShownMetric,
  span: Span,
  clock: Clock,
): MetricReader {
  const { range, lengths } = span
  const steps = stepsOf(metric.window)
  const lengthMs =
    range.kind === 'last' ? range.lengthMs : range.kind === 'fixed' ? range.toMs - range.fromMs : 0
  const bucketMs = bucketOf(metric, span, lengthMs)
  const empty = emptyRolled(bucketMs, metric.by)
  const buckets = bucketsOf(metric, bucketMs)
  let state: State | undefined

  const fromAt = (nowMs: number): number | undefined => {
    if (range.kind === 'all') return undefined
    if (range.kind === 'fixed') return buckets.startOf(range.fromMs - lengthMs * (lengths - 1))
    return buckets.startOf(nowMs - lengthMs * lengths)
  }

  /** Buckets widen as data is found: in a range without bounds, and where there would be too much to keep. */
  const widenToFit = (rolled: Rolled): Rolled => {
    const extent = extentOf(metric, rolled)
    if (extent === undefined) return rolled
    const extentMs = extent.toMs - extent.fromMs
    const unit = { ...steps, sizeMs: rolled.bucketMs }
    if (range.kind === 'all') {
      const wide = bucketOf(metric, span, extentMs, unit)
      if (wide !== rolled.bucketMs) return widenToFit(widen(metric, rolled, wide))
    }
    const half = Math.floor(extentMs / rolled.bucketMs / 2)
    if (half < 1 || keptIn(rolled) <= KEPT_AT_MOST) return rolled
    return widenToFit(widen(metric, rolled, bucketFor(extentMs, unit, half)))
  }

  /** `known` and what the store has of the stretch, none of which is in it. */
  async function readInto(known: Rolled, query: PointsQuery) {
    let rolled = known
    const back = readBack(points, metric, query, () => rolled.bucketMs, clock)
    for await (const part of back.parts) rolled = widenToFit(addBuckets(metric, rolled, part))
    return { rolled, newestMs: back.newestMs() }
  }

  const upTo = range.kind === 'fixed' ? { toMs: range.toMs } : {}

  async function readWhole(nowMs: number): Promise<State> {
    const fromMs = fromAt(nowMs)
    const read = await readInto(empty, { ...(fromMs === undefined ? {} : { fromMs }), ...upTo })
    const endMs = clock.nowMs()
    const tail = { tailAtMs: endMs, tailEndMs: endMs, tailCostMs: 0 }
    return { ...read, wholeAtMs: endMs, wholeCostMs: endMs - nowMs, ...tail }
  }

  async function readTail(known: State, nowMs: number): Promise<State> {
    const corrects = nowMs - known.tailAtMs >= TAIL_EVERY_MS
    const rangeFromMs = fromAt(nowMs)
    // A window ahead of the clock must not hide those that come after it in real time, but before it in event time.
    const newestMs = Math.min(known.newestMs ?? -Infinity, nowMs) - (corrects ? TAIL_MS : 0)
    const sinceMs = Math.max(newestMs, rangeFromMs ?? -Infinity)
    const wide = bucketsOf(metric, known.rolled.bucketMs)
    const from = sinceMs === -Infinity ? {} : { fromMs: wide.startOf(sinceMs) }
    const kept = dropFrom(known.rolled, from.fromMs ?? -Infinity)
    const read = await readInto(kept, { ...from, ...upTo })
    const endMs = clock.nowMs()
    return {
      ...known,
      rolled: rangeFromMs === undefined ? read.rolled : dropBefore(read.rolled, rangeFromMs),
      newestMs: later(known.newestMs, read.newestMs),
      tailAtMs: corrects ? nowMs : known.tailAtMs,
      tailEndMs: endMs,
      tailCostMs: endMs - nowMs,
    }
  }

  return {
    metric,
    rolled: () => state?.rolled ?? empty,
    newestMs: () => state?.newestMs,
    refresh: async () => {
      const nowMs = clock.nowMs()
      const due =
        state === undefined ||
        nowMs - state.wholeAtMs >= Math.max(WHOLE_EVERY_MS, WHOLE_SHARE * state.wholeCostMs)
      const waits = state !== undefined && nowMs - state.tailEndMs < TAIL_SHARE * state.tailCostMs
      if (waits && !due) return false
      const next =
        due || state === undefined ? await readWhole(nowMs) : await readTail(state, nowMs)
      if (state === undefined) {
        state = next
        return true
      }
      const { rolled, changed } = reuse(state.rolled, next.rolled, fromAt(nowMs) ?? -Infinity)
      state = { ...next, rolled }
      return changed
    },
  }
}

/** The bucket for a stretch of this length: as wide as the points allow, but not wider than the hours of a heatmap. */
function bucketOf(
  metric: ShownMetric,
  { points, hourMs }: Span,
  lengthMs: number,
  unit = stepsOf(metric.window),
): number {
  const bucketMs = bucketFor(lengthMs, unit, points)
  const hasHours = panelsOf(metric).some(({ kind }) => kind === 'heatmap')
  if (!hasHours || bucketMs <= hourMs || !areMadeOf(unit, hourMs)) return bucketMs
  return Math.ceil(lengthMs / hourMs) <= MAX_DAYS * 24 * 4 ? hourMs : bucketMs
}

function keptIn({ buckets }: Rolled): number {
  let kept = 0
  for (const { added, last } of buckets.values())
    kept += added.length + (last === added ? 0 : last.length)
  return kept
}

const later = (a: number | undefined, b: number | undefined) =>
  a === undefined || (b !== undefined && b > a) ? b : a
