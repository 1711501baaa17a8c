// Reads stretches of a Kafka topic, whenever asked, and leaves nothing behind: kafkajs reads only as a member of a group,
// so it is one of its own that is deleted at the end. No offset is committed.
import { randomUUID } from 'node:crypto'
import type { Admin, Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs'
import {
  askKafka,
  type KafkaClient,
  type KafkaSettings,
  kafkaClient,
  kafkaError,
} from '../kafka.ts'

/** Offsets `from` to, not including, `end` of a partition. */
export interface Stretch {
  readonly partition: number
  readonly from: number
  readonly end: number
}

export interface ScannedMessage {
  readonly partition: number
  readonly offset: number
  readonly message: KafkaMessage
}

/** Large records come alone; others together, in so many bytes. */
const FETCH = { maxBytes: 4 << 20, maxBytesPerPartition: 1 << 20, maxWaitTimeInMs: 100 }
const HEARTBEAT_MS = 2_000

/** One reading of stretches, from kafkajs that pushes to a caller who pulls. */
class Pass {
  /** Next offset to be handed over, and the end, by partition; those that are done are no longer in it. */
  readonly left: Map<number, { next: number; readonly end: number }>
  readonly batches: ReadableStream<ScannedMessage[]>
  readonly #writer: WritableStreamDefaultWriter<ScannedMessage[]>

  constructor(stretches: readonly Stretch[]) {
    this.left = new Map(
      stretches.map(({ partition, from, end }) => [partition, { next: from, end }]),
    )
    const { readable, writable } = new TransformStream<ScannedMessage[], ScannedMessage[]>()
    this.batches = readable
    this.#writer = writable.getWriter()
    // It is closed by whoever stops reading; that is no failure.
    this.#writer.closed.catch(() => {})
  }

  /** Resolves when the caller wants more, or no more at all. */
  async take(partition: number, messages: readonly KafkaMessage[], next: number): Promise<void> {
    const left = this.left.get(partition)
    if (left === undefined) return
    const batch = messages
      .map((message) => ({ partition, offset: Number(message.offset), message }))
      .filter(({ offset }) => offset >= left.next && offset < left.end)
    left.next = Math.max(left.next, next)
    if (left.next >= left.end) this.left.delete(partition)
    await this.#writer.write(batch).catch(() => {})
    if (this.left.size === 0) await this.#writer.close().catch(() => {})
  }

  fail(error: Error): void {
    this.#writer.abort(error).catch(() => {})
  }
}

export class TopicScan {
  readonly #client: KafkaClient
  readonly #settings: KafkaSettings
  readonly #topic: string
  readonly #group = `windrow-look-${randomUUID()}`
  #admin: Admin | undefined
  #consumer: Consumer | undefined
  #pass: Pass | undefined

  constructor(settings: KafkaSettings, topic: string) {
    this.#client = kafkaClient(settings)
    this.#settings = settings
    this.#topic = topic
  }

  /** All there is now; none when there is no such topic. */
  async all(): Promise<Stretch[]> {
    return askKafka(this.#settings, `asking for the end of ${this.#topic}`, async () => {
      const admin = await this.#connectedAdmin()
      // Asking for a topic that is not there may make it, or take long.
      if (!(await admin.listTopics()).includes(this.#topic)) return []
      const bounds = await admin.fetchTopicOffsets(this.#topic)
      return bounds.map(({ partition, low, high }) => ({
        partition,
        from: Number(low),
        end: Number(high),
      }))
    })
  }

  /** The messages of the stretches, in order within a partition. One call at a time; it may be left early. */
  async *read(stretches: readonly Stretch[]): AsyncGenerator<ScannedMessage> {
    const pass = new Pass(stretches.filter(({ from, end }) => from < end))
    if (pass.left.size === 0) return
    this.#pass = pass
    try {
      if (this.#consumer === undefined) await this.#start()
      else this.#seek()
      for await (const batch of pass.batches) yield* batch
    } finally {
      this.#pass = undefined
    }
  }

  async close(): Promise<void> {
    await this.#consumer?.disconnect().catch(() => {})
    // Kafka forgets an empty group by itself, too, only later.
    if (this.#consumer !== undefined) await this.#admin?.deleteGroups([this.#group]).catch(() => {})
    await this.#admin?.disconnect().catch(() => {})
  }

  async #connectedAdmin(): Promise<Admin> {
    if (this.#admin !== undefined) return this.#admin
    const admin = this.#client.admin()
    await admin.connect()
    this.#admin = admin
    return admin
  }

  async #start(): Promise<void> {
    const consumer = this.#client.consumer({
      groupId: this.#group,
      allowAutoTopicCreation: false,
      ...FETCH,
      retry: { initialRetryTime: 200, retries: 5, restartOnFailure: async () => false },
    })
    this.#consumer = consumer
    const { GROUP_JOIN, CRASH, START_BATCH_PROCESS } = consumer.events
    consumer.on(GROUP_JOIN, () => this.#seek())
    consumer.on(CRASH, ({ payload }) =>
      this.#pass?.fail(kafkaError(this.#settings, `reading ${this.#topic}`, payload.error)),
    )
    // Batches of nothing but control or aborted records never reach eachBatch; their end is still a position.
    consumer.on(START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0)
        void this.#pass?.take(payload.partition, [], Number(payload.lastOffset) + 1)
    })
    await askKafka(this.#settings, `reading ${this.#topic}`, async () => {
      await consumer.connect()
      await consumer.subscribe({ topic: this.#topic, fromBeginning: true })
      await consumer.run({ autoCommit: false, eachBatch: (payload) => this.#handOver(payload) })
    })
  }

  async #handOver({ batch, heartbeat, isStale }: EachBatchPayload): Promise<void> {
    // Fetched before the seek that began this pass.
    if (isStale()) return
    const beat = setInterval(() => void heartbeat().catch(() => {}), HEARTBEAT_MS)
    try {
      const next = Number(batch.lastOffset()) + 1
      await this.#pass?.take(batch.partition, batch.messages, next)
    } finally {
      clearInterval(beat)
    }
  }

  /** To where the pass is: at its beginning, and whenever the group is joined again. */
  #seek(): void {
    for (const [partition, { next }] of this.#pass?.left ?? [])
      this.#consumer?.seek({ topic: this.#topic, partition, offset: String(next) })
  }
}
