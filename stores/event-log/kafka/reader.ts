// Reads a Kafka topic. Where we are is in the checkpoint, not in Kafka: whatever happens to the connection or the group,
// reading goes on from our positions. Offsets are committed so that Control Center and other tools show how far the job is.
import { setTimeout as delay, setImmediate as nextTurnOfLoop } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { formatDuration } from '../../../kit/duration.ts'
import { RefusedError } from '../../../kit/errors.ts'
import { type KafkaClient, type KafkaSettings, kafkaError, typeOfKafkaError } from '../../kafka.ts'
import { giveBackMemory } from '../../kafka-memory.ts'
import type { EventLogReader, Offsets, ReaderOptions, RecordBatch } from '../event-log.ts'
import { type Bounds, fetchBounds, placeWithin, refuseBeyond, startOffsets } from './bounds.ts'
import { Feed } from './feed.ts'

/** Together these are less than the 10 s a program has to end, also when the broker is silent. */
const ANSWER_MS = 5_000
const COMMIT_MS = 2_000
/** How long an end may lie before what was read: a broker that has just become a partition's leader may not know it yet. */
const BEYOND_MS = 5_000
/** The event loop turns at least so often. */
const LOOP_MS = 5
/** Leaving the group spares a successor the wait for the end of our session. */
const LEAVE_MS = 2_000

/** The group has another opinion on who reads; the next join settles that, and the next commit covers this one. */
const NOT_OUR_TURN = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS'])

export class KafkaReader implements EventLogReader {
  readonly #client: KafkaClient
  readonly #settings: KafkaSettings
  readonly #options: ReaderOptions
  readonly #positions = new Map<number, number>()
  /** Partitions whose end lies before what was read, and since when it does. */
  readonly #beyondSinceMs = new Map<number, number>()
  #admin: Promise<Admin> | undefined
  #feed: Feed | undefined
  #isClosed = false
  /** What the last read gave out, where its memory is used again. */
  #lent: RecordBatch | undefined
  /** When the event loop last turned for certain. */
  #turnedMs = 0

  private constructor(client: KafkaClient, settings: KafkaSettings, options: ReaderOptions) {
    this.#client = client
    this.#settings = settings
    this.#options = options
  }

  /** The topic must exist. Resolves when the group was joined. */
  static async open(
    client: KafkaClient,
    settings: KafkaSettings,
    options: ReaderOptions,
  ): Promise<KafkaReader> {
    const reader = new KafkaReader(client, settings, options)
    try {
      await reader.#findStart()
      const feed = reader.#startFeed()
      await feed.joined
      if (feed.crash !== undefined) throw reader.#unavailable(feed.crash)
      return reader
    } catch (error) {
      await reader.close()
      throw error
    }
  }

