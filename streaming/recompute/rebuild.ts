// Metrics whose definition changed since the checkpoint: computed from the log up to where the job is, then they go on
// with the others. Their points replace those of the old definition: see decisions/rebuilt-metrics.md.
import { type Metric, measurementOf } from '../../data/definitions/metric.ts'
import type { Point } from '../../data/point.ts'
import { RefusedError } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import { untilAvailable } from '../../kit/retry.ts'
import type { Lease } from '../../stores/checkpoints/checkpoint-store.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'
import { readSnapshot, saveJob } from '../checkpoint/encode.ts'
import { EMPTY_OUTBOX } from '../checkpoint/outbox.ts'
import { adoptMetrics } from '../checkpoint/snapshot.ts'
import type { Job } from '../job.ts'
import { type ClosedThrough, type RecomputeOptions, recompute } from './recompute.ts'
import { Unsettled } from './unsettled.ts'

/** Earlier and later than any window. */
const ALWAYS_MS = { fromMs: Date.UTC(1900), toMs: Date.UTC(2200) }

export interface RebuildOptions extends Omit<RecomputeOptions, 'onPoints'> {
  readonly points: PointsStore
  readonly lease: Lease
  /** Version of the points that are written, and number of the checkpoint that says so. */
  readonly version: number
  readonly log: Log
}

/** Brings `options.metrics` into `job`, which was restored without them. Its outbox must be written. */
export async function rebuild(job: Job, options: RebuildOptions): Promise<void> {
  const { metrics, lease, version, retry, log, until } = options
  const names = metrics.map(({ name }) => name).join(', ')
  log.info(`${names}: new or changed since the checkpoint, computed from the log`)
  const others = job.windows.filter(({ metric }) => !metrics.includes(metric))
  const begun = saveJob(job, { ...until, outbox: EMPTY_OUTBOX }, others)
  await untilAvailable(retry, () => lease.save(version, begun))

  const replacement = new Replacement(options)
  const rebuilt = await recompute({
    ...options,
    onPoints: (closed, through) => replacement.take(closed, through),
  })
  await replacement.finish()
  const snapshot = readSnapshot([saveJob(rebuilt, { ...until, outbox: EMPTY_OUTBOX })])
  if (snapshot !== undefined) adoptMetrics(job, snapshot)
  log.info(`${names}: ${replacement.written} points written; goes on with the others`)
}

/** Puts the points of new definitions in the place of those of the old ones. */
class Replacement {
  readonly #options: RebuildOptions
  readonly #unsettled: Unsettled
  /** Metrics whose old points are removed. */
  readonly #cleared = new Set<Metric>()
  #wholeFromOf: ClosedThrough['wholeFromOf'] = () => Number.NEGATIVE_INFINITY
  /** Points written. */
  written = 0

  constructor(options: RebuildOptions) {
    this.#options = options
    this.#unsettled = new Unsettled(options.metrics)
  }

  async take(closed: readonly Point[], through: ClosedThrough): Promise<void> {
    const { watermarkMs, wholeFromOf } = through
    this.#wholeFromOf = wholeFromOf
    const { metrics } = this.#options
    const fromMs = new Map(metrics.map((metric) => [metric.name, wholeFromOf(metric)]))
    const isWhole = ({ measurement, timeMs }: Point) => timeMs >= (fromMs.get(measurement) ?? 0)
    this.#unsettled.add(closed.filter(isWhole))
    const settled = this.#unsettled.take(watermarkMs)
    if (settled.length > 0) await this.#write(settled)
  }

  /** Writes what can still change too, and removes old points also where there is no new one. */
  async finish(): Promise<void> {
    const { metrics, retry } = this.#options
    await this.#write(this.#unsettled.take(Number.POSITIVE_INFINITY))
    for (const metric of metrics) {
      await untilAvailable(retry, () => this.#clear(metric))
      this.#tell(metric)
    }
  }

  async #write(some: readonly Point[]): Promise<void> {
    const { metrics, points, lease, version, retry } = this.#options
    if (some.length === 0) return
    const written = new Set(some.map(({ measurement }) => measurement))
    await untilAvailable(retry, async () => {
      for (const metric of metrics) if (written.has(metric.name)) await this.#clear(metric)
      await lease.confirm()
      await points.write(some, metrics.map(measurementOf), version)
    })
    this.written += some.length
  }

  /** Points of the old definition may have other tags or times: those would stay beside the new ones. */
  async #clear(metric: Metric): Promise<void> {
    const { points, lease, log } = this.#options
    const fromMs = Math.max(ALWAYS_MS.fromMs, this.#wholeFromOf(metric))
    if (this.#cleared.has(metric) || fromMs === Number.POSITIVE_INFINITY) return
    try {
      await lease.confirm()
      await points.remove(measurementOf(metric), { ...ALWAYS_MS, fromMs })
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      log.warn(`points of the old ${metric.name} stay beside the new ones: ${error.message}`)
    }
    this.#cleared.add(metric)
  }

  /** Which points are left as they were, as the log does not have all that they are made of. */
  #tell(metric: Metric): void {
    const fromMs = this.#wholeFromOf(metric)
    if (fromMs === Number.NEGATIVE_INFINITY) return
    const which = Number.isFinite(fromMs) ? `before ${new Date(fromMs).toISOString()} ` : ''
    this.#options.log.warn(
      `${metric.name}: points ${which}stay as the old definition made them: the log has lost events that new ones would ` +
        'be made of (retention). Windows that are open now count what it still has.',
    )
  }
}
