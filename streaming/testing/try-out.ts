// For tests and examples: what a pipeline makes of a handful of events, without a log and without stores.
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import type { Point } from '../../data/point.ts'
import { avroDecoder } from '../decode/avro.ts'
import { Job, type JobOptions } from '../job.ts'
import { batchOf, JOB_OPTIONS, NOW_MS } from './events.ts'

export interface TryOut {
  /** Rows of the table that is looked up: the key, then the values of the enrichment's fields. */
  readonly rows?: readonly (readonly string[])[]
  /** One after the other, in one partition. */
  readonly events: readonly object[]
  readonly options?: Partial<JobOptions>
}

/** Points in the order in which they were written: of each batch of one event, then of what is open at the end. */
export function tryOut(pipeline: Pipeline, { rows = [], events, options }: TryOut): Point[] {
  const job = new Job(pipeline, { ...JOB_OPTIONS, ...options }, avroDecoder(pipeline.avroSchema))
  job.table.put(rows)
  const written = events.flatMap((event, offset) => {
    job.process(batchOf([event], 0, offset), NOW_MS)
    return job.closeWindows()
  })
  return [...written, ...job.windows.flatMap((one) => one.closeThrough(Number.POSITIVE_INFINITY))]
}
