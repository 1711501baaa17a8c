// The records within Kafka's record batches → columns, without an object per record. The format:
// https://kafka.apache.org/documentation/#record.
import { takeMemory } from '../../kafka-memory.ts'
import { type BatchHeader, DamagedBatch } from './record-batch.ts'

/** What a record takes in the columns. */
export const RECORD_COLUMNS_BYTES = 24

/** Where records are noted; see RecordBatch for the columns. */
export interface Columns {
  count: number
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly offsets: Float64Array
  readonly appendedMs: Float64Array
}

/** In one piece of `takeMemory`; of any content. */
export function columnsFor(capacity: number): Columns {
  const { buffer } = takeMemory(capacity * RECORD_COLUMNS_BYTES)
  return {
    count: 0,
    offsets: new Float64Array(buffer, 0, capacity),
    appendedMs: new Float64Array(buffer, capacity * 8, capacity),
    starts: new Int32Array(buffer, capacity * 16, capacity),
    ends: new Int32Array(buffer, capacity * 20, capacity),
  }
}

/** Without the room that is left. */
export function filled({ count, starts, ends, offsets, appendedMs }: Columns): Columns {
  return {
    count,
    starts: starts.subarray(0, count),
    ends: ends.subarray(0, count),
    offsets: offsets.subarray(0, count),
    appendedMs: appendedMs.subarray(0, count),
  }
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

function unzigzag(number: number): number {
  return (number >>> 1) ^ -(number & 1)
}

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
