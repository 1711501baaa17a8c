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
  FIELD_IDS,
  FIELD_KIND,
  FIELD_KNOWN,
  FIELD_MAXIMUM,
  FIELD_MINIMUM,
  FIELD_OUT,
  KIND_NUMBER,
  KIND_TEXT,
  PLACE_BYTES,
  PLACE_CODE,
  PLACE_HASH,
  PLACE_LENGTH,
  PLACE_START,
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
  let required: u64 = 0
  for (
    let condition = load<u32>(field, FIELD_CONDITION);
    condition !== 0;
    condition = load<u32>(condition, CONDITION_NEXT)
  ) {
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
  if (known !== 0 && numberOf(known, at, length) === 0) return false
  const out = load<u32>(field, FIELD_OUT)
  if (out !== 0) setCode(load<u32>(field, FIELD_CODES), out + row * PLACE_BYTES, at, length)
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
  if (out !== 0 && kind === KIND_TEXT) store<u32>(out + row * PLACE_BYTES, 0, PLACE_CODE)
  if (out !== 0 && kind === KIND_NUMBER) store<f64>(out + (row << 3), NaN)
  const ids = load<u32>(field, FIELD_IDS)
  if (ids !== 0) memory.fill(ids + row * FINGERPRINT_BYTES, 0, FINGERPRINT_BYTES)
}

/** The code of a text, or what is needed to look it up. */
// @ts-expect-error decorator
@inline
function setCode(codes: u32, place: u32, at: u32, length: u32): void {
  const code = codes === 0 ? 0 : numberOf(codes, at, length)
  if (code !== 0) {
    store<u32>(place, code, PLACE_CODE)
    return
  }
  store<u32>(place, at, PLACE_START)
  store<u32>(place, length, PLACE_LENGTH)
  store<u32>(place, hash32(at, length), PLACE_HASH)
  store<i32>(place, CODE_UNKNOWN, PLACE_CODE)
}
