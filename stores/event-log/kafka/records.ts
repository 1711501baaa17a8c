// The records within Kafka's record batches → columns, without an object per record. The format:
// https://kafka.apache.org/documentation/#record.
import { takeMemory } from '../../kafka-memory.ts'
import { type BatchHeader, DamagedBatch } from './record-batch.ts'
import { TOO_LONG, unzigzag, VarintCursor } from './varints.ts'

/** What a record takes in the columns. */
export const RECORD_COLUMNS_BYTES = 24

/** The length of a key or a value that there is none of, -1, as it is written. */
const NULL = 1

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
  const from = new VarintCursor(bytes, start)
  const wanted = fromOffset - baseOffset
  let noted = into.count
  let timeMs = maxMs
  let before = -1
  for (let i = 0; i < count; i++) {
    const length = from.next()
    const recordEnd = from.at + (length >> 1)
    from.at++ // attributes, of which there are none
    const timeAt = from.at
    const time = from.next()
    if (time === TOO_LONG) {
      from.at = timeAt
      timeMs = firstMs + from.nextLong()
    } else timeMs = firstMs + unzigzag(time)
    const place = unzigzag(from.next())
    const key = from.next()
    if ((key & 1) === 0) from.at += key >> 1
    const value = from.next()
    const isNull = value === NULL
    const valueEnd = isNull ? from.at : from.at + (value >> 1)
    const isMalformed = key === TOO_LONG || (!isNull && (value & 1) === 1)
    // After the value comes at least the number of headers.
    if (isMalformed || valueEnd >= recordEnd || recordEnd > end || place <= before)
      throw new DamagedBatch(`its record ${i} of ${count} is malformed`)
    before = place
    if (place >= wanted) {
      if (isLogAppendTime) timeMs = maxMs
      starts[noted] = isNull ? -1 : from.at
      ends[noted] = isNull ? -1 : valueEnd
      offsets[noted] = baseOffset + place
      appendedMs[noted] = timeMs === -1 ? Number.NaN : timeMs
      noted++
    }
    from.at = recordEnd
  }
  if (from.at !== end) throw new DamagedBatch(`bytes are left after its ${count} records`)
  const last = baseOffset + before
  if (last > header.lastOffset)
    throw new DamagedBatch(`its last record is ${last}, though it ends at ${header.lastOffset}`)
  into.count = noted
}
