// Mends points in the store as the one instance that may write: a job that runs meanwhile would not know of it.
import { hostname } from 'node:os'
import { measurementOf } from '../../data/definitions/metric.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import type { Measurement } from '../../data/point.ts'
import { RefusedError } from '../../kit/errors.ts'
import { type RetryContext, untilAvailable } from '../../kit/retry.ts'
import type { CheckpointStore, Lease } from '../../stores/checkpoints/checkpoint-store.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'
import { saveJob } from '../../streaming/checkpoint/encode.ts'
import { restoreJob } from '../../streaming/checkpoint/snapshot.ts'
import { avroDecoder } from '../../streaming/decode/avro.ts'
import { Job, type JobOptions } from '../../streaming/job.ts'
import type { Difference } from './differences.ts'
import type { SavedState } from './job-state.ts'

/** The job's lease. Throws RefusedError while an instance works. */
export async function leaseForRepair(
  checkpoints: CheckpointStore,
  signal: AbortSignal,
): Promise<Lease> {
  const busy = new AbortController()
  return checkpoints.acquire({
    owner: `${hostname()}, process ${process.pid}: windrow verify --repair`,
    signal: AbortSignal.any([signal, busy.signal]),
    onWaiting: (holder) => {
      const why = `${holder} works on this job: it must be stopped while points are repaired.`
      const todo = 'Stop it, and run this again. One that has just died counts as dead after 6 s.'
      busy.abort(new RefusedError(`${why}\n  ${todo}`))
    },
  })
}

export interface RepairContext {
  readonly lease: Lease
  readonly points: PointsStore
  readonly retry: RetryContext
}

export class Repairs {
  readonly written = new Map<string, number>()
  readonly removed = new Map<string, number>()
  /** Why the store did not remove what is too much; undefined: it did. */
  refused: string | undefined
  readonly #context: RepairContext
  readonly #version: number

  private constructor(context: RepairContext, version: number) {
    this.#context = context
    this.#version = version
  }

  /**
   * Finishes what the job left, and saves its state under the next number: what is repaired has a version above everything
   * written so far, and below everything the job will write.
   */
  static async begin(
    context: RepairContext,
    pipeline: Pipeline,
    config: JobOptions,
    { snapshot, number }: SavedState,
  ): Promise<Repairs> {
    const { lease, points, retry } = context
    const { outbox, positions, savedAtMs } = snapshot
    const { disorderMs } = snapshot
    const job = new Job(pipeline, { ...config, disorderMs }, avroDecoder(pipeline.avroSchema))
    const changed = restoreJob(job, snapshot)
    const bytes = saveJob(job, { positions, savedAtMs, outbox: { ...outbox, points: [] } })
    const version = lease.newestNumber + 1
    const metrics = pipeline.metrics.filter((metric) => !changed.includes(metric))
    const wanted = new Set(metrics.map(({ name }) => name))
    const left = outbox.points.filter(({ measurement }) => wanted.has(measurement))
    await untilAvailable(retry, async () => {
      await lease.confirm()
      await points.write(left, metrics.map(measurementOf), number)
      await lease.save(version, bytes)
    })
    return new Repairs(context, version)
  }

  /** Writes what is missing or different, removes what is too much. */
  async mend(measurement: Measurement, differences: readonly Difference[]): Promise<void> {
    const wrong = differences.flatMap((one) => (one.kind === 'extra' ? [] : [one.expected]))
    const extra = differences.flatMap((one) => (one.kind === 'extra' ? [one.found] : []))
    const { points } = this.#context
    if (wrong.length > 0)
      await this.#asHolder(() => points.write(wrong, [measurement], this.#version))
    add(this.written, measurement.name, wrong.length)
    if (extra.length === 0 || this.refused !== undefined) return
    try {
      await this.#asHolder(() => points.remove(measurement, { points: extra }))
      add(this.removed, measurement.name, extra.length)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      this.refused = error.message
    }
  }

  async #asHolder(action: () => Promise<void>): Promise<void> {
    const { lease, retry } = this.#context
    await untilAvailable(retry, async () => {
      await lease.confirm()
      await action()
    })
  }
}

const add = (counts: Map<string, number>, name: string, count: number): void =>
  void counts.set(name, (counts.get(name) ?? 0) + count)
