// Which key stands at a place: objects of one writer have few orders of keys, so those that followed the key before are
// looked at first. What is learned changes how fast a key is found, never which.
import {
  KEY_BYTES,
  KEY_FIELD,
  KEY_FOLLOWERS,
  KEY_FOLLOWERS_END,
  KEY_LENGTH,
  KEY_MASK,
  KEY_TEXT_MAX,
  KEYS_MAX,
  SCAN_KEY_COUNT,
  SCAN_KEYS,
  SCAN_OTHER_FIELD,
} from './layout.ts'
import { HIGH, isSame, isUtf8, plainEnd } from './text.ts'

const QUOTE: u8 = 0x22
const COLON: u8 = 0x3a

/** Whether `key` stands at `at`, its closing quote and colon too. */
// @ts-expect-error decorator
@inline
export function isKeyAt(key: u32, at: u32): bool {
  const differing = v128.and(
    v128.xor(v128.load(at), v128.load(key)),
    v128.load(key, KEY_MASK),
  )
  if (v128.any_true(differing)) return false
  const length = load<u32>(key, KEY_LENGTH)
  return length <= 16 || isSame(at + 16, key + 16, length - 16)
}

/** The key at `at` when it is not the one that mostly follows `before`; 0: it is none. */
export function keyAt(scan: u32, before: u32, at: u32, end: u32): u32 {
  let place = before + KEY_FOLLOWERS
  for (; place < before + KEY_FOLLOWERS_END; place += 4) {
    const key = load<u32>(place)
    if (key === 0) break
    if (isKeyAt(key, at)) return key
  }
  const key = keyNamed(scan, at, end)
  if (key === 0) return 0
  // In the last place where there is none left.
  if (place === before + KEY_FOLLOWERS_END) place -= 4
  store<u32>(place, key)
  return key
}

function keyNamed(scan: u32, at: u32, end: u32): u32 {
  const stop = plainEnd(at)
  const close = stop & ~HIGH
  if (close >= end || load<u8>(close) !== QUOTE || load<u8>(close, 1) !== COLON) return 0
  if (stop !== close && !isUtf8(at, close)) return 0
  const length = close + 2 - at
  const count = load<u32>(scan, SCAN_KEY_COUNT)
  const keys = load<u32>(scan, SCAN_KEYS)
  for (let i: u32 = 1; i <= count; i++) {
    const key = keys + i * KEY_BYTES
    if (load<u32>(key, KEY_LENGTH) === length && isSame(key, at, length)) return key
  }
  if (length > <u32>KEY_TEXT_MAX) return 0
  // Where there is no room left, instead of the one learned last: whoever finds it compares it first.
  const last = min<u32>(count + 1, KEYS_MAX - 1)
  store<u32>(scan, last, SCAN_KEY_COUNT)
  const key = keys + last * KEY_BYTES
  memory.fill(key, 0, KEY_BYTES)
  memory.copy(key, at, length)
  memory.fill(key + KEY_MASK, 0xff, min<u32>(length, 16))
  store<u32>(key, length, KEY_LENGTH)
  store<u32>(key, load<u32>(scan, SCAN_OTHER_FIELD), KEY_FIELD)
  return key
}
