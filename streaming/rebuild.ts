// Metrics whose definition changed since the checkpoint: computed from the log up to where the job is, then they go on
// with the others. Their points replace those of the old definition.
import { type Metric, measurementOf } from '../data/definitions/metric.ts'
import type { Point } from '../data/point.ts'
import { RefusedError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import { untilAvailable } from '../kit/retry.ts'
import type { Lease } from '../stores/checkpoints/checkpoint-store.ts'
import type { PointsStore } from '../stores/points/points-store.ts'
import type { Job } from './job.ts'
import { type ClosedThrough, type RecomputeOptions, recompute } from './recompute.ts'
import { adoptMetrics, readSnapshot, saveJob } from './snapshot.ts'

/** Later than any window. */
const FOREVER_MS = Date.UTC(2200)

export interface RebuildOptions extends Omit<RecomputeOptions, 'onPoints'> {
  readonly points: PointsStore
  readonly lease: Lease
  /** Version of the points that are written. */
  readonly version: number
  readonly log: Log
}

/** Brings `options.metrics` into `job`, which was restored without them. */
export async function rebuild(job: Job, options: RebuildOptions): Promise<void> {
  const { metrics, points, lease, version, retry, log } = options
  const names = metrics.map(({ name }) => name).join(', ')
  log.info(`${names}: new or changed since the checkpoint, computed from the log`)
  const measurements = metrics.map(measurementOf)
  let isCleared = false
  let written = 0
  const replace = async (closed: readonly Point[], { wholeFromMs }: ClosedThrough) => {
    const whole = closed.filter(({ timeMs }) => timeMs >= wholeFromMs)
    if (whole.length === 0) return
    await untilAvailable(retry, async () => {
      await lease.confirm()
      if (!isCleared) await clear(metrics, points, whole[0].timeMs, log)
      isCleared = true
      await points.write(whole, measurements, version)
    })
    written += whole.length
  }
  const rebuilt = await recompute({ ...options, onPoints: replace })
  const snapshot = readSnapshot(saveJob(rebuilt, { ...options.until, outbox: [] }))
  if (snapshot !== undefined) adoptMetrics(job, snapshot)
  log.info(`${names}: ${written} points of closed windows written; goes on with the others`)
}

/** Points of the old definition may have other tags: those would stay beside the new ones. */
async function clear(
  metrics: readonly Metric[],
  points: PointsStore,
  fromMs: number,
  log: Log,
): Promise<void> {
  for (const metric of metrics) {
    try {
      await points.remove(measurementOf(metric), { fromMs, toMs: FOREVER_MS })
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      log.warn(`points of the old ${metric.name} stay beside the new ones: ${error.message}`)
    }
  }
}
