// Gets records from the log into the job: here in the job's own thread; over several workers in parallel/intake.ts.
import type { Clock } from '../kit/clock.ts'
import type { EventLogReader, Offsets, RecordBatch } from '../stores/event-log/event-log.ts'
import type { SetAsideBuffer } from './delivery/set-aside.ts'
import type { Job } from './job.ts'
import type { JobClock } from './job-clock.ts'
import type { Watermarks } from './window/watermark.ts'

/** Which partitions to read next, by the event times that they have reached and the offsets that they are read up to. */
export type Wanted = (reached: Pick<Watermarks, 'maxTimeMsOf'>, positions: Offsets) => number[]

/** Records that the job now holds. Times are of the monotonic clock. */
export interface Taken {
  /** Partitions that had events among them. */
  readonly active: readonly number[]
  /** When the first of them had been read, and when the last. */
  readonly readAtMs: number
  readonly lastReadAtMs: number
  /** When the job's thread began to take them in. */
  readonly begunAtMs: number
}

export interface Intake {
  /**
   * Takes records of wanted partitions into the job, waiting up to `waitMs` for some; undefined when none came. Throws
   * UnavailableError while the log cannot be reached: it may be called again.
   */
  next(wanted: Wanted, waitMs: number): Promise<Taken | undefined>
  /** The next offset of each partition after what the job holds. */
  positions(): Offsets
  /** The next offset of each partition to be read from the log: `positions`, or further on. */
  readPositions(): Offsets
}

export interface IntakeContext {
  readonly job: Job
  readonly reader: EventLogReader
  readonly setAside: SetAsideBuffer
  readonly clock: Clock
  /** Tells what time it is. */
  readonly jobClock: JobClock
}

/** A batch is read, and processed at once. */
export function directIntake(context: IntakeContext): Intake {
  const { job, reader, clock } = context
  return {
    next: async (wanted, waitMs) => {
      const batch = await reader.read(wanted(job.watermarks, reader.positions()), waitMs)
      return batch && processed(batch, clock.monotonicMs(), context)
    },
    positions: () => reader.positions(),
    readPositions: () => reader.positions(),
  }
}

/** Processes a batch in the job's own thread. */
export function processed(
  batch: RecordBatch,
  readAtMs: number,
  { job, setAside, jobClock }: IntakeContext,
): Taken {
  const aside = job.process(batch, jobClock.nowMs())
  setAside.add(batch, aside)
  const active = aside.eventCount > 0 ? [batch.partition] : []
  return { active, readAtMs, lastReadAtMs: readAtMs, begunAtMs: readAtMs }
}
