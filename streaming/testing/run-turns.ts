// For tests: a job's turns over stores in memory, every call of a store seen and, where asked for, failing.
import { measurementOf } from '../../data/definitions/metric.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import type { Point } from '../../data/point.ts'
import { type FakeClock, fakeClock } from '../../kit/fake-clock.ts'
import { silentLog } from '../../kit/log.ts'
import { MemoryPlace, memoryCheckpoints } from '../../stores/checkpoints/memory-place.ts'
import { memorySetAside } from '../../stores/dead-letters/memory.ts'
import type { PointsStore } from '../../stores/points/points-store.ts'
import { resume } from '../checkpoint/resume.ts'
import type { StreamingConfig } from '../config.ts'
import { Delivery } from '../delivery/delivery.ts'
import { SetAsideBuffer } from '../delivery/set-aside.ts'
import { directIntake } from '../intake.ts'
import type { Job } from '../job.ts'
import { jobClock } from '../job-clock.ts'
import { ParallelIntake } from '../parallel/intake.ts'
import { type TestCrewOptions, testCrew } from '../parallel/testing/test-crew.ts'
import { Turns } from '../turn.ts'
import { JOB_OPTIONS, NOW_MS, newJob, PEOPLE, stored, type Value } from './events.ts'
import { fakeReader } from './fake-log.ts'

export const CONFIG: StreamingConfig = {
  ...JOB_OPTIONS,
  closeOnIdle: true,
  removed: 'stop',
  idleAfterMs: 30_000,
  maxDriftMs: 60_000,
  refreshEveryMs: 30_000,
  checkpointEveryMs: 2_000,
  workers: 1,
  seriesBudget: 10_000,
}

/** A call of a store that changes something outside the job. */
export type Effect = 'read' | 'ends' | 'points' | 'dead letters' | 'late' | 'checkpoint' | 'commit'

/** Called before and after each effect; may throw. */
export type Watch = (effect: Effect, when: 'before' | 'after') => void

export interface RunOptions {
  /** Stop once the log had nothing new for so long by the clock; absent: run through the log's present end. */
  readonly quietMs?: number
  /** How far the clock moves when there was nothing to read. */
  readonly quietStepMs?: number
  readonly config?: Partial<StreamingConfig>
  /** Over so many workers; what they do in which order follows from `seed`. Absent: in the job's own thread. */
  readonly workers?: TestCrewOptions
}

/** What outlives the job: log, stores, clock. */
export class World {
  readonly clock: FakeClock = fakeClock(NOW_MS)
  readonly partitions: Value[][]
  /** Checkpoints and lease. */
  readonly place = new MemoryPlace()
  readonly deadLetters = memorySetAside()
  readonly lateEvents = memorySetAside()
  /** Everything ever written, in order. */
  readonly written: Point[] = []
  readonly committed = new Map<number, number>()
  readonly batchRecords: number

  constructor(partitions: Value[][], batchRecords = 3) {
    this.partitions = partitions
    this.batchRecords = batchRecords
  }

  /** What the points store holds. */
  get points(): string[] {
    return stored(this.written)
  }

  /** Runs a job that starts from the last checkpoint. Once a call has thrown, the process is dead: it calls no more. */
  async run(options: RunOptions = {}, watch: Watch = () => {}): Promise<Job> {
    const { clock } = this
    const { quietMs = 0, quietStepMs = 200 } = options
    const config = { ...CONFIG, ...options.config }
    const stop = new AbortController()
    const workers = options.workers && testCrew(options.workers, clock)
    const job = newJob(PEOPLE, JOB_OPTIONS, workers?.crew.ids)
    let death: { readonly error: unknown } | undefined
    const seen = async <T>(effect: Effect, call: () => Promise<T>): Promise<T> => {
      try {
        if (death !== undefined) throw death.error
        watch(effect, 'before')
        const result = await call()
        watch(effect, 'after')
        return result
      } catch (error) {
        if ((error as Error).message === 'killed') death ??= { error }
        throw error
      }
    }

    const checkpoints = memoryCheckpoints(this.place)
    this.place.expire()
    const lease = await checkpoints.acquire({
      owner: 'test',
      signal: stop.signal,
      onWaiting: () => {},
    })
    const start = await resume(job, checkpoints, undefined, silentLog)
    let quietForMs = 0
    const reader = fakeReader(this.partitions, start.positions, {
      clock,
      batchRecords: this.batchRecords,
      readMs: 700,
      nothingMs: quietStepMs,
      onNothing: () => {
        quietForMs += quietStepMs
        if (quietForMs >= quietMs) stop.abort()
      },
    })
    const watched = {
      ...reader,
      read: async (wanted: readonly number[], waitMs: number) => {
        workers?.stepSome()
        const batch = await seen('read', () => reader.read(wanted, waitMs))
        if (batch !== undefined) quietForMs = 0
        return batch
      },
      ends: () => seen('ends', () => reader.ends()),
      commit: (next: ReadonlyMap<number, number>) =>
        seen('commit', async () => {
          for (const [partition, offset] of next) this.committed.set(partition, offset)
        }),
    }
    const { deadLetters, lateEvents } = this
    const setAside = new SetAsideBuffer(
      't',
      { append: (records) => seen('dead letters', () => deadLetters.append(records)) },
      { append: (records) => seen('late', () => lateEvents.append(records)) },
    )
    const context = {
      clock,
      jobClock: jobClock(clock, start.savedAtMs),
      retry: { clock, log: silentLog },
      reader: watched,
      setAside,
    }
    const delivery = new Delivery(
      {
        ...context,
        lease: {
          ...lease,
          confirm: () => lease.confirm(),
          save: (number, bytes) => seen('checkpoint', () => lease.save(number, bytes)),
          extend: (number, change) => seen('checkpoint', () => lease.extend(number, change)),
        },
        measurements: smallShop.metrics.map(measurementOf),
        points: this.#points(seen),
      },
      lease.newestNumber,
    )
    await delivery.finish(start.number, start.outbox, start.positions)
    const ends = await reader.ends()
    const intake =
      workers === undefined
        ? directIntake({ ...context, job })
        : new ParallelIntake({ ...context, clock: workers.clock, job }, workers.crew)
    const turns = new Turns({ ...context, job, intake, delivery, config }, ends, start.isOutdated)
    if (options.quietMs === undefined) await turns.runThrough(ends, stop.signal)
    else await turns.runUntil(stop.signal)
    return job
  }

  #points(seen: <T>(effect: Effect, call: () => Promise<T>) => Promise<T>): PointsStore {
    return {
      description: 'memory',
      identity: 'memory',
      prepare: async () => {},
      write: (points) => seen('points', async () => void this.written.push(...points)),
      tryWrite: async () => {},
      read: async () => [],
      addUp: async () => [],
      remove: async () => {},
      close: async () => {},
    }
  }
}
