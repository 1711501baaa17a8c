// Keeps one metric's folded points over one range up to date, reading again only what can have changed.

import { measurementOf } from '../data/definitions/metric.ts'
import { stepsOf } from '../data/definitions/nodes.ts'
import type { Measurement, Point } from '../data/point.ts'
import type { Clock } from '../kit/clock.ts'
import type { PointsQuery } from '../stores/points/points-store.ts'
import { bucketsOf } from './buckets.ts'
import type { ShownMetric } from './fold.ts'
import { MAX_POINTS } from './query.ts'
import { bucketFor, type Range } from './range.ts'
import {
  addPoints,
  dropBefore,
  emptyRolled,
  extentOf,
  type Rolled,
  replaceFrom,
  sameNumbers,
  widen,
} from './rolled.ts'
import { readSlices } from './slices.ts'

export type ReadPoints = (measurement: Measurement, query: PointsQuery) => Promise<Point[]>

/** Windows this old are corrected by late events: read again, every TAIL_EVERY_MS. */
const TAIL_MS = 120_000
const TAIL_EVERY_MS = 15_000
/** Everything is read again this often, or less when it takes long: at most a twentieth of the time goes into it. */
const WHOLE_EVERY_MS = 60_000
const WHOLE_SHARE = 20
/** Ratios of few events jump about: their buckets are wider. */
const RATIO_POINTS_SHARE = 3

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
  readonly tailAtMs: number
}

/** A reader of `range` with at most `points` buckets; a range up to now is kept twice as long, for comparison. */
export function createMetricReader(
  read: ReadPoints,
  metric: ShownMetric,
  range: Range,
  points: number,
  clock: Clock,
): MetricReader {
  const measurement = measurementOf(metric)
  const steps = stepsOf(metric.window)
  const windowMs = steps.sizeMs
  const limit = pointsLimit(metric, points)
  const spanMs =
    range.kind === 'last' ? range.lengthMs : range.kind === 'fixed' ? range.toMs - range.fromMs : 0
  const bucketMs = limit === undefined ? windowMs : bucketFor(spanMs, steps, limit)
  const buckets = bucketsOf(metric, bucketMs)
  let state: State | undefined

  const fromAt = (nowMs: number): number | undefined => {
    if (range.kind === 'all') return undefined
    if (range.kind === 'fixed') return buckets.startOf(range.fromMs)
    return buckets.startOf(nowMs - range.lengthMs * lengthsKept(range))
  }

  /** In a range without bounds the buckets widen as data is found. */
  const widenToFit = (rolled: Rolled): Rolled => {
    const extent = extentOf(metric, rolled)
    if (range.kind !== 'all' || extent === undefined || limit === undefined) return rolled
    const unit = { ...stepsOf(metric.window), sizeMs: rolled.bucketMs }
    return widen(metric, rolled, bucketFor(extent.toMs - extent.fromMs, unit, limit))
  }

  async function readWhole(nowMs: number): Promise<State> {
    let rolled = emptyRolled(bucketMs)
    let newestMs: number | undefined
    const fromMs = fromAt(nowMs)
    const request = {
      measurement,
      windowMs,
      nowMs,
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(range.kind === 'fixed' ? { toMs: range.toMs } : {}),
    }
    for await (const slice of readSlices(read, request)) {
      rolled = widenToFit(addPoints(metric, rolled, slice))
      newestMs = later(newestMs, slice.at(-1)?.timeMs)
    }
    const endMs = clock.nowMs()
    return { rolled, newestMs, wholeAtMs: endMs, wholeCostMs: endMs - nowMs, tailAtMs: endMs }
  }

  async function readTail(known: State, nowMs: number): Promise<State> {
    const corrects = nowMs - known.tailAtMs >= TAIL_EVERY_MS
    const rangeFromMs = fromAt(nowMs)
    // A window ahead of the clock must not hide those that come after it in real time, but before it in event time.
    const newestMs = Math.min(known.newestMs ?? -Infinity, nowMs) - (corrects ? TAIL_MS : 0)
    const fromMs = Math.max(newestMs, rangeFromMs ?? -Infinity)
    const query: PointsQuery = {
      ...(fromMs === -Infinity
        ? {}
        : { fromMs: bucketsOf(metric, known.rolled.bucketMs).startOf(fromMs) }),
      ...(range.kind === 'fixed' ? { toMs: range.toMs } : {}),
    }
    const tail = await read(measurement, query)
    const replaced = replaceFrom(metric, known.rolled, query.fromMs ?? -Infinity, tail)
    const kept = rangeFromMs === undefined ? replaced : dropBefore(replaced, rangeFromMs)
    return {
      ...known,
      rolled: widenToFit(kept),
      newestMs: later(known.newestMs, tail.at(-1)?.timeMs),
      tailAtMs: corrects ? nowMs : known.tailAtMs,
    }
  }

  return {
    metric,
    rolled: () => state?.rolled ?? emptyRolled(bucketMs),
    newestMs: () => state?.newestMs,
    refresh: async () => {
      const nowMs = clock.nowMs()
      const due =
        state === undefined ||
        nowMs - state.wholeAtMs >= Math.max(WHOLE_EVERY_MS, WHOLE_SHARE * state.wholeCostMs)
      const next =
        due || state === undefined ? await readWhole(nowMs) : await readTail(state, nowMs)
      const changed =
        state === undefined || !sameNumbers(state.rolled, next.rolled, fromAt(nowMs) ?? -Infinity)
      state = next
      return changed
    },
  }
}

/** How many lengths of a range up to now are read: two, to compare, unless that is much. */
export const lengthsKept = (range: { readonly lengthMs: number }): number =>
  range.lengthMs <= 86_400_000 ? 2 : 1

/** At most this many buckets for a metric; undefined: single windows only. */
function pointsLimit(metric: ShownMetric, points: number): number | undefined {
  const kind = metric.values[metric.panel.value].kind
  if (kind === 'ratio') return Math.max(10, Math.floor(points / RATIO_POINTS_SHARE))
  return Math.min(points, MAX_POINTS)
}

const later = (a: number | undefined, b: number | undefined) =>
  a === undefined || (b !== undefined && b > a) ? b : a
