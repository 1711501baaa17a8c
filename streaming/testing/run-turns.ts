// For tests: a job's turns over stores in memory, every call of a store seen and, where asked for, failing.
import { measurementOf } from '../../data/definitions/metric.ts'
import { ecommerce } from '../../data/ecommerce/pipeline.ts'
import type { Point } from '../../data/point.ts'
import { type FakeClock, fakeClock } from '../../kit/fake-clock.ts'
import { silentLog } from '../../kit/log.ts'
import type { CheckpointStore } from '../../stores/checkpoints/checkpoints.ts'
import { memoryCheckpoints } from '../../stores/checkpoints/memory.ts'
import { memorySetAside } from '../../stores/dead-letters/memory.ts'
import type { StreamingConfig } from '../config.ts'
import type { Job } from '../job.ts'
import { SetAsideBuffer } from '../set-aside.ts'
import { restoreJob } from '../snapshot.ts'
import { Turns } from '../turn.ts'
import { JOB_OPTIONS, NOW_MS, newJob, stored, type Value } from './events.ts'
import { fakeReader } from './fake-log.ts'

export const CONFIG: StreamingConfig = {
  ...JOB_OPTIONS,
  idleAfterMs: 30_000,
  maxDriftMs: 60_000,
  refreshEveryMs: 30_000,
  checkpointEveryMs: 2_000,
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
}

/** What outlives the job: log, stores, clock. */
export class World {
  readonly clock: FakeClock = fakeClock(NOW_MS)
  readonly partitions: Value[][]
  readonly checkpoints: CheckpointStore = memoryCheckpoints()
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

  /** Runs a job that starts from the last checkpoint. */
  async run(options: RunOptions = {}, watch: Watch = () => {}): Promise<Job> {
    const { clock } = this
    const { quietMs = 0, quietStepMs = 200 } = options
    const config = { ...CONFIG, ...options.config }
    const stop = new AbortController()
    const job = newJob()
    const saved = await this.checkpoints.load()
    const from = saved === undefined ? new Map<number, number>() : restoreJob(job, saved)
    let quietForMs = 0
    const reader = fakeReader(this.partitions, from, {
      clock,
      batchRecords: this.batchRecords,
      readMs: 700,
      nothingMs: quietStepMs,
      onNothing: () => {
        quietForMs += quietStepMs
        if (quietForMs >= quietMs) stop.abort()
      },
    })
    const seen = async <T>(effect: Effect, call: () => Promise<T>): Promise<T> => {
      watch(effect, 'before')
      const result = await call()
      watch(effect, 'after')
      return result
    }
    const { deadLetters, lateEvents, checkpoints } = this
    const turns = new Turns(
      {
        job,
        config,
        clock,
        measurements: ecommerce.metrics.map(measurementOf),
        retry: { clock, log: silentLog },
        reader: {
          ...reader,
          read: async (wanted, waitMs) => {
            const batch = await seen('read', () => reader.read(wanted, waitMs))
            if (batch !== undefined) quietForMs = 0
            return batch
          },
          ends: () => seen('ends', () => reader.ends()),
          commit: (next) =>
            seen('commit', async () => {
              for (const [partition, offset] of next) this.committed.set(partition, offset)
            }),
        },
        points: {
          description: 'memory',
          identity: 'memory',
          prepare: async () => {},
          write: (points) => seen('points', async () => void this.written.push(...points)),
          read: async () => [],
          close: async () => {},
        },
        setAside: new SetAsideBuffer(
          't',
          {
            append: (records) => seen('dead letters', () => deadLetters.append(records)),
            close: async () => {},
          },
          {
            append: (records) => seen('late', () => lateEvents.append(records)),
            close: async () => {},
          },
        ),
        checkpoints: {
          ...checkpoints,
          save: (bytes) => seen('checkpoint', () => checkpoints.save(bytes)),
        },
      },
      await reader.ends(),
    )
    if (options.quietMs === undefined) await turns.runThrough(await reader.ends(), stop.signal)
    else await turns.runUntil(stop.signal)
    return job
  }
}
