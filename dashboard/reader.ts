// All metrics of a pipeline over one range, kept up to date. Reads that are asked for at once are done once.
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { pointTimesOf } from '../data/definitions/point-times.ts'
import type { Clock } from '../kit/clock.ts'
import { bucketsOf, ceilIn } from './buckets.ts'
import type { Memory } from './cut.ts'
import { createMetricReader, type MetricReader, type Span } from './metric-reader.ts'
import { createOpenReader, type OpenReader } from './open-windows.ts'
import type { Source, Stretch } from './panel-data.ts'
import { addPoints, extentOf } from './rolled.ts'
import type { PointsSource } from './store-health.ts'

/** What was read later than this ago is not read again. */
const FRESH_MS = 900
/** Of a range that is read for the first time, what is known is told so soon, and then so often. */
const FIRST_TURN_MS = 400
const NEXT_TURN_MS = 1_000
/** A bucket that ended this long ago is not waited for any more. */
const OPEN_AT_MOST_MS = 60_000

export interface Extent {
  readonly fromMs: number
  readonly toMs: number
}

/** What is known of a metric. `version` changes with every number. */
export interface Known extends Source {
  readonly version: number
}

export interface RangeReader {
  readonly span: Span
  /**
   * Reads what can have changed; of a range that is read for the first time as much as can be had in a moment, the newest
   * first. Rejects as the store does.
   */
  refresh(): Promise<void>
  /** From when on all metrics are known, while the range is read for the first time; undefined: the whole range is. */
  backToMs(): number | undefined
  /** By metric's name. */
  known(): ReadonlyMap<string, Known>
  /** The stretch that all panels show, as of now. */
  stretch(): Stretch
  /** When a number was last seen to change; null: there is none yet. */
  changedMs(): number | null
  /** Where there is data, of what was read; undefined: nowhere. */
  extent(): Extent | undefined
}

/** One metric, with the reader of its windows that are still open. */
interface Reading {
  readonly final: MetricReader
  readonly open: OpenReader
  readonly memory: Memory
  version: number
}

/** `points` throws UnavailableError while the store cannot be reached. */
export function createRangeReader(
  pipeline: Pipeline,
  points: PointsSource,
  span: Span,
  clock: Clock,
): RangeReader {
  const readings = pipeline.metrics.map((metric): Reading => {
    const shown = { ...metric, enrichment: pipeline.enrichment }
    const final = createMetricReader(points, shown, span, clock)
    const open = createOpenReader(points, final, span.range)
    return { final, open, memory: new WeakMap(), version: 0 }
  })
  let changedMs: number | null = null
  let readAtMs = Number.NEGATIVE_INFINITY
  let pending: Promise<void> | undefined

  async function readAll(): Promise<void> {
    const before = changedMs === null
    const changed = isReading() ? await readFirst() : await readChanged()
    const nowMs = clock.nowMs()
    const newestMs =
      newestEndOf(readings) ?? readings.flatMap(({ open }) => open.points())[0]?.timeMs
    if (changed && newestMs !== undefined) changedMs = before ? Math.min(nowMs, newestMs) : nowMs
    readAtMs = isReading() ? Number.NEGATIVE_INFINITY : nowMs
  }

  const isReading = () => readings.some(({ final }) => final.backToMs() !== undefined)

  async function readChanged(): Promise<boolean> {
    let changed = false
    // One after the other: a page must not be the store's heaviest client.
    for (const reading of readings) {
      const finalChanged = await reading.final.refresh()
      const openChanged = await reading.open.refresh()
      if (finalChanged || openChanged) reading.version++
      changed ||= finalChanged || openChanged
    }
    return changed
  }

  /** A part of that metric of which the least is known, again and again. */
  async function readFirst(): Promise<boolean> {
    const beganMs = clock.nowMs()
    const turnMs = changedMs === null ? FIRST_TURN_MS : NEXT_TURN_MS
    while (true) {
      const known = readings.map(({ final }) => backOf(final))
      const newest = known.indexOf(Math.max(...known))
      if (known[newest] === -Infinity) break
      const reading = readings[newest]
      await reading.final.refresh()
      reading.version++
      if (reading.final.backToMs() === undefined) await reading.open.refresh()
      const isFair = known.every((one) => one !== Infinity)
      if (isFair && clock.nowMs() - beganMs >= turnMs) break
    }
    return true
  }

  return {
    span,
    refresh: () => {
      if (pending === undefined && clock.nowMs() - readAtMs < FRESH_MS) return Promise.resolve()
      pending ??= readAll().finally(() => {
        pending = undefined
      })
      return pending
    },
    known: () =>
      new Map(
        readings.map(({ final, open, memory, version }) => [
          final.metric.name,
          { metric: final.metric, rolled: final.rolled(), open: open.points(), memory, version },
        ]),
      ),
    // What is not known yet is not compared with.
    stretch: () => stretchOf(readings, isReading() ? { ...span, lengths: 1 } : span, clock.nowMs()),
    backToMs: () => {
      const back = Math.max(...readings.map(({ final }) => backOf(final)))
      return Number.isFinite(back) ? back : undefined
    },
    changedMs: () => changedMs,
    extent: () => wholeOf(readings),
  }
}

/** From when on a metric is known: -Infinity, all of the range; Infinity, nothing. */
function backOf(final: MetricReader): number {
  const backToMs = final.backToMs()
  return backToMs === undefined ? -Infinity : (backToMs ?? Infinity)
}

/** The stretch of time that all panels share. */
function stretchOf(readings: readonly Reading[], { range, lengths }: Span, nowMs: number): Stretch {
  const newestEndMs = newestEndOf(readings) ?? 0
  const completeUntilMs = Math.max(newestEndMs, nowMs - OPEN_AT_MOST_MS)
  // What ended long ago is not waited for, but its last bucket is cut short all the same.
  if (range.kind === 'all')
    return {
      ...(wholeOf(readings) ?? { fromMs: nowMs, toMs: nowMs }),
      completeUntilMs: newestEndMs,
    }
  const lengthMs = range.kind === 'fixed' ? range.toMs - range.fromMs : range.lengthMs
  const before = lengths > 1 ? { beforeMs: lengthMs } : {}
  if (range.kind === 'fixed')
    return { fromMs: range.fromMs, toMs: range.toMs, completeUntilMs, ...before }
  // To the end of the narrowest bucket.
  const toMs = Math.min(
    ...readings.map(({ final }) => ceilIn(bucketsOf(final.metric, final.rolled().bucketMs), nowMs)),
  )
  return { fromMs: toMs - lengthMs, toMs, completeUntilMs, ...before }
}

/** From the first bucket of any metric to the end of the last. */
function wholeOf(readings: readonly Reading[]): Extent | undefined {
  const extents = readings.flatMap(({ final, open }) => {
    const shown = addPoints(final.metric, final.rolled(), open.points())
    return extentOf(final.metric, shown) ?? []
  })
  if (extents.length === 0) return undefined
  return {
    fromMs: Math.min(...extents.map((one) => one.fromMs)),
    toMs: Math.max(...extents.map((one) => one.toMs)),
  }
}

function newestEndOf(readings: readonly Reading[]): number | undefined {
  const ends = readings.flatMap(({ final }) => {
    const newestMs = final.newestMs()
    return newestMs === undefined ? [] : [pointTimesOf(final.metric).endOf(newestMs)]
  })
  return ends.length === 0 ? undefined : Math.max(...ends)
}
