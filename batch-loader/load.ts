// Loads people into the demographics: some chunks are being written while the next one is made ready. Which of two rows
// of the same id is the last one decides the source, not who is done first.
import { setImmediate } from 'node:timers/promises'
import type { Demographic } from '../data/demographics.ts'
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { type RetryContext, untilAvailable } from '../kit/retry.ts'
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

/** A store takes so many at once, and a processor of its own for each. */
const WRITTEN_AT_ONCE = 3

/**
 * Makes the schema and loads all chunks, so that the last of equal ids wins. Waits while the store cannot be reached;
 * throws UnavailableError only when stopped meanwhile, RefusedError, and what the source throws.
 */
export async function loadDemographics(
  source: AsyncIterable<Chunk>,
  context: LoadContext,
): Promise<LoadCounts> {
  const { store, signal } = context
  const retry = { ...context, waits: new Waits(context.log, context.clock) }
  const writer = new ChunkWriter(context, retry)
  // A file that is none is told before anything is made, or waited for, in the store.
  const chunks = source[Symbol.asyncIterator]()
  let next = await chunks.next()
  try {
    await untilAvailable(retry, () => store.migrate())
    while (next.done !== true && signal?.aborted !== true) {
      await writer.write(next.value)
      next = await chunks.next()
    }
  } finally {
    await writer.settled()
    await chunks.return?.()
  }
  return { ...writer.counts, isComplete: next.done === true }
}

/** A chunk on its way into the store. */
interface Writing {
  readonly people: ReadonlyMap<string, Demographic>
  /** Ends when this one and all before it are counted. */
  readonly counted: Promise<void>
}

class ChunkWriter {
  readonly #context: LoadContext
  readonly #retry: RetryContext
  /** In their order. */
  readonly #writing: Writing[] = []
  counts: LoadCounts = { inserted: 0, updated: 0, rejected: 0, isComplete: false }

  constructor(context: LoadContext, retry: RetryContext) {
    this.#context = context
    this.#retry = retry
  }

  /** Begins to write the chunk, once few enough are being written and none with an id of this one. */
  async write(chunk: Chunk): Promise<void> {
    const people = new Map(chunk.people.map((person) => [person.user_id, person]))
    while (this.#writing.length === WRITTEN_AT_ONCE || this.#writing.some(haveSame(people)))
      await this.#oldest()
    const rows = people.size === chunk.people.length ? chunk.people : [...people.values()]
    const { store } = this.#context
    const upserted = untilAvailable<UpsertCounts>(this.#retry, () => store.upsert(rows))
    const counted = this.#count(chunk, rows.length, upserted, this.#writing.at(-1)?.counted)
    // Its failure is thrown where it is awaited; until then it is not unhandled.
    counted.catch(() => {})
    this.#writing.push({ people, counted })
  }

  /** When nothing is being written any more. */
  async settled(): Promise<void> {
    const writing = this.#writing.map(({ counted }) => counted)
    await Promise.allSettled(writing)
    await Promise.all(writing)
  }

  async #oldest(): Promise<void> {
    await this.#writing[0].counted
    this.#writing.shift()
  }

  async #count(
    { people, rejected, fraction }: Chunk,
    rowCount: number,
    upserted: Promise<UpsertCounts>,
    before: Promise<void> | undefined,
  ): Promise<void> {
    const [done] = await Promise.all([upserted, before])
    const { counts } = this
    this.counts = {
      ...counts,
      inserted: counts.inserted + done.inserted,
      updated: counts.updated + done.updated + people.length - rowCount,
      rejected: counts.rejected + rejected.length,
    }
    if (rejected.length > 0) this.#context.onRejected?.(rejected)
    this.#context.onProgress?.(this.counts, fraction)
  }
}

const haveSame =
  (people: ReadonlyMap<string, Demographic>) =>
  (other: Writing): boolean => {
    for (const id of people.keys()) if (other.people.has(id)) return true
    return false
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
