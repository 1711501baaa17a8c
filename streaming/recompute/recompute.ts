// Computes metrics again from the log with the job's own code, up to where the job is: what a changed definition needs,
// and what a check of the points compares with. Points come out as windows close; nothing is saved or committed.
import type { Metric } from '../../data/definitions/metric.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { wholeFrom } from '../../data/definitions/whole-from.ts'
import type { Point } from '../../data/point.ts'
import { type RetryContext, untilAvailable } from '../../kit/retry.ts'
import type { EventLogReader, Offsets } from '../../stores/event-log/event-log.ts'
import type { Snapshot } from '../checkpoint/snapshot.ts'
import type { AvroDecoder } from '../decode/value.ts'
import { Job, type JobOptions } from '../job.ts'
import { wantedPartitions } from '../schedule.ts'
import type { PartitionProgress } from '../window/watermark.ts'
import { readUpTo } from './bounded-reader.ts'

const READ_WAIT_MS = 1_000
/** No partition of a log: its watermark is the one that must not be passed. */
const LIMIT = -1

/** How far windows are closed. */
export interface ClosedThrough {
  /** The job's watermark then. Windows that can change no more by it are computed for good. */
  readonly watermarkMs: number
  /** Windows that start before (epoch) may have lost events: retention removed them from the log. -Infinity: none did. */
  readonly wholeFromMs: number
  /** Points of the metric before this may not be made of all their events; Infinity: none is known to be. */
  readonly wholeFromOf: (metric: Metric) => number
}

export interface RecomputeOptions {
  readonly pipeline: Pipeline
  readonly metrics: readonly Metric[]
  readonly config: JobOptions & { readonly maxDriftMs: number }
  readonly avro: AvroDecoder
  /** A reader at the log's first records, which is read from here on. */
  readonly reader: EventLogReader
  /** Where the job is, what it has closed, and what it closed without waiting. */
  readonly until: Pick<Snapshot, 'positions' | 'watermarks' | 'ticks' | 'disorderMs' | 'savedAtMs'>
  /** Fills the new job's lookup table. */
  readonly load: (job: Job) => Promise<void>
  /** Takes the points of windows that closed or were corrected, some at a time; once more at the end, maybe none. */
  readonly onPoints: (points: readonly Point[], through: ClosedThrough) => Promise<void>
  /** How the log is waited for. */
  readonly retry: RetryContext
  /** Aborted: rejects with its reason. */
  readonly signal: AbortSignal
}

/** Answers a job of these metrics that has read everything up to `until.positions`, and closed what the job has closed. */
export async function recompute(options: RecomputeOptions): Promise<Job> {
  const { pipeline, metrics, config, until, onPoints, signal, retry } = options
  const job = new Job({ ...pipeline, metrics }, config, options.avro)
  if (until.disorderMs === config.disorderMs) job.ticks.restore(until.ticks)
  await options.load(job)
  const reader = readUpTo(options.reader, until.positions)
  const whole = new Wholeness(reader.positions(), until.watermarks.partitions, config.disorderMs)
  for (const partition of until.positions.keys()) job.watermarks.addPartition(partition)
  // What the job holds open stays open here, also once the partitions that hold it are read.
  job.watermarks.observe(LIMIT, until.watermarks.currentMs + config.disorderMs)
  const close = async (isLast: boolean) => {
    for (const windows of job.windows) windows.missBefore?.(whole.fromMs)
    const points = job.closeWindows()
    if (points.length === 0 && !isLast) return
    const watermarkMs = job.watermarks.currentMs
    const { fromMs: wholeFromMs } = whole
    await onPoints(points, { watermarkMs, wholeFromMs, wholeFromOf: wholeFromIn(job, wholeFromMs) })
  }
  // One that has no more records is not waited for: nothing of it can be late any more.
  const isAllRead = () => {
    const read = [...until.positions].filter(([p, end]) => (reader.positions().get(p) ?? 0) >= end)
    for (const [partition] of read) {
      job.watermarks.setIdle(partition)
      whole.end(partition)
    }
    return read.length === until.positions.size
  }
  while (!isAllRead()) {
    signal.throwIfAborted()
    const wanted = wantedPartitions(
      job.watermarks,
      reader.positions(),
      until.positions,
      config.maxDriftMs,
    )
    const batch = await untilAvailable(retry, () => reader.read(wanted, READ_WAIT_MS))
    if (batch === undefined) continue
    job.process(batch, until.savedAtMs)
    whole.see(batch.partition, job.watermarks.maxTimeMsOf(batch.partition))
    await close(false)
  }
  await close(true)
  return job
}

const wholeFromIn =
  ({ windows }: Job, eventsFromMs: number) =>
  (metric: Metric): number => {
    const own = windows.find((one) => one.metric.name === metric.name)?.wholeFromMs
    return Math.max(wholeFrom(metric, eventsFromMs), own ?? Number.NEGATIVE_INFINITY)
  }

/**
 * From when on windows have all their events. Where the first records of a partition are gone, the first that are left
 * tell how far those may have reached: no further than the allowed disorder ahead of them.
 */
class Wholeness {
  fromMs = Number.NEGATIVE_INFINITY
  readonly #disorderMs: number
  readonly #latest: readonly PartitionProgress[]
  /** Partitions whose first records are gone, until the first event that is left was seen. */
  readonly #cut: Set<number>

  /** `latest`: how far the job has read. */
  constructor(positions: Offsets, latest: readonly PartitionProgress[], disorderMs: number) {
    this.#disorderMs = disorderMs
    this.#latest = latest
    this.#cut = new Set([...positions].filter(([, position]) => position > 0).map(([p]) => p))
  }

  /** `maxTimeMs`: the largest event time of the partition so far; -Infinity: there was none. */
  see(partition: number, maxTimeMs: number): void {
    if (Number.isFinite(maxTimeMs) && this.#cut.delete(partition))
      this.fromMs = Math.max(this.fromMs, maxTimeMs + this.#disorderMs)
  }

  /** The partition has no more records: where none of its events was left, what the job saw last tells. */
  end(partition: number): void {
    if (!this.#cut.delete(partition)) return
    const latest = this.#latest.find((one) => one.partition === partition)
    if (latest !== undefined) this.fromMs = Math.max(this.fromMs, latest.maxTimeMs + 1)
  }
}
