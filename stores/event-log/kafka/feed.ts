// One life of a kafkajs consumer, from joining the job's group until it is closed or kafkajs gives up: turns what
// kafkajs fetches into a queue without a gap or a repetition. What does not follow on what came before is not taken.
import type { Batch, Consumer, KafkaMessage } from 'kafkajs'
import type { KafkaClient } from '../../kafka.ts'
import type { Offsets, ReaderOptions, RecordBatch } from '../event-log.ts'
import { singleReader } from './assigner.ts'
import { ALL_PAUSED_MS, ANSWER_BYTES_MAX, shareOf, waitFor } from './fetch-plan.ts'
import { batchesFromMessages, emptyBatch } from './messages.ts'
import { BatchQueue } from './queue.ts'
import { type WholeBatchMessage, withWholeBatches } from './whole-batches.ts'

/** A reader that died without a word blocks its successor for one session; brokers allow 6 s at least. */
const SESSION = { sessionTimeout: 6_000, heartbeatInterval: 1_500, rebalanceTimeout: 10_000 }
/** How soon kafkajs sees that the topic has more partitions, and joins anew to have them assigned. */
const METADATA_MAX_AGE_MS = 1_000
/** kafkajs gives up soon: waiting longer is for our caller, who says what it waits for. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 1_000, retries: 4 }

/** kafkajs does not declare it: the offset that was asked for. Messages are all of one kind. */
type FetchedBatch = Omit<Batch, 'messages'> & {
  readonly fetchedOffset: string
  readonly messages: readonly WholeBatchMessage[] | readonly KafkaMessage[]
}

export class Feed {
  readonly #topic: string
  readonly #consumer: Consumer
  /** Where the reader is; after each join everything is fetched again from there. */
  readonly #positions: Offsets
  readonly #queue: BatchQueue
  /** Next offset to be fetched: the position, plus what waits in the queue. */
  readonly #expected = new Map<number, number>()
  readonly #paused = new Set<number>()
  /** Where an empty batch left out offsets. */
  readonly #gapBefore = new Map<number, number>()
  readonly #astray = new Set<number>()
  #isJoined = false
  #crash: Error | undefined
  /** Resolves when the group was joined for the first time, or that failed: see `crash`. */
  readonly joined: Promise<void>