  async read(wanted: readonly number[], waitMs: number): Promise<RecordBatch | undefined> {
    const untilMs = performance.now() + waitMs
    this.#giveBack()
    while (!this.#isClosed) {
      const feed = this.#feed ?? this.#startFeed()
      if (feed.astray.size > 0) await this.ends()
      const batch = feed.take(wanted)
      if (batch !== undefined) {
        this.#positions.set(batch.partition, batch.nextOffset)
        if (this.#options.reusesMemory) this.#lent = batch
        await this.#breathe()
        return batch
      }
      if (feed.crash !== undefined) {
        // The next read begins anew, from our positions.
        this.#feed = undefined
        throw this.#unavailable(feed.crash)
      }
      const leftMs = untilMs - performance.now()
      if (leftMs <= 0) break
      // What wakes us may be of a partition that is not wanted.
      await feed.changed(leftMs)
    }
    return undefined
  }

  #giveBack(): void {
    if (this.#lent === undefined) return
    giveBackMemory(this.#lent.bytes.buffer)
    giveBackMemory(this.#lent.starts.buffer)
    this.#lent = undefined
  }

  /** While batches wait nothing else makes the event loop turn: fetches would stand still, heartbeats and timers, too. */
  async #breathe(): Promise<void> {
    if (performance.now() - this.#turnedMs < LOOP_MS) return
    await nextTurnOfLoop()
    this.#turnedMs = performance.now()
  }

  async ends(): Promise<Offsets> {
    const bounds = await this.#bounds()
    for (const one of bounds) this.#keepPlace(one)
    return new Map(bounds.map(({ partition, high }) => [partition, high]))
  }

  positions(): Offsets {
    return this.#positions
  }

  async commit(next: Offsets): Promise<void> {
    const feed = this.#feed
    if (feed === undefined) return
    try {
      await within(COMMIT_MS, feed.commit(next))
    } catch (error) {
      if (!NOT_OUR_TURN.has(typeOfKafkaError(error)))
        throw kafkaError(this.#settings, 'committing offsets', error)
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const admin = this.#admin?.then((one) => one.disconnect())
    await within(LEAVE_MS, Promise.allSettled([this.#feed?.close(), admin])).catch(() => {})
  }

  #startFeed(): Feed {
    this.#feed = new Feed(this.#client, this.#options, this.#positions)
    return this.#feed
  }

  async #findStart(): Promise<void> {
    const { topic, from = new Map<number, number>(), startAt = 'earliest' } = this.#options
    const bounds = await this.#bounds()
    const start = await this.#ask((admin) => startOffsets(admin, topic, bounds, startAt))
    for (const [partition, offset] of [...start, ...from]) this.#positions.set(partition, offset)
    for (const one of bounds) this.#keepPlace(one)
  }

  /** Takes up a partition that is new; goes on after what retention removed, or refuses to. */
  #keepPlace(bounds: Bounds): void {
    const { partition, low } = bounds
    const feed = this.#feed
    const expected = feed?.expected(partition)
    const next = expected ?? this.#positions.get(partition) ?? low
    const isAstray = feed?.astray.has(partition) ?? false
    if (isAstray || this.#isBeyondForLong(bounds, next))
      refuseBeyond(bounds, next, this.#options.topic)
    const place = placeWithin(bounds, next, this.#options)
    if (expected === undefined) this.#positions.set(partition, place)
    if (isAstray || (expected !== undefined && place !== next)) feed?.goOnAt(partition, place)
  }

  #isBeyondForLong({ partition, high }: Bounds, next: number): boolean {
    if (next <= high) {
      this.#beyondSinceMs.delete(partition)
      return false
    }
    const nowMs = performance.now()
    const sinceMs = this.#beyondSinceMs.get(partition) ?? nowMs
    this.#beyondSinceMs.set(partition, sinceMs)
    return nowMs - sinceMs >= BEYOND_MS
  }

  #bounds(): Promise<Bounds[]> {
    return this.#ask((admin) => fetchBounds(admin, this.#options.topic))
  }

  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    this.#admin ??= connected(this.#client.admin())
    const admin = this.#admin
    try {
      return await within(
        ANSWER_MS,
        admin.then((one) => question(one)),
      )
    } catch (error) {
      // Its connection may never answer again: the next question goes over another one.
      this.#admin = undefined
      admin.then((one) => one.disconnect()).catch(() => {})
      throw kafkaError(this.#settings, `asking for the end of ${this.#options.topic}`, error)
    }
  }

  #unavailable(crash: Error): Error {
    if (crash.cause instanceof RefusedError) return crash.cause
    const { topic } = this.#options
    const needs = { operation: 'Read', topic } as const
    return kafkaError(this.#settings, `reading ${topic}`, crash, needs)
  }
}

async function connected(admin: Admin): Promise<Admin> {
  await admin.connect()
  return admin
}

/** Rejects when `answer` takes longer. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const timer = new AbortController()
  const tooLong = delay(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`no answer within ${formatDuration(ms)}`)
  })
  tooLong.catch(() => {})
  try {
    return await Promise.race([answer, tooLong])
  } finally {
    timer.abort()
  }
}
