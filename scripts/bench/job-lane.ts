// The job over the benchmark's data as a program to be measured, time and again.
import { measure } from './children.ts'
import { forgetJobs } from './data.ts'
import { type BenchSize, topicOf } from './fill.ts'
import type { JobArguments } from './job.ts'
import type { Measured } from './measured.ts'

/** Where it has its data from; without brokers from the directory, where its own is in any case. */
export interface JobPlace {
  readonly directory: string
  readonly size: BenchSize
  readonly brokers?: string
}

/** Runs it from the beginning each time. */
export function jobLane(
  { directory, size, brokers }: JobPlace,
  given: JobArguments,
): () => Promise<Measured> {
  const environment = {
    WINDROW_DATA: directory,
    KAFKA_EVENTS_TOPIC: topicOf(size),
    KAFKA_BROKERS: brokers ?? '',
  }
  return async () => {
    await forgetJobs(directory)
    return measure('scripts/bench/job.ts', [JSON.stringify(given)], environment)
  }
}
