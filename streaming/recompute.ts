// Computes metrics again from the log with the job's own code, up to where the job is: what a changed definition needs,
// and what a check of the points compares with. Points come out as windows close; nothing is saved or committed.
import type { Metric } from '../data/definitions/metric.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import type { Point } from '../data/point.ts'
import type { EventLogReader, Offsets, RecordBatch } from '../stores/event-log/event-log.ts'
import { readUpTo } from './bounded-reader.ts'
import type { AvroDecoder } from './decode/value.ts'
import { Job, type JobOptions } from './job.ts'
import { wantedPartitions } from './schedule.ts'
import type { Snapshot } from './snapshot.ts'

const READ_WAIT_MS = 1_000

export interface RecomputeOptions {
  readonly pipeline: Pipeline
  readonly metrics: readonly Metric[]
  readonly config: JobOptions & { readonly maxDriftMs: number }
  readonly avro: AvroDecoder
  /** A reader at the log's first records, which is read from here on. */
  readonly reader: EventLogReader
  /** Where the job is, and what it closed without waiting. */
  readonly until: Pick<Snapshot, 'positions' | 'ticks' | 'disorderMs' | 'savedAtMs'>
  /** Fills the new job's lookup table. */
  readonly load: (job: Job) => Promise<void>
  /**
   * Takes the points of closed windows, some at a time. Windows that start before `wholeFromMs` (epoch) may have lost
   * events: retention removed them from the log.
   */
  readonly onPoints: (points: readonly Point[], wholeFromMs: number) => Promise<void>
  readonly signal: AbortSignal
}

/** Answers a job of these metrics that has read everything up to `until.positions`. */
export async function recompute(options: RecomputeOptions): Promise<Job> {
  const { pipeline, metrics, config, until, load, onPoints, signal } = options
  const job = new Job({ ...pipeline, metrics }, config, options.avro)
  if (until.disorderMs === config.disorderMs) job.ticks.restore(until.ticks)
  await load(job)
  const reader = readUpTo(options.reader, until.positions)
  const cutPartitions = new Set([...reader.positions()].filter(([, at]) => at > 0).map(([p]) => p))
  let wholeFromMs = Number.NEGATIVE_INFINITY
  for (const [partition, end] of until.positions) {
    job.watermarks.addPartition(partition)
    if (isRead(reader.positions(), partition, end)) job.watermarks.setIdle(partition)
  }
  while (!isThere(reader.positions(), until.positions)) {
    signal.throwIfAborted()
    const batch = await nextBatch(reader, job, until.positions, config.maxDriftMs)
    if (batch === undefined) continue
    job.process(batch, until.savedAtMs)
    // It has no more records: nothing of it can be late any more.
    const end = until.positions.get(batch.partition) ?? 0
    if (batch.nextOffset >= end) job.watermarks.setIdle(batch.partition)
    if (cutPartitions.delete(batch.partition)) {
      const firstMs = job.watermarks.maxTimeMsOf(batch.partition)
      wholeFromMs = Math.max(wholeFromMs, firstMs + config.disorderMs)
    }
    const closed = job.closeWindows()
    if (closed.length > 0) await onPoints(closed, wholeFromMs)
  }
  return job
}

function nextBatch(
  reader: EventLogReader,
  job: Job,
  ends: Offsets,
  maxDriftMs: number,
): Promise<RecordBatch | undefined> {
  const wanted = wantedPartitions(job.watermarks, reader.positions(), ends, maxDriftMs)
  return reader.read(wanted, READ_WAIT_MS)
}

const isRead = (positions: Offsets, partition: number, end: number): boolean =>
  (positions.get(partition) ?? 0) >= end

const isThere = (positions: Offsets, ends: Offsets): boolean =>
  [...ends].every(([partition, end]) => isRead(positions, partition, end))
