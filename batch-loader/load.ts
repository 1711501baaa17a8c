// Loads people into the demographics: chunk after chunk, one being written while the next is made ready.
import { setImmediate } from 'node:timers/promises'
import type { Demographic } from '../data/demographics.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { untilAvailable } from '../kit/retry.ts'
import { Waits } from '../kit/waits.ts'
import type { DemographicsStore, UpsertCounts } from '../stores/demographics/demographics-store.ts'
import { CHUNK_ROWS, type Chunk, type Rejected } from './chunk.ts'
import { personOf } from './generate.ts'

/** Rows read = inserted + updated + rejected. A row whose id was there before it, in store or file, is an update. */
export interface LoadCounts {
  readonly inserted: number
  readonly updated: number
  readonly rejected: number
  /** False when it was stopped before the end. */
  readonly isComplete: boolean
}

export interface LoadContext {
  readonly store: DemographicsStore
  readonly clock: Clock
  readonly log: Log
  /** Stops between two chunks. */
  readonly signal?: AbortSignal
  /** After every chunk that is durable; `fraction` of the source, 0 to 1. */
  readonly onProgress?: (counts: LoadCounts, fraction: number) => void
  readonly onRejected?: (rejected: readonly Rejected[]) => void
}

export interface SeedOptions extends LoadContext {
  readonly users: number
  readonly seed: number
}

/** Fills the demographics with simulated people: users 0 to users−1 of the seed. Makes the schema first. */
export function seedDemographics(options: SeedOptions): Promise<LoadCounts> {
  return loadDemographics(simulatedPeople(options.users, options.seed, options.clock), options)
}

/**
 * Makes the schema and loads all chunks, in their order, so that the last of equal ids wins. Waits while the store cannot
 * be reached; throws UnavailableError only when stopped meanwhile, RefusedError, and what the source throws.
 */
export async function loadDemographics(
  source: AsyncIterable<Chunk>,
  context: LoadContext,
): Promise<LoadCounts> {
  const { store, signal, onProgress, onRejected } = context
  const retry = { ...context, waits: new Waits(context.log, context.clock) }
  let counts: LoadCounts = { inserted: 0, updated: 0, rejected: 0, isComplete: false }
  const write = async (chunk: Chunk) => {
    const people = lastOfEach(chunk.people)
    const done = await untilAvailable<UpsertCounts>(retry, () => store.upsert(people))
    counts = {
      ...counts,
      inserted: counts.inserted + done.inserted,
      updated: counts.updated + done.updated + chunk.people.length - people.length,
      rejected: counts.rejected + chunk.rejected.length,
    }
    if (chunk.rejected.length > 0) onRejected?.(chunk.rejected)
    onProgress?.(counts, chunk.fraction)
  }
  // A file that is none is told before anything is made, or waited for, in the store.
  const chunks = source[Symbol.asyncIterator]()
  let next = await chunks.next()
  let writing: Promise<void> = Promise.resolve()
  try {
    await untilAvailable(retry, () => store.migrate())
    while (next.done !== true && signal?.aborted !== true) {
      writing = write(next.value)
      // Its failure is thrown where it is awaited; until then it is not unhandled.
      writing.catch(() => {})
      next = await chunks.next()
      await writing
    }
  } finally {
    await writing
    await chunks.return?.()
  }
  counts = { ...counts, isComplete: next.done === true }
  return counts
}

function lastOfEach(people: readonly Demographic[]): readonly Demographic[] {
  const byId = new Map(people.map((person) => [person.user_id, person]))
  return byId.size === people.length ? people : [...byId.values()]
}

/** How many people are made in one go, so that a write under way is not held up. */
const SLICE = 250

/** People 0 to users−1 of a seed, in chunks. */
export async function* simulatedPeople(
  users: number,
  seed: number,
  clock: Clock,
  chunkRows = CHUNK_ROWS,
): AsyncGenerator<Chunk> {
  for (let start = 0; start < users; start += chunkRows) {
    const end = Math.min(start + chunkRows, users)
    const updatedAt = new Date(clock.nowMs()).toISOString()
    const people: Demographic[] = []
    for (let n = start; n < end; n++) {
      if (people.length % SLICE === 0) await setImmediate()
      people.push(personOf(seed, n, updatedAt))
    }
    yield { people, rejected: [], fraction: end / users }
  }
}
