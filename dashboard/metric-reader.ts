// Keeps one metric's folded points over one range up to date, reading again only what can have changed.

import { panelsOf } from '../data/definitions/metric.ts'
import { stepsOf } from '../data/definitions/nodes.ts'
import { areMadeOf, windowsOf } from '../data/definitions/windows.ts'
import type { Clock } from '../kit/clock.ts'
import type { PointsQuery } from '../stores/points/points-store.ts'
import { bucketsOf } from './buckets.ts'
import type { ShownMetric } from './fold.ts'
import { KEPT_AT_MOST, MAX_DAYS } from './limits.ts'
import { bucketFor, type Range } from './range.ts'
import { type ReadBack, readBack } from './read-back.ts'
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

/** Windows this old are corrected by late events: read again, each time that anything is read. */
const TAIL_MS = 120_000
/** Those that are older by now are taken for settled so often. */
const SETTLE_EVERY_MS = 15_000
/** While the range is read for the first time, which takes all of the time, so often. */
const TAIL_EVERY_MS = 1_000
/** Everything is read again this often, or less when it takes long: at most a twentieth of the time goes into it. */
const WHOLE_EVERY_MS = 60_000
const WHOLE_SHARE = 20
/** Of that a refresh does no more: it goes on at the next. */
const WHOLE_TURN_MS = 50
/** A store that answers slowly is asked for the newest windows a tenth of the time. */
const TAIL_SHARE = 10

export interface MetricReader {
  readonly metric: ShownMetric
  /**
   * Reads what is new. Answers whether a number changed. Rejects as the store does; then nothing changed. While the range is
   * read for the first time, one more part of it.
   */
  refresh(): Promise<boolean>
  rolled(): Rolled
  /** Time of the newest window known, or undefined. */
  newestMs(): number | undefined
  /** Of the range that is read for the first time, from where on it is known; null: nothing yet. Undefined: it is known. */
  backToMs(): number | null | undefined
}

/** A read of everything, which takes many refreshes. */
interface Pass {
  readonly back: ReadBack
  rolled: Rolled
  costMs: number
}

/** The bucket that is not whole before this time, up to it: nothing of it is read again but by a pass. */
interface Settled {
  readonly untilMs: number
  readonly rolled: Rolled
}

