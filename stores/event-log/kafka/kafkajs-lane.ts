// One idempotent producer of kafkajs's and what it has still to send, as batches that stay the same from the first attempt
// to the last: by that the broker knows what it has already. See decisions/sent-once.md.
import type { Message, Producer } from 'kafkajs'
import { isTooLarge, type KafkaClient, typeOfKafkaError } from '../../kafka.ts'
import { CODEC_NAMES, type CodecName } from './codecs.ts'

/** Messages of one partition that travel as one record batch. */
interface Chunk {
  readonly messages: readonly Message[]
  /** The broker may have it, though it has not answered so: it is sent again before anything else. */
  isInDoubt: boolean
}

/** The broker takes 1 MiB by default. */
const CHUNK_BYTES_MAX = 900_000
/** kafkajs groups the messages of a send in time that grows with the square of their number. */
const CHUNK_RECORDS_MAX = 1_000
/** What a record and each of its headers need besides their texts, generously. */
const OVERHEAD_BYTES = 64
/** kafkajs does not wrap sequence numbers round at 2³¹ as brokers expect; a new producer begins at 0. */
const PRODUCER_RECORDS_MAX = 2 ** 30

/**
 * The broker's last batch of this producer is not the one sent before. It would know the batch in doubt, which can only
 * be the last one: so it does not have that, and another producer may send it.
 */
const LOST_TRACK = new Set(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID'])

export interface LaneOptions {
  readonly codec: CodecName
  readonly producerRecordsMax?: number
}

/** One producer, and what it has still to send: one chunk after the other. */
export class Lane {
  readonly #client: KafkaClient
  readonly #topic: string
  readonly #codec: CodecName
  readonly #recordsMax: number
  #chunks: Chunk[] = []
  #producer: Producer | undefined
  #sentRecords = 0

  constructor(client: KafkaClient, topic: string, { codec, producerRecordsMax }: LaneOptions) {
    this.#client = client
    this.#topic = topic
    this.#codec = codec
    this.#recordsMax = producerRecordsMax ?? PRODUCER_RECORDS_MAX
  }

  add(messages: readonly Message[]): void {
    for (const chunk of chunksOf(messages)) this.#chunks.push({ messages: chunk, isInDoubt: false })
  }

  /** Forgets all but the chunk in doubt, without which the broker would take the next one for it. */
  abandon(): void {
    this.#chunks = this.#chunks.filter((chunk) => chunk.isInDoubt)
  }

  async send(): Promise<void> {
    while (this.#chunks.length > 0) {
      const [chunk] = this.#chunks
      try {
        await this.#sendChunk(chunk)
        this.#chunks.shift()
      } catch (error) {
        if (!isTooLarge(error)) throw error
        // The broker does not have it, so it may be cut; the topic may take less than brokers do by default.
        chunk.isInDoubt = false
        if (chunk.messages.length === 1) throw error
        this.#chunks.splice(0, 1, ...halvesOf(chunk))
      }
    }
  }

  async #sendChunk(chunk: Chunk): Promise<void> {
    const isFull = this.#sentRecords + chunk.messages.length > this.#recordsMax
    if (isFull && !chunk.isInDoubt) await this.close()
    for (let isAgain = false; ; isAgain = true) {
      const producer = await this.open()
      chunk.isInDoubt = true
      try {
        await producer.send({
          topic: this.#topic,
          messages: [...chunk.messages],
          acks: -1,
          compression: CODEC_NAMES.indexOf(this.#codec),
        })
        this.#sentRecords += chunk.messages.length
        return
      } catch (error) {
        const hasLostTrack = LOST_TRACK.has(typeOfKafkaError(error))
        if (hasLostTrack) await this.close()
        if (!hasLostTrack || isAgain) throw error
      }
    }
  }

  /** The producer, with a number of its own by which the broker knows what it sends again. */
  async open(): Promise<Producer> {
    if (this.#producer !== undefined) return this.#producer
    const producer = this.#client.producer({
      idempotent: true,
      // Within a send the same batch is repeated, as by us; but only we say what is waited for.
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 1 },
    })
    await producer.connect()
    this.#sentRecords = 0
    this.#producer = producer
    return producer
  }

  async close(): Promise<void> {
    const producer = this.#producer
    this.#producer = undefined
    await producer?.disconnect()
  }
}

function halvesOf({ messages }: Chunk): Chunk[] {
  const middle = messages.length >> 1
  const halves = [messages.slice(0, middle), messages.slice(middle)]
  return halves.map((half) => ({ messages: half, isInDoubt: false }))
}

function* chunksOf(messages: readonly Message[]): Generator<readonly Message[]> {
  let first = 0
  let chunkBytes = 0
  for (let at = 0; at < messages.length; at++) {
    const bytes = sizeOf(messages[at])
    const isFull = at - first >= CHUNK_RECORDS_MAX || chunkBytes + bytes > CHUNK_BYTES_MAX
    if (isFull && at > first) {
      yield messages.slice(first, at)
      first = at
      chunkBytes = 0
    }
    chunkBytes += bytes
  }
  if (first < messages.length) yield messages.slice(first)
}

/** At most so many bytes; texts have up to three per UTF-16 unit. */
function sizeOf({ key, value, headers = {} }: Message): number {
  let bytes = OVERHEAD_BYTES + 3 * (key?.length ?? 0) + (value?.length ?? 0)
  for (const [name, text] of Object.entries(headers))
    bytes += OVERHEAD_BYTES + 3 * (name.length + (text?.length ?? 0))
  return bytes
}
