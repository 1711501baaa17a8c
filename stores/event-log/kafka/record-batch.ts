// Kafka's record batches (message format 2), header and records, as brokers keep and send them: found and checked here
// without an object per record. The format: https://kafka.apache.org/documentation/#recordbatch.
import { crc32c } from './crc32c.ts'

const BASE_OFFSET_AT = 0
const LENGTH_AT = 8
const MAGIC_AT = 16
const CRC_AT = 17
const ATTRIBUTES_AT = 21
const LAST_DELTA_AT = 23
const FIRST_TIME_AT = 27
const MAX_TIME_AT = 35
const COUNT_AT = 57
const RECORDS_AT = 61

const MAGIC = 2
const CODEC_BITS = 0x07
const LOG_APPEND_TIME_BIT = 0x08
const TRANSACTION_BITS = 0x30
/** A record with neither key nor value nor headers, and the byte of its length. */
const RECORD_BYTES_MIN = 7

/** What the bytes are not, though they should be. */
export class DamagedBatch extends Error {
  override readonly name = 'DamagedBatch'
}

/** One batch within the bytes of a fetch. Offsets are of records, `recordsAt` and `end` of those bytes. */
export interface BatchHeader {
  readonly baseOffset: number
  /** Of the batch as it was written: compaction may have removed the record. */
  readonly lastOffset: number
  /** Number of the compression: the index of `CODEC_NAMES`. */
  readonly codec: number
  /** Part of a transaction, or the broker's note of how one ended. */
  readonly isTransactional: boolean
  readonly isLogAppendTime: boolean
  /** Epoch ms; -1: none. */
  readonly firstMs: number
  readonly maxMs: number
  readonly count: number
  readonly recordsAt: number
  readonly end: number
}

/**
 * The whole batches in the bytes of one partition of a fetch, which may end within a batch; undefined where one is of an
 * older message format. Throws DamagedBatch where a batch is not what was written.
 */
export function batchesIn(bytes: Buffer): BatchHeader[] | undefined {
  const batches: BatchHeader[] = []
  for (let at = 0; at + MAGIC_AT < bytes.length; ) {
    if (bytes[at + MAGIC_AT] !== MAGIC) return undefined
    const end = at + LENGTH_AT + 4 + bytes.readInt32BE(at + LENGTH_AT)
    if (end < at + RECORDS_AT) throw new DamagedBatch('it is shorter than its own header')
    if (end > bytes.length) break
    batches.push(headerAt(bytes, at, end))
    at = end
  }
  return batches
}

function headerAt(bytes: Buffer, at: number, end: number): BatchHeader {
  const noted = bytes.readUInt32BE(at + CRC_AT)
  const found = crc32c(bytes, at + ATTRIBUTES_AT, end)
  const baseOffset = Number(bytes.readBigInt64BE(at + BASE_OFFSET_AT))
  if (found !== noted) {
    const [was, is] = [noted, found].map((sum) => sum.toString(16).padStart(8, '0'))
    throw new DamagedBatch(`its CRC-32C was ${was} and is ${is} (base offset ${baseOffset})`)
  }
  const attributes = bytes.readInt16BE(at + ATTRIBUTES_AT)
  const lastOffset = baseOffset + bytes.readInt32BE(at + LAST_DELTA_AT)
  if (baseOffset < 0 || lastOffset < baseOffset || !Number.isSafeInteger(lastOffset))
    throw new DamagedBatch(`it claims to hold the offsets from ${baseOffset} to ${lastOffset}`)
  return {
    baseOffset,
    lastOffset,
    codec: attributes & CODEC_BITS,
    isTransactional: (attributes & TRANSACTION_BITS) !== 0,
    isLogAppendTime: (attributes & LOG_APPEND_TIME_BIT) !== 0,
    firstMs: Number(bytes.readBigInt64BE(at + FIRST_TIME_AT)),
    maxMs: Number(bytes.readBigInt64BE(at + MAX_TIME_AT)),
    count: bytes.readInt32BE(at + COUNT_AT),
    recordsAt: at + RECORDS_AT,
    end,
  }
}

/** Where records are noted; see RecordBatch for the columns. */
export interface Columns {
  count: number
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly offsets: Float64Array
  readonly appendedMs: Float64Array
}

export const columnsFor = (capacity: number): Columns => ({
  count: 0,
  starts: new Int32Array(capacity),
  ends: new Int32Array(capacity),
  offsets: new Float64Array(capacity),
  appendedMs: new Float64Array(capacity),
})

