// From computed results to durable ones, in this order:
//   save the checkpoint, the outbox with it → write the points, and what was set aside → commit offsets.
// Nothing is written before a checkpoint holds it: whatever happens then, a restart writes the same. It goes on beside the
// turns, one delivery at a time; what is computed meanwhile is for the next. Only commits, which no restart needs, may be
// overtaken by it.
import type { Measurement, Point } from '../../data/point.ts'
import type { Clock } from '../../kit/clock.ts'
import { type RetryContext, untilAvailable } from '../../kit/retry.ts'
import type { Lease } from '../../stores/checkpoints/checkpoint-store.ts'
import type { EventLogReader, Offsets } from '../../stores/event-log/event-log.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'
import type { Outbox } from '../checkpoint/outbox.ts'
import { type SavedFacts, Saver, type SaverContext } from '../checkpoint/saver.ts'
import { type Captured, captureJob, type Place } from '../checkpoint/snapshot.ts'
import type { Job } from '../job.ts'
import type { JobClock } from '../job-clock.ts'
import type { SetAsideBuffer } from './set-aside.ts'
import { WaitingPoints } from './waiting-points.ts'

/** Stores make one request of so many points: one that was frozen between two must not send the second. */
const REQUEST_POINTS_MAX = 2_000
/** A request takes the thread for up to 10 ms: in between, turns go on, and what they read arrives. */
const BETWEEN_REQUESTS_MS = 3

export interface DeliveryContext extends SaverContext {
  readonly lease: Lease
  readonly points: PointsStore
  readonly measurements: readonly Measurement[]
  readonly setAside: SetAsideBuffer
  readonly reader: Pick<EventLogReader, 'commit'>
  readonly clock: Clock
  readonly jobClock: JobClock
  readonly retry: RetryContext
}

/** What the last checkpoint was like. */
export interface CheckpointFacts extends SavedFacts {
  /** How long turns stood still while the state was copied. */
  readonly pauseMs: number
  /** By the monotonic clock. */
  readonly savedAtMs: number
}

export class Delivery {
  readonly #context: DeliveryContext
  readonly #saver: Saver
  /** For the next delivery. */
  #points = new WaitingPoints()
  #running: Promise<void> | undefined
  #committing: Promise<void> | undefined
  /** To be committed next. */
  #uncommitted: Offsets | undefined
  #failure: { readonly error: unknown } | undefined
  #last: CheckpointFacts
  /** Points written in this run, by measurement. */
  readonly #written = new Map<string, number>()

  /** `number`: that of the newest checkpoint; the next ones count on from it. */
  constructor(context: DeliveryContext, number: number) {
    this.#context = context
    this.#saver = new Saver(context, number)
    const savedAtMs = context.clock.monotonicMs()
    this.#last = { number, sizeBytes: 0, busyMs: 0, pauseMs: 0, savedAtMs }
  }

  get last(): CheckpointFacts {
    return this.#last
  }

  /** How many points of a measurement were written in this run. */
  writtenOf(measurement: string): number {
    return this.#written.get(measurement) ?? 0
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Points that wait for the next delivery. */
  get waitingCount(): number {
    return this.#points.count
  }

  /** Each point once, those of one window side by side. */
  add(points: readonly Point[]): void {
    this.#points.add(points)
  }

  /** Delivers everything computed from what was read before `positions`. Only when none is running. */
  begin(job: Job, positions: Offsets): void {
    const { clock, jobClock, setAside, measurements } = this.#context
    const startedMs = clock.monotonicMs()
    const outbox = { points: this.#points.lastOfEach(measurements), ...setAside.take() }
    this.#points = new WaitingPoints()
    const place = { positions: new Map(positions), outbox, savedAtMs: jobClock.nowMs() }
    const captured = captureJob(job, place)
    const pauseMs = clock.monotonicMs() - startedMs
    this.#running = this.#noting(this.#deliver(captured, place, pauseMs)).finally(() => {
      this.#running = undefined
    })
  }

  /** Throws what made a delivery fail for good. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Resolves when no delivery is running; throws what made it fail for good. */
  async settled(): Promise<void> {
    await this.#running
    await this.#committing
    this.check()
  }

  /** Resolves when nothing is on its way to any store; never rejects. */
  async ended(): Promise<void> {
    await this.#running
    await this.#committing
    await this.#saver.settled()
  }

  async #deliver(captured: Captured, place: Place, pauseMs: number): Promise<void> {
    const saved = await this.#saver.save(captured)
    this.#last = { ...saved, pauseMs, savedAtMs: this.#context.clock.monotonicMs() }
    await this.finish(saved.number, place.outbox, place.positions)
  }

  /** What is to be done once checkpoint `number` is saved; also what an earlier run may have left to do. */
  async finish(number: number, outbox: Outbox, positions: Offsets): Promise<void> {
    // Neither is in the other's way: they are of different stores.
    await allOf([this.#writeAside(outbox), this.#write(outbox.points, number)])
    this.#uncommitted = positions
    this.#committing ??= this.#noting(this.#commit()).finally(() => {
      this.#committing = undefined
    })
  }

  async #commit(): Promise<void> {
    const { reader } = this.#context
    while (this.#uncommitted !== undefined) {
      const positions = this.#uncommitted
      this.#uncommitted = undefined
      await this.#outside(() => reader.commit(positions))
    }
  }

  /** A failure is for the turn to throw. */
  #noting(task: Promise<void>): Promise<void> {
    return task.catch((error: unknown) => {
      this.#failure = { error }
    })
  }

  async #writeAside(outbox: Outbox): Promise<void> {
    const { lease, setAside } = this.#context
    if (outbox.rejected.length === 0 && outbox.late.length === 0) return
    await this.#outside(async () => {
      await lease.confirm()
      await setAside.write(outbox)
    })
  }

  /** Writes points that checkpoint `number` holds, unless another instance took over: asked before each request. */
  async #write(points: readonly Point[], number: number): Promise<void> {
    const { lease, points: store, measurements, clock } = this.#context
    for (let from = 0; from < points.length; from += REQUEST_POINTS_MAX) {
      if (from > 0) await clock.sleep(BETWEEN_REQUESTS_MS)
      const some = points.slice(from, from + REQUEST_POINTS_MAX)
      await this.#outside(async () => {
        await lease.confirm()
        await store.write(some, measurements, number)
      })
      for (const { measurement } of some)
        this.#written.set(measurement, this.writtenOf(measurement) + 1)
    }
  }

  #outside<T>(attempt: () => Promise<T>): Promise<T> {
    return untilAvailable(this.#context.retry, attempt)
  }
}

/** Resolves or throws when all have ended, so that none goes on behind its caller. */
async function allOf(tasks: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(tasks))
    if (result.status === 'rejected') throw result.reason
}
