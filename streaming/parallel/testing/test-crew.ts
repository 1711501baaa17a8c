// For tests: a crew of workers without threads that do a little whenever the job waits or reads, how much and in which
// order follows from a seed.
import { smallShop } from '../../../data/ecommerce/small-shop.ts'
import type { Clock } from '../../../kit/clock.ts'
import { avroDecoder } from '../../decode/avro.ts'
import { JOB_OPTIONS, PEOPLE } from '../../testing/events.ts'
import { Crew, sharersOf } from '../crew.ts'
import type { ToWorker } from '../messages.ts'
import { SharedIds } from '../shared-ids.ts'
import { LocalWorkers } from './local-workers.ts'

export interface TestCrewOptions {
  readonly count: number
  /** The job's own thread is one of them. Default: by the seed. */
  readonly ownWorks?: boolean
  readonly seed: number
  /** Entries of a worker's region of shared ids: few make everybody wait for room often. */
  readonly idRoom?: number
  /** Small ones hold few batches. */
  readonly crateBytes?: number
  readonly onMessage?: (message: ToWorker) => void
}

export interface TestCrew {
  readonly crew: Crew
  /** Whoever sleeps by it lets the workers do something. */
  readonly clock: Clock
  stepSome(): void
}

export function testCrew(
  {
    count,
    seed,
    ownWorks = (seed & 1) === 1,
    idRoom = 64,
    crateBytes = 600,
    onMessage,
  }: TestCrewOptions,
  clock: Clock,
): TestCrew {
  const local = new LocalWorkers(avroDecoder(smallShop.avroSchema), onMessage)
  const below = chance(seed)
  const stepSome = () => {
    for (let left = below(4); left > 0; left--) local.step(below)
  }
  const settings = { pipeline: smallShop, topic: 't', options: JOB_OPTIONS }
  const size = { workers: count, ownWorks }
  const crew = new Crew(size, local.start, settings, {
    ids: SharedIds.create(sharersOf(size), idRoom),
    crateBytes,
  })
  crew.put(PEOPLE, { put: () => {} })
  return {
    crew,
    clock: {
      ...clock,
      sleep: async (ms, signal) => {
        stepSome()
        await clock.sleep(ms, signal)
      },
    },
    stepSome,
  }
}

/** Numbers below `count`, by a seed (Mulberry32, public domain). */
function chance(seed: number): (count: number) => number {
  let state = seed | 0
  return (count) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count
  }
}