  constructor(client: KafkaClient, options: ReaderOptions, positions: Offsets) {
    this.#topic = options.topic
    this.#positions = positions
    const shareBytes = shareOf(positions.size)
    this.#queue = new BatchQueue(shareBytes)
    const reading = {
      onSlow: warnOnce,
      waitFor: (wasEmpty: boolean) => waitFor(wasEmpty, this.#paused.size > 0),
    }
    this.#consumer = client.consumer({
      groupId: options.group,
      partitionAssigners: [withWholeBatches(singleReader(options.epoch ?? 0), reading)],
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      maxBytes: ANSWER_BYTES_MAX,
      maxBytesPerPartition: shareBytes,
      maxWaitTimeInMs: ALL_PAUSED_MS,
      ...SESSION,
      // Instead of starting itself again kafkajs leaves that to the reader.
      retry: { ...RETRY, restartOnFailure: async () => false },
    })
    this.joined = this.#join().catch((error: Error) => this.#crashed(error))
  }

  async #join(): Promise<void> {
    const consumer = this.#consumer
    const { GROUP_JOIN, STOP, CRASH, START_BATCH_PROCESS } = consumer.events
    consumer.on(GROUP_JOIN, () => {
      this.#isJoined = true
      this.#startOver()
    })
    consumer.on(STOP, () => {
      this.#isJoined = false
    })
    consumer.on(CRASH, ({ payload }) => this.#crashed(payload.error))
    // Batches of nothing but control or aborted records never reach eachBatch; their end is still a position.
    consumer.on(START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.#takeEmpty(payload)
    })
    await consumer.connect()
    await consumer.subscribe({ topic: this.#topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => this.#takeBatch(batch as Batch & FetchedBatch),
    })
  }

  #crashed(error: Error): void {
    this.#crash ??= error
    this.#queue.interrupt()
    this.#consumer.disconnect().catch(() => {})
  }

  /** Why kafkajs gave up. */
  get crash(): Error | undefined {
    return this.#crash
  }

  /** Partitions that kafkajs reads from elsewhere than it was told to: it is to be found out why. */
  get astray(): ReadonlySet<number> {
    return this.#astray
  }

  /** The offset that follows what waits. */
  expected(partition: number): number | undefined {
    return this.#expected.get(partition)
  }

  /** Goes on there, beyond or at what is expected; the records between do not come. */
  goOnAt(partition: number, offset: number): void {
    this.#astray.delete(partition)
    const expected = this.#expected.get(partition)
    if (expected !== undefined && offset !== expected) this.#push([emptyBatch(partition, offset)])
    this.#seek(partition, offset)
  }

  take(wanted: readonly number[]): RecordBatch | undefined {
    const batch = this.#queue.take(wanted)
    if (batch === undefined) return undefined
    const { partition } = batch
    if (this.#paused.has(partition) && this.#queue.isLow(partition)) {
      this.#paused.delete(partition)
      this.#resume([partition])
    }
    return batch
  }

  /** Resolves when something came or happened, or after `waitMs`. */
  async changed(waitMs: number): Promise<void> {
    await this.#queue.pushed(waitMs)
  }

  /** Without effect while the group is not joined. Throws kafkajs's errors. */
  async commit(next: Offsets): Promise<void> {
    if (!this.#isJoined) return
    const offsets = [...next].map(([partition, offset]) => ({
      topic: this.#topic,
      partition,
      offset: String(offset),
    }))
    await this.#consumer.commitOffsets(offsets)
  }

  /** Ends a wait, too. */
  async close(): Promise<void> {
    this.#queue.interrupt()
    await this.#consumer.disconnect()
  }

  /** Everything not read yet is fetched again: others may have had the partitions, and there may be more of them. */
  #startOver(): void {
    this.#queue.clear()
    this.#astray.clear()
    this.#resume([...this.#paused])
    this.#paused.clear()
    for (const [partition, offset] of this.#positions) this.#seek(partition, offset)
  }

  #seek(partition: number, offset: number): void {
    this.#expected.set(partition, offset)
    if (this.#isJoined)
      this.#consumer.seek({ topic: this.#topic, partition, offset: String(offset) })
  }

  #resume(partitions: number[]): void {
    if (this.#isJoined && partitions.length > 0)
      this.#consumer.resume([{ topic: this.#topic, partitions }])
  }

  #takeBatch(batch: FetchedBatch): void {
    const { partition, messages } = batch
    // Fetched before a seek took effect, or from where kafkajs went by itself, as when retention removed what came next.
    if (Number(batch.fetchedOffset) !== this.#expected.get(partition)) this.#strayed(partition)
    else if (areWhole(messages)) this.#push(messages.map((message) => message.recordBatch))
    else this.#push(batchesFromMessages(partition, messages, Number(batch.lastOffset()) + 1))
  }

  /** Of these the offset asked for is not told: a gap before one is compaction's when it is there again after a seek. */
  #takeEmpty(batch: { partition: number; firstOffset: string; lastOffset: string }): void {
    const { partition } = batch
    const first = Number(batch.firstOffset ?? batch.lastOffset)
    if (first !== this.#expected.get(partition) && first !== this.#gapBefore.get(partition)) {
      this.#gapBefore.set(partition, first)
      this.#strayed(partition)
      return
    }
    this.#gapBefore.delete(partition)
    this.#push([emptyBatch(partition, Number(batch.lastOffset) + 1)])
  }

  #strayed(partition: number): void {
    this.#astray.add(partition)
    this.#queue.interrupt()
  }

  #push(batches: readonly RecordBatch[]): void {
    for (const batch of batches) {
      this.#expected.set(batch.partition, batch.nextOffset)
      const isFull = this.#queue.push(batch)
      if (!isFull || this.#paused.has(batch.partition)) continue
      this.#paused.add(batch.partition)
      if (this.#isJoined)
        this.#consumer.pause([{ topic: this.#topic, partitions: [batch.partition] }])
    }
  }
}

const areWhole = (messages: FetchedBatch['messages']): messages is readonly WholeBatchMessage[] =>
  messages.length > 0 && 'recordBatch' in messages[0]

const warned = new Set<string>()
/** On stderr, once a process. */
function warnOnce(why: string): void {
  if (warned.has(why)) return
  warned.add(why)
  process.emitWarning(`Kafka is read record by record, at half the speed: ${why}.`)
}
