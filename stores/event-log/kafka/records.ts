// The records within Kafka's record batches → columns, without an object per record. The format:
// https://kafka.apache.org/documentation/#record.
import { takeMemory } from '../../kafka-memory.ts'
import { type BatchHeader, DamagedBatch } from './record-batch.ts'

/** What a record takes in the columns. */
export const RECORD_COLUMNS_BYTES = 24

/** The length of a key or a value that there is none of, -1, as it is written. */
const NULL = 1
const TWO_BYTES_MAX = (1 << 14) - 1
const THREE_BYTES_MAX = (1 << 21) - 1
const FOUR_BYTES_MAX = (1 << 28) - 1
const TOO_LONG = -1

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
  const wanted = fromOffset - baseOffset
  let noted = into.count
  let timeMs = maxMs
  let before = -1
  let at = start
  for (let i = 0; i < count; i++) {
    // As if no length had more than two bytes, no place more than three, no time more than four: nearly all do not. `at` is
    // moved by the very branches that find a number's end: processors foresee those, but would wait for computed places.
    const recordAt = at
    let length = bytes[at++]
    if (length > 127) length = (length & 127) | (bytes[at++] << 7)
    let recordEnd = at + (length >> 1)
    at++ // attributes, of which there are none
    let time = bytes[at++]
    if (time > 127) time = (time & 127) | (bytes[at++] << 7)
    if (time > TWO_BYTES_MAX) time = (time & TWO_BYTES_MAX) | (bytes[at++] << 14)
    if (time > THREE_BYTES_MAX) time = (time & THREE_BYTES_MAX) | (bytes[at++] << 21)
    let place = bytes[at++]
    if (place > 127) place = (place & 127) | (bytes[at++] << 7)
    if (place > TWO_BYTES_MAX) place = (place & TWO_BYTES_MAX) | (bytes[at++] << 14)
    let key = bytes[at++]
    if (key > 127) key = (key & 127) | (bytes[at++] << 7)
    if ((key & 1) === 0) at += key >> 1
    let value = bytes[at++]
    if (value > 127) value = (value & 127) | (bytes[at++] << 7)
    let sinceFirstMs = unzigzag(time)
    const areShort = (length | key | value) <= TWO_BYTES_MAX && place <= THREE_BYTES_MAX
    if (!areShort || time > FOUR_BYTES_MAX)
      ({ recordEnd, sinceFirstMs, place, at, value } = longRecord(bytes, recordAt))
    const isNull = value === NULL
    const valueEnd = isNull ? at : at + (value >> 1)
    const delta = unzigzag(place)
    // After the value comes at least the number of headers.
    const isWhole = (isNull || (value & 1) === 0) && valueEnd < recordEnd && recordEnd <= end
    if (!isWhole || delta <= before)
      throw new DamagedBatch(`its record ${i} of ${count} is malformed`)
    before = delta
    if (delta >= wanted) {
      if (!isLogAppendTime) timeMs = firstMs + sinceFirstMs
      starts[noted] = isNull ? -1 : at
      ends[noted] = isNull ? -1 : valueEnd
      offsets[noted] = baseOffset + delta
      appendedMs[noted] = timeMs === -1 ? Number.NaN : timeMs
      noted++
    }
    at = recordEnd
  }
  if (at !== end) throw new DamagedBatch(`bytes are left after its ${count} records`)
  const last = baseOffset + before
  if (last > header.lastOffset)
    throw new DamagedBatch(`its last record is ${last}, though it ends at ${header.lastOffset}`)
  into.count = noted
}

/** The same of a record whose numbers are longer. One that is longer than any can be has it end before it begins. */
function longRecord(bytes: Uint8Array, recordAt: number) {
  const length = varint(bytes, recordAt)
  const timeAt = length.end + 1
  const place = varint(bytes, timeAt + varlongBytes(bytes, timeAt))
  const key = varint(bytes, place.end)
  const value = varint(bytes, key.end + ((key.number & 1) === 1 ? 0 : key.number >> 1))
  const areLengths = [length, place, key, value].every(({ number }) => number !== TOO_LONG)
  return {
    recordEnd: areLengths ? length.end + (length.number >> 1) : -1,
    sinceFirstMs: varlong(bytes, timeAt),
    place: place.number,
    at: value.end,
    value: value.number,
  }
}

/** A number of up to four bytes, zigzag, and where it ends. That is enough for every length and every place in a batch. */
function varint(bytes: Uint8Array, start: number) {
  let number = 0
  for (let i = 0; i < 4; i++) {
    const byte = bytes[start + i]
    number |= (byte & 127) << (7 * i)
    if (byte < 128) return { number, end: start + i + 1 }
  }
  return { number: TOO_LONG, end: start + 4 }
}

function unzigzag(number: number): number {
  return (number >>> 1) ^ -(number & 1)
}

/** A number of up to ten bytes. */
function varlong(bytes: Uint8Array, start: number): number {
  let number = 0n
  for (let i = varlongBytes(bytes, start) - 1; i >= 0; i--)
    number = (number << 7n) | BigInt(bytes[start + i] & 127)
  number = BigInt.asUintN(64, number)
  return Number(BigInt.asIntN(64, (number >> 1n) ^ -(number & 1n)))
}

/** How many bytes it takes, ten at most. */
function varlongBytes(bytes: Uint8Array, start: number): number {
  let length = 1
  while (length < 10 && bytes[start + length - 1] >= 128) length++
  return length
}