interface State {
  readonly rolled: Rolled
  readonly newestMs: number | undefined
  readonly settled: Settled | undefined
  readonly wholeAtMs: number
  readonly wholeCostMs: number
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
  let first: Pass | undefined
  let again: Pass | undefined

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
    const pass = passOf(known, query)
    while (await step(pass));
    return { rolled: pass.rolled, newestMs: pass.back.newestMs() }
  }

  function passOf(rolled: Rolled, query: PointsQuery): Pass {
    const own: { pass?: Pass } = {}
    const back = readBack(
      points,
      metric,
      query,
      () => own.pass?.rolled.bucketMs ?? rolled.bucketMs,
      clock,
    )
    own.pass = { back, rolled, costMs: 0 }
    return own.pass
  }

  /** Reads a part; false: there is no more. */
  async function step(pass: Pass): Promise<boolean> {
    const beganMs = clock.nowMs()
    const { done, value } = await pass.back.parts.next()
    if (done !== true) pass.rolled = widenToFit(addBuckets(metric, pass.rolled, value))
    pass.costMs += clock.nowMs() - beganMs
    return done !== true
  }

  const upTo = range.kind === 'fixed' ? { toMs: range.toMs } : {}

  const wholeAt = (nowMs: number): Pass => {
    const fromMs = fromAt(nowMs)
    return passOf(empty, { ...(fromMs === undefined ? {} : { fromMs }), ...upTo })
  }

  /** What was read of everything; with what has come since still to be read. */
  const stateOf = ({ rolled, back }: Pass, costMs: number): State => {
    const endMs = clock.nowMs()
    const tail = { settled: undefined, tailEndMs: endMs, tailCostMs: 0 }
    return { rolled, newestMs: back.newestMs(), wholeAtMs: endMs, wholeCostMs: costMs, ...tail }
  }

  /** From the settled windows on. */
  async function readTail(known: State, nowMs: number): Promise<State> {
    const rangeFromMs = fromAt(nowMs)
    // A window ahead of the clock must not hide those that come after it in real time, but before it in event time.
    const newestMs = Math.min(known.newestMs ?? -Infinity, nowMs)
    const sinceMs = Math.max(newestMs - TAIL_MS, rangeFromMs ?? -Infinity)
    const settled = await settle(known, sinceMs)
    const kept =
      settled === undefined
        ? dropFrom(known.rolled, -Infinity)
        : addBuckets(metric, dropFrom(known.rolled, bucketIn(known.rolled, settled.untilMs)), [
            ...settled.rolled.buckets,
          ])
    const from = settled === undefined ? {} : { fromMs: settled.untilMs }
    const read = await readInto(kept, { ...from, ...upTo })
    const endMs = clock.nowMs()
    return {
      ...known,
      rolled: rangeFromMs === undefined ? read.rolled : dropBefore(read.rolled, rangeFromMs),
      newestMs: later(known.newestMs, read.newestMs),
      settled,
      tailEndMs: endMs,
      tailCostMs: endMs - nowMs,
    }
  }

  const bucketIn = ({ bucketMs }: Rolled, timeMs: number) =>
    bucketsOf(metric, bucketMs).startOf(timeMs)

  /** The bucket up to `sinceMs`, or to a time not long before that it was had for; undefined: there is no such time. */
  async function settle({ rolled, settled }: State, sinceMs: number): Promise<Settled | undefined> {
    if (sinceMs === -Infinity) return undefined
    const none = emptyRolled(rolled.bucketMs, metric.by)
    const isGood = settled !== undefined && settled.rolled.bucketMs === rolled.bucketMs
    if (isGood && settled.untilMs <= sinceMs && sinceMs - settled.untilMs < SETTLE_EVERY_MS)
      return settled
    const untilMs = windowsOf(steps).startOf(sinceMs)
    const startMs = bucketIn(rolled, untilMs)
    const goesOn = isGood && settled.untilMs <= untilMs && settled.untilMs >= startMs
    const fromMs = goesOn ? settled.untilMs : startMs
    const known = goesOn ? settled.rolled : none
    if (fromMs === untilMs) return { untilMs, rolled: known }
    return { untilMs, rolled: (await readInto(known, { fromMs, toMs: untilMs })).rolled }
  }

  /** A part of the first read; what is known is already kept up to date meanwhile. */
  async function readFirst(nowMs: number): Promise<void> {
    first ??= wholeAt(nowMs)
    const reading = first
    try {
      if (!(await step(reading))) first = undefined
    } catch (error) {
      first = undefined
      state = undefined
      throw error
    }
    // What it took says nothing of the next time: the store may have kept what it added up.
    state = { ...(state ?? stateOf(reading, 0)), rolled: reading.rolled, wholeAtMs: clock.nowMs() }
    const headMs = bucketIn(reading.rolled, (state.newestMs ?? nowMs) - TAIL_MS)
    const hasHead = (reading.back.backToMs() ?? Infinity) <= headMs
    if (first === undefined || !hasHead || nowMs - state.tailEndMs < TAIL_EVERY_MS) return
    state = await readTail(state, nowMs)
    reading.rolled = state.rolled
  }

  /** Parts of a read of everything, once it is due; it replaces what is known when it is whole. */
  async function readAgain(known: State, nowMs: number): Promise<State> {
    const everyMs = Math.max(WHOLE_EVERY_MS, WHOLE_SHARE * known.wholeCostMs)
    if (again === undefined && nowMs - known.wholeAtMs < everyMs) return known
    again ??= wholeAt(nowMs)
    const reading = again
    const beganMs = clock.nowMs()
    try {
      while (await step(reading)) if (clock.nowMs() - beganMs >= WHOLE_TURN_MS) return known
    } catch (error) {
      again = undefined
      throw error
    }
    again = undefined
    return readTail(stateOf(reading, reading.costMs), clock.nowMs())
  }

  return {
    metric,
    rolled: () => state?.rolled ?? empty,
    newestMs: () => state?.newestMs,
    backToMs: () =>
      state === undefined || first !== undefined ? (first?.back.backToMs() ?? null) : undefined,
    refresh: async () => {
      const nowMs = clock.nowMs()
      if (state === undefined || first !== undefined) {
        await readFirst(nowMs)
        return true
      }
      const waits = nowMs - state.tailEndMs < TAIL_SHARE * state.tailCostMs
      const tailed = waits ? state : await readTail(state, nowMs)
      const next = await readAgain(tailed, nowMs)
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
