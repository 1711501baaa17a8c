// The job over the benchmark's data as a program to be measured, time and again.
import { measure } from './children.ts'
import { forgetJobs } from './data.ts'
import { type BenchSize, topicOf } from './fill.ts'
import type { JobArguments } from './job.ts'
import type { Measured, Span } from './measured.ts'

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

/** Several lanes at once, as one: their rates and memory added up. */
export const atOnce =
  (lanes: readonly (() => Promise<Measured>)[]): (() => Promise<Measured>) =>
  async () => {
    const all = await Promise.all(lanes.map((run) => run()))
    const spans = all.flatMap(({ steady }) => steady ?? [])
    const whole = together(
      all.map(({ events, workingMs, cpuS }) => ({ events, ms: workingMs, cpuS })),
    )
    return {
      events: whole.events,
      workingMs: whole.ms,
      cpuS: whole.cpuS,
      peakMiB: sum(all.map(({ peakMiB }) => peakMiB)),
      ...(spans.length === all.length && { steady: together(spans) }),
    }
  }

/** In such a time that the rate is the sum of theirs. */
function together(spans: readonly Span[]): Span {
  const events = sum(spans.map((span) => span.events))
  const perMs = sum(spans.map((span) => span.events / span.ms))
  return { events, ms: events / perMs, cpuS: sum(spans.map(({ cpuS }) => cpuS)) }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
