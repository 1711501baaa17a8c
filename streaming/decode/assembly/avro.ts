// A record of Avro in Confluent's wire format into a row. It takes what is written with the schema's fields in their
// order and keeps their rules, as the full reader would. False: not taken, and the row means nothing.
import {
  AVRO_FIELD,
  AVRO_FIELD_BYTES,
  AVRO_NULL,
  AVRO_TYPE,
  FIELD_BIT,
  FIELD_DECIMALS,
  FIELD_KIND,
  KIND_ANY,
  KIND_NUMBER,
  KIND_TEXT,
  KIND_TIME,
  NO_UNION,
  SCAN_AVRO,
  SCAN_AVRO_COUNT,
  TYPE_DOUBLE,
  TYPE_STRING,
} from './layout.ts'
import { endRow, requiredWith, setNumber, setText, setTime } from './row.ts'
import { isText } from './text.ts'

/** A zero, and the schema's id in four bytes. */
const HEADER_BYTES: u32 = 5

/** Of a scaled number: up to here every whole number is a double. */
const SCALED_MAX: f64 = 9_007_199_254_740_991
/** Of a long, whose zigzag avsc reads as a double. */
const LONG_MAX: i64 = 4_503_599_627_370_496

/** What `longEnd` read last. */
let long: i64 = 0

export function readAvro(scan: u32, at: u32, end: u32, row: u32, latestMs: f64): bool {
  at += HEADER_BYTES
  let present: u64 = 0
  let required: u64 = 0
  let avro = load<u32>(scan, SCAN_AVRO)
  const avroEnd = avro + load<u32>(scan, SCAN_AVRO_COUNT) * AVRO_FIELD_BYTES
  if (avro === avroEnd) return false
  for (; avro < avroEnd; avro += AVRO_FIELD_BYTES) {
    // Also where the last value ran past the end.
    if (at >= end) return false
    const nullBranch = load<u32>(avro, AVRO_NULL)
    if (nullBranch !== NO_UNION) {
      const branch = load<u8>(at++)
      if (branch === nullBranch << 1) continue
      if (branch !== (nullBranch ^ 1) << 1) return false
    }
    const field = load<u32>(avro, AVRO_FIELD)
    const kind = load<u32>(field, FIELD_KIND)
    const bit = load<u64>(field, FIELD_BIT)
    const type = load<u32>(avro, AVRO_TYPE)
    if (type === TYPE_STRING) {
      at = longEnd(at)
      if (at === 0 || long < 0 || long > <i64>end - <i64>at) return false
      const length = <u32>long
      const start = at
      at += length
      if (!isText(start, at)) return false
      required |= requiredWith(field, start, length)
      // An empty text is an absent one.
      if (length === 0) continue
      if (kind === KIND_TEXT) {
        if (!setText(field, row, start, length)) return false
      } else if (kind !== KIND_ANY) return false
    } else if (type === TYPE_DOUBLE) {
      if (kind === KIND_NUMBER) {
        if (!setDouble(field, row, load<f64>(at))) return false
      } else if (kind !== KIND_ANY) return false
      at += 8
    } else {
      at = longEnd(at)
      if (at === 0) return false
      if (kind === KIND_NUMBER) {
        if (load<u32>(field, FIELD_DECIMALS) !== 0) return false
        if (!setNumber(field, row, <f64>long)) return false
      } else if (kind === KIND_TIME) {
            if (!setTime(field, row, <f64>long, latestMs)) return false
      } else if (kind !== KIND_ANY) return false
    }
    present |= bit
  }
  return at === end && endRow(scan, row, present, required)
}

/** What follows a zigzag number, which is left in `long`; 0: it is not exact as a double, or longer than needed. */
// @ts-expect-error decorator
@inline
function longEnd(at: u32): u32 {
  const byte = load<u8>(at)
  if (byte < 0x80) {
    long = <i64>(byte >> 1) ^ -<i64>(byte & 1)
    return at + 1
  }
  return longerEnd(at)
}

function longerEnd(at: u32): u32 {
  let bits: u64 = 0
  let byte: u64 = 0
  for (let shift: u64 = 0; shift < 63; shift += 7) {
    byte = load<u8>(at++)
    bits |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  if (byte === 0 || byte >= 0x80) return 0
  long = <i64>(bits >> 1) ^ -<i64>(bits & 1)
  return long <= LONG_MAX && long >= -LONG_MAX ? at : 0
}

/** A number with at most as many decimals as the field has. */
function setDouble(field: u32, row: u32, value: f64): bool {
  let scale: f64 = 1
  for (let i = load<u32>(field, FIELD_DECIMALS); i > 0; i--) scale *= 10
  // With a zero more, minus zero is zero.
  const scaled = nearest<f64>(value * scale) + 0
  if (!(abs<f64>(scaled) <= SCALED_MAX) || scaled / scale !== value) return false
  return setNumber(field, row, scaled)
}
