// Reads a Kafka topic. Where we are is in the checkpoint, not in Kafka: at every join of the group each partition is
// sought to our position. Offsets are committed so that Control Center and other tools show how far the job is.
import type { Admin, Consumer } from 'kafkajs'
import { askKafka, type KafkaClient, type KafkaSettings, kafkaError } from '../../kafka.ts'
import type { EventLogReader, Offsets, RecordBatch } from '../event-log.ts'
import { singleReader } from './assigner.ts'
import { batchesFromMessages, emptyBatch } from './messages.ts'
import { BatchQueue } from './queue.ts'

const FETCH = {
  minBytes: 1 << 20,
  maxBytes: 4 << 20,
  maxBytesPerPartition: 1 << 20,
  maxWaitTimeInMs: 100,
}
/** A reader that died without a word blocks its successor for so long. */
const SESSION = { sessionTimeout: 10_000, rebalanceTimeout: 15_000, heartbeatInterval: 2_000 }

export class KafkaReader implements EventLogReader {
  readonly #settings: KafkaSettings
  readonly #topic: string
  readonly #admin: Admin
  readonly #consumer: Consumer
  readonly #queue = new BatchQueue()
  /** Next offset `read` delivers. */
  readonly #positions: Map<number, number>
  /** Next offset to be fetched: the position, plus what waits in the queue. */
  readonly #fetched: Map<number, number>
  readonly #paused = new Set<number>()
  #crash: Error | undefined
  #closed = false

  /** `positions` must name every partition; `admin` is connected and belongs to the reader from now on. */
  constructor(
    client: KafkaClient,
    settings: KafkaSettings,
    place: { readonly topic: string; readonly group: string; readonly positions: Offsets },
    admin: Admin,
  ) {
    this.#settings = settings
    this.#topic = place.topic
    this.#admin = admin
    this.#positions = new Map(place.positions)
    this.#fetched = new Map(place.positions)
    this.#consumer = client.consumer({
      groupId: place.group,
      partitionAssigners: [singleReader],
      ...FETCH,
      ...SESSION,
      retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 8 },
    })
  }

  async start(): Promise<void> {
    const consumer = this.#consumer
    const { GROUP_JOIN, CRASH, START_BATCH_PROCESS } = consumer.events
    consumer.on(GROUP_JOIN, () => this.#seekAll())
    consumer.on(CRASH, ({ payload }) => {
      if (payload.restart) return
      this.#crash = kafkaError(this.#settings, `reading ${this.#topic}`, payload.error)
      this.#queue.interrupt()
    })
    // Batches of nothing but control or aborted records never reach eachBatch; their end is still a position.
    consumer.on(START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0)
        this.#push([emptyBatch(payload.partition, Number(payload.lastOffset) + 1)])
    })
    await consumer.connect()
    await consumer.subscribe({ topic: this.#topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        const { partition, messages } = batch
        const expected = this.#fetched.get(partition)
        // Fetched before a seek took effect: it will come again from where we want it.
        if (expected === undefined || Number(messages[0].offset) < expected) return
        this.#push(batchesFromMessages(partition, messages, Number(batch.lastOffset()) + 1))
      },
    })
  }

  async read(wanted: readonly number[], waitMs: number): Promise<RecordBatch | undefined> {
    const untilMs = performance.now() + waitMs
    let batch = this.#queue.take(wanted)
    // What wakes us may be of a partition that is not wanted.
    while (batch === undefined && !this.#closed && this.#crash === undefined) {
      const leftMs = untilMs - performance.now()
      if (leftMs <= 0) break
      await this.#queue.pushed(leftMs)
      batch = this.#queue.take(wanted)
    }
    if (batch === undefined) {
      if (this.#crash !== undefined) throw this.#crash
      return undefined
    }
    this.#positions.set(batch.partition, batch.nextOffset)
    if (this.#paused.has(batch.partition) && this.#queue.isLow(batch.partition)) {
      this.#paused.delete(batch.partition)
      this.#consumer.resume([{ topic: this.#topic, partitions: [batch.partition] }])
    }
    return batch
  }

  async ends(): Promise<Offsets> {
    const offsets = await askKafka(this.#settings, `asking for the end of ${this.#topic}`, () =>
      this.#admin.fetchTopicOffsets(this.#topic),
    )
    return new Map(
      offsets
        .map(({ partition, high }) => [partition, Number(high)] as const)
        .sort(([a], [b]) => a - b),
    )
  }

  positions(): Offsets {
    return this.#positions
  }

  async commit(next: Offsets): Promise<void> {
    const offsets = [...next].map(([partition, offset]) => ({
      topic: this.#topic,
      partition,
      offset: String(offset),
    }))
    await askKafka(this.#settings, 'committing offsets', () =>
      this.#consumer.commitOffsets(offsets),
    )
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#queue.interrupt()
    await Promise.allSettled([this.#consumer.disconnect(), this.#admin.disconnect()])
  }

  /** After each join of the group: everything not read yet is fetched again from our position. */
  #seekAll(): void {
    this.#queue.clear()
    this.#resumeAll()
    for (const [partition, offset] of this.#positions) {
      this.#fetched.set(partition, offset)
      this.#consumer.seek({ topic: this.#topic, partition, offset: String(offset) })
    }
  }

  #resumeAll(): void {
    if (this.#paused.size > 0)
      this.#consumer.resume([{ topic: this.#topic, partitions: [...this.#paused] }])
    this.#paused.clear()
  }

  #push(batches: readonly RecordBatch[]): void {
    for (const batch of batches) {
      this.#fetched.set(batch.partition, batch.nextOffset)
      const isFull = this.#queue.push(batch)
      if (!isFull || this.#paused.has(batch.partition)) continue
      this.#paused.add(batch.partition)
      this.#consumer.pause([{ topic: this.#topic, partitions: [batch.partition] }])
    }
  }
}