/** Throws DamagedBatch where so many records cannot be in so many bytes. */
export function checkCount({ count }: BatchHeader, recordsBytes: number): void {
  if (count < 0 || count * RECORD_BYTES_MIN > recordsBytes)
    throw new DamagedBatch(`it claims to hold ${count} records in ${recordsBytes} bytes`)
}

/**
 * Notes the records of a batch, which lie from `start` to `end` of `bytes`, but not those before `fromOffset`. The columns
 * must have room, see `checkCount`. Throws DamagedBatch unless the records rise in offset and fill the bytes.
 */
export function noteRecords(
  header: BatchHeader,
  bytes: Uint8Array,
  start: number,
  end: number,
  fromOffset: number,
  into: Columns,
): void {
  const { baseOffset, firstMs, maxMs, isLogAppendTime, count } = header
  const { starts, ends, offsets, appendedMs } = into
  let noted = into.count
  let before = baseOffset - 1
  let at = start
  for (let i = 0; i < count; i++) {
    const length = varint(bytes, at)
    at += length & 7
    const recordEnd = at + (length >> 3)
    at++ // attributes, of which there are none
    let timeMs = maxMs
    const time = isLogAppendTime ? 0 : varint(bytes, at)
    if (time !== 0) {
      timeMs = firstMs + (time >> 3)
      at += time & 7
    } else {
      if (!isLogAppendTime) timeMs = firstMs + varlong(bytes, at)
      at += varlongBytes(bytes, at)
    }
    const delta = varint(bytes, at)
    at += delta & 7
    const key = varint(bytes, at)
    at += key & 7
    if (key > 7) at += key >> 3
    const value = varint(bytes, at)
    at += value & 7
    const valueBytes = value >> 3
    const valueEnd = valueBytes < 0 ? at : at + valueBytes
    const offset = baseOffset + (delta >> 3)
    // After the value comes at least the number of headers. A number that is too long moves nothing: the last one tells.
    if (
      value === 0 ||
      valueBytes < -1 ||
      valueEnd >= recordEnd ||
      recordEnd > end ||
      offset <= before
    )
      throw new DamagedBatch(`its record ${i} of ${count} is malformed`)
    before = offset
    if (offset >= fromOffset) {
      starts[noted] = valueBytes < 0 ? -1 : at
      ends[noted] = valueBytes < 0 ? -1 : valueEnd
      offsets[noted] = offset
      appendedMs[noted] = timeMs === -1 ? Number.NaN : timeMs
      noted++
    }
    at = recordEnd
  }
  if (at !== end) throw new DamagedBatch(`bytes are left after its ${count} records`)
  if (before > header.lastOffset)
    throw new DamagedBatch(`its last record is ${before}, though it ends at ${header.lastOffset}`)
  into.count = noted
}

/**
 * A number of up to four bytes and how many they are, as `number << 3 | bytes`; 0 when it is longer. That is enough for
 * every length and every place in a batch.
 */
function varint(bytes: Uint8Array, at: number): number {
  const a = bytes[at]
  if (a < 128) return (unzigzag(a) << 3) | 1
  const b = bytes[at + 1]
  if (b < 128) return (unzigzag((a & 127) | (b << 7)) << 3) | 2
  const c = bytes[at + 2]
  if (c < 128) return (unzigzag((a & 127) | ((b & 127) << 7) | (c << 14)) << 3) | 3
  const d = bytes[at + 3]
  if (d < 128)
    return (unzigzag((a & 127) | ((b & 127) << 7) | ((c & 127) << 14) | (d << 21)) << 3) | 4
  return 0
}

const unzigzag = (number: number): number => (number >>> 1) ^ -(number & 1)

/** A number of up to ten bytes. */
function varlong(bytes: Uint8Array, start: number): number {
  const length = varlongBytes(bytes, start)
  let number = 0n
  for (let i = length - 1; i >= 0; i--) number = (number << 7n) | BigInt(bytes[start + i] & 127)
  number = BigInt.asUintN(64, number)
  return Number(BigInt.asIntN(64, (number >> 1n) ^ -(number & 1n)))
}

/** How many bytes it takes; 0: it is longer than any. */
function varlongBytes(bytes: Uint8Array, start: number): number {
  for (let length = 1; length <= 10; length++) if (bytes[start + length - 1] < 128) return length
  return 0
}
