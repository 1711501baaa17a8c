// Records → a record batch of Kafka's (magic 2), byte by byte: no object per record.
// Format: https://kafka.apache.org/documentation/#recordbatch
import { CODEC_NAMES, type CodecName, compress } from './codecs.ts'
import { crc32c } from './crc32c.ts'
import type { KeyBytes } from './keys.ts'

/** Where the fields of a batch's header lie. */
const AT = {
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  lastTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  firstSequence: 53,
  count: 57,
  records: 61,
} as const

const FIRST_BYTES = 1 << 14
/** A varint of 32 bits at most. */
const VARINT_BYTES_MAX = 5
/** What a record needs beside its texts at most. */
const OVERHEAD_BYTES = 32

/** What a broker knows a producer by. */
export interface ProducerNumber {
  readonly id: bigint
  readonly epoch: number
}

/** Takes records one after the other, then gives their batch. */
export class BatchEncoder {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES)
  #at: number = AT.records
  count = 0

  /** Bytes of the batch so far, uncompressed. */
  get sizeBytes(): number {
    return this.#at
  }

  /** `headers`: as `encodeHeaders` makes them; null: none. */
  add(key: KeyBytes | null, value: Uint8Array | null, headers: Buffer | null): void {
    const texts = (key?.length ?? 0) + (value?.length ?? 0) + (headers?.length ?? 0)
    this.#reserve(texts + OVERHEAD_BYTES)
    const offsetDelta = this.count++
    const length =
      2 +
      sizeOfVarint(offsetDelta) +
      sizeOfText(key?.length ?? -1) +
      sizeOfText(value?.length ?? -1) +
      (headers?.length ?? 1)
    const bytes = this.#bytes
    let at = writeVarint(bytes, this.#at, length)
    // Attributes, and the time since the batch's.
    bytes[at++] = 0
    bytes[at++] = 0
    at = writeVarint(bytes, at, offsetDelta)
    at = writeVarint(bytes, at, key?.length ?? -1)
    if (key !== null) {
      const from = key.bytes
      for (let i = 0; i < key.length; i++) bytes[at++] = from[i]
    }
    at = writeVarint(bytes, at, value?.length ?? -1)
    if (value !== null) {
      bytes.set(value, at)
      at += value.length
    }
    if (headers === null) bytes[at++] = 0
    else {
      bytes.set(headers, at)
      at += headers.length
    }
    this.#at = at
  }

  /** The batch, uncompressed and whole but for its producer (`stamp`); the encoder must not be used again. */
  finish(nowMs: number): Buffer {
    const batch = this.#bytes.subarray(0, this.#at)
    batch.fill(0, 0, AT.records)
    batch.writeInt32BE(batch.length - AT.leaderEpoch, AT.length)
    batch.writeInt32BE(-1, AT.leaderEpoch)
    batch[AT.magic] = 2
    batch.writeInt32BE(this.count - 1, AT.lastOffsetDelta)
    batch.writeBigInt64BE(BigInt(nowMs), AT.firstTimestamp)
    batch.writeBigInt64BE(BigInt(nowMs), AT.lastTimestamp)
    batch.writeInt32BE(this.count, AT.count)
    return batch
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}

/** The same batch with its records compressed. */
export async function compressed(batch: Buffer, codec: CodecName): Promise<Buffer> {
  if (codec === 'none') return batch
  const records = await compress(codec, batch.subarray(AT.records))
  const smaller = Buffer.concat([batch.subarray(0, AT.records), records])
  smaller.writeInt32BE(smaller.length - AT.leaderEpoch, AT.length)
  smaller.writeInt16BE(CODEC_NAMES.indexOf(codec), AT.attributes)
  return smaller
}

/** Says in a batch who sends it and which of his records it begins with, and sums it up. */
export function stamp(batch: Buffer, producer: ProducerNumber, firstSequence: number): void {
  batch.writeBigInt64BE(producer.id, AT.producerId)
  batch.writeInt16BE(producer.epoch, AT.producerEpoch)
  batch.writeInt32BE(firstSequence, AT.firstSequence)
  batch.writeUInt32BE(crc32c(batch, AT.attributes, batch.length), AT.crc)
}

/** Their number, then each name and text with its length. */
export function encodeHeaders(headers: Readonly<Record<string, string>>): Buffer {
  const texts = Object.entries(headers).flat()
  const parts = texts.map((text) => Buffer.from(text))
  const sizeBytes = parts.reduce((sum, part) => sum + part.length + VARINT_BYTES_MAX, 0)
  const bytes = Buffer.allocUnsafe(VARINT_BYTES_MAX + sizeBytes)
  let at = writeVarint(bytes, 0, texts.length / 2)
  for (const part of parts) {
    at = writeVarint(bytes, at, part.length)
    at += part.copy(bytes, at)
  }
  return bytes.subarray(0, at)
}

const sizeOfText = (length: number): number => sizeOfVarint(length) + (length === -1 ? 0 : length)

/** A number of 31 bits in zigzag notation, its lowest seven bits first. */
function writeVarint(bytes: Uint8Array, from: number, value: number): number {
  let at = from
  let rest = (value << 1) ^ (value >> 31)
  while (rest > 127 || rest < 0) {
    bytes[at++] = (rest & 127) | 128
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}

function sizeOfVarint(value: number): number {
  const rest = ((value << 1) ^ (value >> 31)) >>> 0
  if (rest < 128) return 1
  if (rest < 16_384) return 2
  if (rest < 2_097_152) return 3
  return rest < 268_435_456 ? 4 : 5
}
