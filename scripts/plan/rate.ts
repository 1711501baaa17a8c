// How fast this machine reads and counts: measured on records of the log, for the time that a plan tells. What a job read a
// second when it ran tells less: mostly how many events came.
import type { Metric } from '../../data/definitions/metric.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import type { RecordBatch } from '../../stores/event-log/event-log.ts'
import type { StreamingConfig } from '../../streaming/config.ts'
import { avroDecoder } from '../../streaming/decode/avro.ts'
import { Job } from '../../streaming/job.ts'

/** Fewer are over before anything can be measured. */
const RECORDS_MIN = 20_000

export interface Rate {
  readonly perSecond: number
  /** On so many records it was measured. */
  readonly records: number
}

export interface RateOptions {
  readonly pipeline: Pipeline
  /** Those that are to be computed. */
  readonly metrics: readonly Metric[]
  readonly config: StreamingConfig
  /** Newest records, as they arrive. */
  readonly batches: AsyncIterable<RecordBatch>
  readonly monotonicMs: () => number
  /** By the wall clock. */
  readonly nowMs: number
}

/**
 * Counts the records as a rebuild would, as fast as they come; undefined: they are too few. The first half is for the
 * compiler of the machine code, and to wait for the first of them; the second half is measured.
 */
export async function measuredRate(options: RateOptions): Promise<Rate | undefined> {
  const { pipeline, metrics, config, batches, monotonicMs, nowMs } = options
  const job = new Job({ ...pipeline, metrics }, config, avroDecoder(pipeline.avroSchema))
  const marks: { readonly records: number; readonly atMs: number }[] = []
  let records = 0
  for await (const batch of batches) {
    job.process(batch, nowMs)
    job.closeWindows()
    records += batch.count
    marks.push({ records, atMs: monotonicMs() })
  }
  if (records < RECORDS_MIN) return undefined
  const last = marks[marks.length - 1]
  const half = marks.find((mark) => mark.records >= records / 2) ?? last
  const tookMs = last.atMs - half.atMs
  if (last === half || tookMs <= 0) return undefined
  const measured = last.records - half.records
  return { perSecond: Math.round((measured / tookMs) * 1000), records: measured }
}
