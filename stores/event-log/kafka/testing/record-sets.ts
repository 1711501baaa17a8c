// Makes the bytes of Kafka's record batches field by field, of any kind and also wrong ones; an encoder apart from the
// writer's, so that both can be judged by it.
import { CODEC_NAMES, type CodecName, compress } from '../codecs.ts'
import { crc32c } from '../crc32c.ts'

export interface TestRecord {
  readonly offsetDelta: number
  readonly timeDelta: bigint
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly (readonly [string, Uint8Array | null])[]
}

export interface TestBatch {
  readonly baseOffset: bigint
  readonly lastOffsetDelta: number
  readonly codec: CodecName
  readonly isLogAppendTime: boolean
  readonly firstMs: bigint
  readonly maxMs: bigint
  readonly records: readonly TestRecord[]
  /** Of a transaction; of the broker's note of its end. */
  readonly isTransactional?: boolean
  readonly isControl?: boolean
  readonly producerId?: bigint
  /** Instead of how many there are. */
  readonly count?: number
}

export async function encodeBatch(batch: TestBatch): Promise<Buffer> {
  const records = Buffer.concat(batch.records.map(encodeRecord))
  const packed = await compress(batch.codec, records)
  const bytes = Buffer.alloc(61 + packed.length)
  bytes.writeBigInt64BE(batch.baseOffset, 0)
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt32BE(7, 12)
  bytes.writeInt8(2, 16)
  bytes.writeInt16BE(attributesOf(batch), 21)
  bytes.writeInt32BE(batch.lastOffsetDelta, 23)
  bytes.writeBigInt64BE(batch.firstMs, 27)
  bytes.writeBigInt64BE(batch.maxMs, 35)
  bytes.writeBigInt64BE(batch.producerId ?? -1n, 43)
  bytes.writeInt16BE(-1, 51)
  bytes.writeInt32BE(-1, 53)
  bytes.writeInt32BE(batch.count ?? batch.records.length, 57)
  bytes.set(packed, 61)
  return withSum(bytes)
}

/** Sets the CRC-32C of a batch right. */
export function withSum(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch, 21, batch.length), 17)
  return batch
}

const attributesOf = (batch: TestBatch): number =>
  CODEC_NAMES.indexOf(batch.codec) |
  (batch.isLogAppendTime ? 8 : 0) |
  (batch.isTransactional ? 16 : 0) |
  (batch.isControl ? 32 : 0)

function encodeRecord(record: TestRecord): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(record.timeDelta),
    varint(BigInt(record.offsetDelta)),
    sized(record.key),
    sized(record.value),
    varint(BigInt(record.headers.length)),
    ...record.headers.flatMap(([name, value]) => [sized(Buffer.from(name)), sized(value)]),
  ])
  return Buffer.concat([varint(BigInt(body.length)), body])
}

const sized = (bytes: Uint8Array | null): Buffer =>
  bytes === null ? varint(-1n) : Buffer.concat([varint(BigInt(bytes.length)), bytes])

/** Zigzag, then seven bits a byte, the lowest first. */
export function varint(number: bigint): Buffer {
  let left = BigInt.asUintN(64, (number << 1n) ^ (number >> 63n))
  const bytes: number[] = []
  while (left > 127n) {
    bytes.push(Number(left & 127n) | 128)
    left >>= 7n
  }
  return Buffer.from([...bytes, Number(left)])
}

/** An answer to a fetch in version 11, of one topic. */
export function encodeAnswer(
  topic: string,
  partitions: readonly { readonly partition: number; readonly records: Buffer }[],
): Buffer {
  const name = Buffer.from(topic)
  const head = Buffer.alloc(14 + 2)
  head.writeInt32BE(1, 10)
  head.writeInt16BE(name.length, 14)
  const count = Buffer.alloc(4)
  count.writeInt32BE(partitions.length)
  return Buffer.concat([head, name, count, ...partitions.flatMap(encodePartition)])
}

function encodePartition(one: { readonly partition: number; readonly records: Buffer }): Buffer[] {
  const head = Buffer.alloc(42)
  head.writeInt32BE(one.partition, 0)
  head.writeBigInt64BE(1_000_000n, 6)
  head.writeBigInt64BE(1_000_000n, 14)
  head.writeBigInt64BE(0n, 22)
  head.writeInt32BE(0, 30)
  head.writeInt32BE(-1, 34)
  head.writeInt32BE(one.records.length, 38)
  return [head, one.records]
}
