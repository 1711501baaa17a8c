// Compares the final points of one metric with what the log says, as they are computed: never all of them are in memory.

import { type Metric, measurementOf } from '../../data/definitions/metric.ts'
import { type PointTimes, pointTimesOf } from '../../data/definitions/point-times.ts'
import type { Measurement, Point } from '../../data/point.ts'
import { identityOf } from '../../data/point-order.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'
import type { ClosedThrough } from '../../streaming/recompute/recompute.ts'
import { type Difference, differencesOf, unlikeFields } from './differences.ts'

/** So many points are compared at once. */
const CHUNK_POINTS = 5_000
/** Differences that are kept to be shown. */
const SHOWN_MAX = 10

/** How far windows of the metric are closed, and from when on its points are made of all their events. */
export type WholeThrough = Pick<ClosedThrough, 'watermarkMs' | 'wholeFromMs'>

/** Windows that start at or after `fromMs` and before `toMs`. */
export interface Range {
  readonly fromMs: number
  readonly toMs: number
}

export interface VerifierOptions {
  readonly metric: Metric
  readonly range: Range
  readonly points: Pick<PointsStore, 'read'>
  /** Points that the job has computed and may not have written yet. */
  readonly outbox: readonly Point[]
  /** Does something about them; absent: they are only told. */
  readonly repair?: (measurement: Measurement, differences: readonly Difference[]) => Promise<void>
}

export class Verifier {
  readonly metric: Metric
  /** Points that were computed and compared. */
  compared = 0
  /** Of them those that differ only as the job has not written them yet. */
  waiting = 0
  /**
   * Points from before the log's first window, where the range has no start: of another log, perhaps the one before it, and
   * not compared.
   */
  older = 0
  readonly counts = { missing: 0, different: 0, extra: 0 }
  /** The first ones. */
  readonly shown: Difference[] = []
  readonly #options: VerifierOptions
  readonly #measurement: Measurement
  readonly #times: PointTimes
  readonly #outbox: ReadonlyMap<string, Point>
  /** By window's start, then identity: computed and not compared yet; the last of an identity wins. */
  readonly #computed = new Map<number, Map<string, Point>>()
  #fromMs: number
  #firstMs = Number.POSITIVE_INFINITY
  #range: Range | undefined
  #wholeFromMs = Number.NEGATIVE_INFINITY

  constructor(options: VerifierOptions) {
    const { metric, range, outbox } = options
    this.metric = metric
    this.#options = options
    this.#measurement = measurementOf(metric)
    this.#times = pointTimesOf(metric)
    this.#fromMs = range.fromMs
    const own = outbox.filter(({ measurement }) => measurement === metric.name)
    this.#outbox = new Map(own.map((point) => [identityOf(point, this.#measurement), point]))
  }

  /** Windows that were compared; undefined: none. */
  get range(): Range | undefined {
    return this.#range
  }

  /** Earlier points were left out, as events of theirs may be missing; -Infinity: no such; Infinity: all were. */
  get wholeFromMs(): number {
    return this.#wholeFromMs
  }

  get differences(): number {
    const { missing, different, extra } = this.counts
    return missing + different + extra
  }

  /** Takes points of the metric, newly computed. */
  add(points: readonly Point[]): void {
    for (const point of points) {
      this.#firstMs = Math.min(this.#firstMs, point.timeMs)
      let window = this.#computed.get(point.timeMs)
      if (window === undefined) {
        window = new Map()
        this.#computed.set(point.timeMs, window)
      }
      window.set(identityOf(point, this.#measurement), point)
    }
  }

  /** Compares windows that can change no more, once there are enough; with `isLast` all of them. */
  async compare({ watermarkMs, wholeFromMs }: WholeThrough, isLast: boolean): Promise<void> {
    if (!Number.isFinite(watermarkMs)) return
    const finalToMs = this.#times.finalBefore(watermarkMs)
    const final = [...this.#computed].filter(([startMs]) => startMs < finalToMs)
    const count = final.reduce((sum, [, window]) => sum + window.size, 0)
    if (!isLast && count < CHUNK_POINTS) return
    this.#wholeFromMs = wholeFromMs
    const fromMs = Math.max(this.#fromMs, wholeFromMs)
    const toMs = Math.min(finalToMs, this.#options.range.toMs)
    if (fromMs < toMs) {
      const expected = final
        .filter(([startMs]) => fromMs <= startMs && startMs < toMs)
        .flatMap(([, window]) => [...window.values()])
      await this.#check(expected, { fromMs, toMs })
      this.#range = { fromMs: this.#range?.fromMs ?? fromMs, toMs }
    }
    for (const [startMs] of final) this.#computed.delete(startMs)
    this.#fromMs = Math.max(this.#fromMs, finalToMs)
  }

  async #check(expected: readonly Point[], range: Range): Promise<void> {
    const found = await this.#options.points.read(this.#measurement, range)
    const all = differencesOf(this.#measurement, expected, found)
    const own = all.filter((one) => !this.#isOlder(one))
    const differences = own.filter((one) => !this.#isWaiting(one))
    this.compared += expected.length
    this.older += all.length - own.length
    this.waiting += own.length - differences.length
    for (const one of differences) {
      this.counts[one.kind]++
      if (this.shown.length < SHOWN_MAX) this.shown.push(one)
    }
    if (differences.length > 0) await this.#options.repair?.(this.#measurement, differences)
  }

  #isOlder(difference: Difference): boolean {
    if (difference.kind !== 'extra' || Number.isFinite(this.#options.range.fromMs)) return false
    return difference.found.timeMs < this.#firstMs
  }

  #isWaiting(difference: Difference): boolean {
    if (difference.kind === 'extra') return false
    const kept = this.#outbox.get(identityOf(difference.expected, this.#measurement))
    return (
      kept !== undefined && unlikeFields(this.#measurement, kept, difference.expected).length === 0
    )
  }
}
