// Shows windows while they are open: their points as they stand, in measurements of their own, so that what is not final
// never stands among what is. Best effort, beside the turns: what cannot be shown now is shown next time.

import { openMeasurementOf } from '../../data/definitions/metric.ts'
import { stepsOf } from '../../data/definitions/nodes.ts'
import type { Measurement, Point } from '../../data/point.ts'
import type { Clock } from '../../kit/clock.ts'
import { LostLeaseError, RefusedError, UnavailableError } from '../../kit/errors.ts'
import type { Log } from '../../kit/log.ts'
import type { Lease } from '../../stores/checkpoints/checkpoint-store.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'
import type { Job } from '../job.ts'
import type { JobClock } from '../job-clock.ts'
import type { MetricWindows } from '../window/metric-windows.ts'

export interface PreviewContext {
  readonly job: Job
  readonly points: PointsStore
  readonly lease: Lease
  readonly clock: Clock
  readonly jobClock: JobClock
  readonly log: Log
}

/** Showing takes at most one part in so many of the time. */
const SHARE = 10
/** Points of windows that have closed are removed this often. */
const CLEAR_EVERY_MS = 60_000
/** At its first time a job looks for them this far back. */
const CLEAR_BACK_MS = 86_400_000
/** Versions of what is shown count seconds since then: they rise over restarts without being saved. */
const VERSIONS_FROM_MS = Date.UTC(2026, 0, 1)

interface Shown {
  /** Of the metric, in the pipeline's order. */
  readonly index: number
  readonly measurement: Measurement
  /** Windows that start before this are cleared away, epoch milliseconds. */
  clearedThroughMs: number
}

export class Preview {
  readonly #context: PreviewContext
  readonly #shown: readonly Shown[]
  readonly #everyMs: number
  #running: Promise<void> | undefined
  #dueMs: number
  #version = 0
  #clearDueMs: number
  #canClear = true

  constructor(context: PreviewContext) {
    this.#context = context
    const showing = [...context.job.windows.entries()].filter(
      ([, { metric }]) => metric.emitEveryMs !== undefined,
    )
    const clearedThroughMs = context.jobClock.nowMs() - CLEAR_BACK_MS
    this.#shown = showing.map(([index, { metric }]) => ({
      index,
      measurement: openMeasurementOf(metric),
      clearedThroughMs,
    }))
    this.#everyMs = Math.min(...showing.map(([, { metric }]) => metric.emitEveryMs ?? 0))
    this.#dueMs = context.clock.monotonicMs() + this.#everyMs
    this.#clearDueMs = context.clock.monotonicMs()
  }

  /** Begins to show what is open, if it is time to. Never throws. */
  tick(): void {
    const { clock } = this.#context
    const nowMs = clock.monotonicMs()
    if (this.#shown.length === 0 || this.#running !== undefined || nowMs < this.#dueMs) return
    const open = this.#openPoints()
    const isClearing = this.#canClear && nowMs >= this.#clearDueMs
    this.#running = this.#show(open, isClearing)
      .catch((error: unknown) => this.#told(error))
      .finally(() => {
        this.#running = undefined
        const tookMs = clock.monotonicMs() - nowMs
        this.#dueMs = nowMs + Math.max(this.#everyMs, tookMs * SHARE)
      })
  }

  /** Resolves when nothing is being shown. */
  async settled(): Promise<void> {
    await this.#running
  }

  #openPoints(): Point[] {
    return this.#shown.flatMap(({ index, measurement: { name } }) =>
      this.#windowsAt(index)
        .openPoints()
        .map((point) => ({ ...point, measurement: name })),
    )
  }

  /** Those of now: a job that forgets texts has others. */
  #windowsAt(index: number): MetricWindows {
    return this.#context.job.windows[index]
  }

  async #show(open: readonly Point[], isClearing: boolean): Promise<void> {
    const { lease, points, jobClock } = this.#context
    const measurements = this.#shown.map(({ measurement }) => measurement)
    const seconds = Math.floor((jobClock.nowMs() - VERSIONS_FROM_MS) / 1000)
    this.#version = Math.max(this.#version + 1, seconds)
    if (open.length > 0) {
      await lease.confirm()
      await points.write(open, measurements, this.#version)
    }
    if (isClearing) await this.#clear()
  }

  /** Removes what was shown of windows that have closed since: their final points are written. */
  async #clear(): Promise<void> {
    const { lease, points, job, clock } = this.#context
    this.#clearDueMs = clock.monotonicMs() + CLEAR_EVERY_MS
    for (const shown of this.#shown) {
      const { measurement, clearedThroughMs: fromMs } = shown
      const windows = this.#windowsAt(shown.index)
      const firstOpen = windows.summaries.find(({ isClosed }) => !isClosed)
      const toMs = firstOpen?.startMs ?? job.watermarks.currentMs
      if (!(toMs > fromMs)) continue
      await lease.confirm()
      await points.remove(measurement, { fromMs, toMs })
      shown.clearedThroughMs = toMs - stepsOf(windows.metric.window).sizeMs
    }
  }

  #told(error: unknown): void {
    if (error instanceof UnavailableError || error instanceof LostLeaseError) return
    // A store that cannot delete: readers leave out what is older than the newest final window.
    if (error instanceof RefusedError) this.#canClear = false
    else this.#context.log.error(`open windows could not be shown: ${(error as Error).message}`)
  }
}
