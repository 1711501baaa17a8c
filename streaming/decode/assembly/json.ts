// A record of JSON into a row. It takes a flat object of fields that keep the schema's rules; nothing it takes would
// JSON.parse refuse, or give another value. False: not taken, and the row means nothing.
import { isKeyAt, keyAt } from './keys.ts'
import {
  FIELD_BIT,
  FIELD_DECIMALS,
  FIELD_KIND,
  FIELD_RAW,
  KEY_FIELD,
  KEY_FOLLOWERS,
  KEY_LENGTH,
  KIND_ANY,
  KIND_NUMBER,
  KIND_TEXT,
  KIND_TIME,
  SCAN_KEYS,
} from './layout.ts'
import { endRow, requiredWith, setNumber, setText, setTime } from './row.ts'
import { decimalEnd, isTime, numberEnd, result } from './scalars.ts'
import { escapedEnd, HIGH, isUtf8, plainEnd } from './text.ts'

const SPACE: u8 = 0x20
const QUOTE: u8 = 0x22
const COMMA: u8 = 0x2c
/** A comma and the quote of the next key. */
const COMMA_QUOTE: u16 = 0x222c
const OPEN: u8 = 0x7b
const CLOSE: u8 = 0x7d
const NULL: u32 = 0x6c6c756e
const TRUE: u32 = 0x65757274
/** Of `false` without its first letter. */
const ALSE: u32 = 0x65736c61

export function readJson(scan: u32, at: u32, end: u32, row: u32, latestMs: f64): bool {
  while (end > at && isSpace(load<u8>(end - 1))) end--
  at = skipSpace(at)
  // It ends as an object, so that no number or word runs past the end.
  if (at + 1 >= end || load<u8>(at) !== OPEN || load<u8>(end - 1) !== CLOSE) return false
  let seen: u64 = 0
  let present: u64 = 0
  let required: u64 = 0
  let before = load<u32>(scan, SCAN_KEYS)
  at = skipSpace(at + 1)
  if (load<u8>(at++) !== QUOTE) return false
  while (true) {
    let key = load<u32>(before, KEY_FOLLOWERS)
    if (key === 0 || !isKeyAt(key, at)) {
      key = keyAt(scan, before, at, end)
      if (key === 0) return false
    }
    before = key
    at = skipSpace(at + load<u32>(key, KEY_LENGTH))
    const field = load<u32>(key, KEY_FIELD)
    const kind = load<u32>(field, FIELD_KIND)
    const bit = load<u64>(field, FIELD_BIT)
    // Of equal keys the last counts.
    if ((seen & bit) !== 0) return false
    seen |= bit
    const first = load<u8>(at)
    if (first === QUOTE) {
      const start = ++at
      const stop = plainEnd(at)
      at = stop & ~HIGH
      if (stop !== at && !isUtf8(start, at)) return false
      if (load<u8>(at) !== QUOTE) {
        if (load<u32>(field, FIELD_RAW) !== 0) return false
        at = escapedEnd(at, end)
        if (at === 0) return false
      }
      const length = at++ - start
      required |= requiredWith(field, start, length)
      // An empty text is an absent one.
      if (length !== 0) {
        present |= bit
        if (kind === KIND_TEXT) {
          if (!setText(field, row, start, length)) return false
        } else if (kind === KIND_TIME) {
          if (!isTime(scan, start, start + length)) return false
          if (!setTime(field, row, result, latestMs)) return false
        } else if (kind === KIND_NUMBER) return false
      }
    } else if (first === 0x6e) {
      if (load<u32>(at) !== NULL) return false
      at += 4
    } else if (kind === KIND_ANY) {
      at = otherEnd(at, first)
      if (at === 0) return false
    } else {
      if (kind === KIND_TEXT) return false
      present |= bit
      at = decimalEnd(at, load<u32>(field, FIELD_DECIMALS))
      if (at === 0) return false
      const isSet = kind === KIND_TIME
        ? setTime(field, row, result, latestMs)
        : setNumber(field, row, result)
      if (!isSet) return false
    }
    if (at >= end) return false
    if (load<u16>(at) === COMMA_QUOTE) {
      at += 2
      continue
    }
    at = skipSpace(at)
    const next = load<u8>(at)
    if (next === CLOSE) break
    if (next !== COMMA) return false
    at = skipSpace(at + 1)
    if (load<u8>(at++) !== QUOTE) return false
  }
  return at === end - 1 && endRow(scan, row, present, required)
}

/** What follows a value that is no text and not null; 0: it is none, or nested. */
function otherEnd(at: u32, first: u8): u32 {
  if (first === 0x74) return load<u32>(at) === TRUE ? at + 4 : 0
  if (first === 0x66) return load<u32>(at, 1) === ALSE ? at + 5 : 0
  return numberEnd(at)
}

// @ts-expect-error decorator
@inline
function isSpace(byte: u8): bool {
  return byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09
}

// @ts-expect-error decorator
@inline
function skipSpace(at: u32): u32 {
  return load<u8>(at) > SPACE ? at : spaceEnd(at)
}

function spaceEnd(at: u32): u32 {
  while (isSpace(load<u8>(at))) at++
  return at
}
