// A value of a field into its row, with the rules it must keep, however the record was written. False: the rules are not
// kept, or not by what is looked at here.

import { fingerprint, hash32 } from './hash.ts'
import {
  CODE_UNKNOWN,
  CONDITION_LENGTH,
  CONDITION_NEXT,
  CONDITION_REQUIRED,
  CONDITION_TEXT,
  FIELD_BYTES,
  FIELD_CODES,
  FIELD_CONDITION,
  FIELD_HASHES,
  FIELD_HEADS,
  FIELD_IDS,
  FIELD_KIND,
  FIELD_KNOWN,
  FIELD_MAXIMUM,
  FIELD_MINIMUM,
  FIELD_OUT,
  HEAD_BYTES,
  HEAD_LONG,
  HEAD_MARK,
  HEAD_START,
  HEAD_TEXT_MAX,
  KIND_NUMBER,
  KIND_TEXT,
  SCAN_FIELDS,
  SCAN_REQUIRED,
  SCAN_USED,
} from './layout.ts'
import { isSame } from './text.ts'
import { numberOf } from './text-table.ts'

const FINGERPRINT_BYTES: u32 = 12

/** The fields that are required in an event where a certain field has this text. */
// @ts-expect-error decorator
@inline
export function requiredWith(field: u32, at: u32, length: u32): u64 {
  const condition = load<u32>(field, FIELD_CONDITION)
  return condition === 0 ? 0 : requiredBy(condition, at, length)
}

function requiredBy(condition: u32, at: u32, length: u32): u64 {
  let required: u64 = 0
  for (; condition !== 0; condition = load<u32>(condition, CONDITION_NEXT)) {
    const isIt =
      load<u32>(condition, CONDITION_LENGTH) === length &&
      isSame(load<u32>(condition, CONDITION_TEXT), at, length)
    if (isIt) required |= load<u64>(condition, CONDITION_REQUIRED)
  }
  return required
}

// @ts-expect-error decorator
@inline
export function setText(field: u32, row: u32, at: u32, length: u32): bool {
  const known = load<u32>(field, FIELD_KNOWN)
  const out = load<u32>(field, FIELD_OUT)
  if ((known | out) !== 0) {
    if (length > <u32>HEAD_TEXT_MAX) {
      if (known !== 0) return false
      setLong(field, row, at, length)
    } else {
      const head = headOf(at, length)
      if (known !== 0 && numberOf(known, head) === 0) return false
      if (out !== 0) setCode(field, out + (row << 2), row, head)
    }
  }
  const ids = load<u32>(field, FIELD_IDS)
  if (ids !== 0) fingerprint(at, length, ids + row * FINGERPRINT_BYTES)
  return true
}

// @ts-expect-error decorator
@inline
export function setNumber(field: u32, row: u32, value: f64): bool {
  if (value < load<f64>(field, FIELD_MINIMUM) || value > load<f64>(field, FIELD_MAXIMUM)) {
    return false
  }
  const out = load<u32>(field, FIELD_OUT)
  if (out !== 0) store<f64>(out + (row << 3), value)
  return true
}

/** The time of the event must not be after `latestMs`. */
// @ts-expect-error decorator
@inline
export function setTime(field: u32, row: u32, timeMs: f64, latestMs: f64): bool {
  const out = load<u32>(field, FIELD_OUT)
  if (out === 0) return true
  store<f64>(out + (row << 3), timeMs)
  return timeMs <= latestMs
}

/** The rest of a row, whose fields in `present` have a value; `required`: beside the fields that always are. */
// @ts-expect-error decorator
@inline
export function endRow(scan: u32, row: u32, present: u64, required: u64): bool {
  required |= load<u64>(scan, SCAN_REQUIRED)
  if ((present & required) !== required) return false
  let absent = load<u64>(scan, SCAN_USED) & ~present
  while (absent !== 0) {
    setAbsent(load<u32>(scan, SCAN_FIELDS) + <u32>ctz(absent) * FIELD_BYTES, row)
    absent &= absent - 1
  }
  return true
}

function setAbsent(field: u32, row: u32): void {
  const out = load<u32>(field, FIELD_OUT)
  const kind = load<u32>(field, FIELD_KIND)
  if (out !== 0 && kind === KIND_TEXT) store<i32>(out + (row << 2), 0)
  if (out !== 0 && kind === KIND_NUMBER) store<f64>(out + (row << 3), NaN)
  const ids = load<u32>(field, FIELD_IDS)
  if (ids !== 0) memory.fill(ids + row * FINGERPRINT_BYTES, 0, FINGERPRINT_BYTES)
}

/** The code of a short text, or what is needed to look it up. */
// @ts-expect-error decorator
@inline
function setCode(field: u32, out: u32, row: u32, head: v128): void {
  const codes = load<u32>(field, FIELD_CODES)
  const code = codes === 0 ? 0 : numberOf(codes, head)
  store<i32>(out, code === 0 ? CODE_UNKNOWN : <i32>code)
  if (code !== 0) return
  const to = load<u32>(field, FIELD_HEADS) + row * HEAD_BYTES
  v128.store(to, head)
  store<u32>(load<u32>(field, FIELD_HASHES) + (row << 2), hash32(to, HEAD_BYTES))
}

/** What is needed to look a long text up. */
function setLong(field: u32, row: u32, at: u32, length: u32): void {
  const head = load<u32>(field, FIELD_HEADS) + row * HEAD_BYTES
  store<u64>(head, at | (<u64>length << 32), HEAD_START)
  store<u64>(head, <u64>HEAD_LONG << 32, HEAD_MARK - 4)
  store<u32>(load<u32>(field, FIELD_HASHES) + (row << 2), hash32(at, length))
  store<i32>(load<u32>(field, FIELD_OUT) + (row << 2), CODE_UNKNOWN)
}

/** The HEAD of a short text; reads 16 bytes, whatever the length. */
// @ts-expect-error decorator
@inline
function headOf(at: u32, length: u32): v128 {
  const isText = i8x16.lt_u(
    i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    i8x16.splat(<i8>length),
  )
  return i8x16.replace_lane(v128.and(v128.load(at), isText), 15, <i8>length)
}
