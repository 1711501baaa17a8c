// What one partition has still to be sent, as batches that stay the same from the first attempt to the last: by that the
// broker knows what it has already. See decisions/sent-once.md.
import {
  BatchEncoder,
  compressed,
  encodeHeaders,
  type ProducerNumber,
  stamp,
} from './batch-encoder.ts'
import type { CodecName } from './codecs.ts'
import type { KeyBytes } from './keys.ts'
import type { OutgoingRecord } from './outgoing.ts'

/** Records that travel as one record batch. */
interface Chunk {
  readonly records: OutgoingRecord[]
  readonly encoder: BatchEncoder
  /** The batch, once it was tried; then it takes no more records. */
  bytes?: Buffer
  /** The broker may have it, though it has not answered so: it is sent again before anything else. */
  isInDoubt: boolean
}

/** The broker takes 1 MiB by default. */
const CHUNK_BYTES_MAX = 900_000
/** Sequence numbers go up to here, then begin at 0. */
const SEQUENCES = 2 ** 31

export class PartitionLane {
  readonly partition: number
  /** Absent: its next batch is the first of another producer. */
  producer: ProducerNumber | undefined
  readonly #keys: KeyBytes
  readonly #codec: CodecName
  #chunks: Chunk[] = []
  /** Of the first record that the broker has not acknowledged. */
  #sequence: number

  /** `keys` is for use during calls: one for all lanes will do. */
  constructor(partition: number, keys: KeyBytes, codec: CodecName, firstSequence: number) {
    this.partition = partition
    this.#keys = keys
    this.#codec = codec
    this.#sequence = firstSequence
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0
  }

  /** Its key, if it has one, is what `keys` holds. */
  add(record: OutgoingRecord): void {
    const last = this.#chunks.at(-1)
    if (last !== undefined && last.bytes === undefined && isRoom(last, record))
      put(last, record, this.#keys)
    else this.#chunks.push(put(newChunk(), record, this.#keys))
  }

  /** The next batch as it is sent: from now on the broker may have it. There must be one. */
  async next(producer: ProducerNumber, nowMs: number): Promise<Buffer> {
    const [chunk] = this.#chunks
    this.producer = producer
    chunk.bytes ??= await compressed(chunk.encoder.finish(nowMs), this.#codec)
    stamp(chunk.bytes, producer, this.#sequence)
    chunk.isInDoubt = true
    return chunk.bytes
  }

  /** The broker has the batch. */
  acknowledge(): void {
    this.#sequence = (this.#sequence + this.#chunks[0].records.length) % SEQUENCES
    this.#chunks.shift()
  }

  /** The broker lost track of the producer, and so does not have the batch: another one sends it. */
  renew(): void {
    this.producer = undefined
    this.#sequence = 0
  }

  /** The broker refused the batch as too large, so it does not have it; false: one record cannot be cut. */
  cut(): boolean {
    const [chunk] = this.#chunks
    chunk.isInDoubt = false
    const middle = chunk.records.length >> 1
    if (middle === 0) return false
    const halves = [chunk.records.slice(0, middle), chunk.records.slice(middle)]
    this.#chunks.splice(0, 1, ...halves.map((half) => this.#chunkOf(half)))
    return true
  }

  /** Forgets all but the batch in doubt, without which the broker would take the next one for it. */
  abandon(): void {
    this.#chunks = this.#chunks.filter(({ isInDoubt }) => isInDoubt)
  }

  #chunkOf(records: readonly OutgoingRecord[]): Chunk {
    const chunk = newChunk()
    for (const record of records) {
      if (record.key !== undefined) this.#keys.set(record.key)
      put(chunk, record, this.#keys)
    }
    return chunk
  }
}

const newChunk = (): Chunk => ({ records: [], encoder: new BatchEncoder(), isInDoubt: false })

const isRoom = ({ encoder }: Chunk, { value }: OutgoingRecord): boolean =>
  encoder.sizeBytes + (value?.length ?? 0) <= CHUNK_BYTES_MAX

function put(chunk: Chunk, record: OutgoingRecord, keys: KeyBytes): Chunk {
  const headers = record.headers === undefined ? null : encodeHeaders(record.headers)
  chunk.encoder.add(record.key === undefined ? null : keys, record.value, headers)
  chunk.records.push(record)
  return chunk
}
