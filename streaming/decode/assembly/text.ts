// Text of JSON, 16 bytes at a time: where it ends, whether it is UTF-8, whether its escapes are right. Reading past the
// end of a record is harmless: what is found there is not used.

const QUOTE: u8 = 0x22
const BACKSLASH: u8 = 0x5c

/** In an answer of `plainEnd`: there are bytes that are not ASCII. */
export const HIGH: u32 = 0x80000000

/** The first quote, backslash or control character at or after `at`; with HIGH when bytes before it are not ASCII. */
// @ts-expect-error decorator
@inline
export function plainEnd(at: u32): u32 {
  let high: u32 = 0
  while (true) {
    const bytes = v128.load(at)
    const stops = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
        i8x16.le_u(bytes, i8x16.splat(0x1f)),
      ),
    )
    const highs = i8x16.bitmask(bytes)
    if (stops !== 0) {
      high |= highs & (stops ^ (stops - 1))
      return (at + ctz(stops)) | (high === 0 ? 0 : HIGH)
    }
    high |= highs
    at += 16
  }
}

/** As `isUtf8`, fast where all of them are ASCII. */
// @ts-expect-error decorator
@inline
export function isText(at: u32, end: u32): bool {
  let from = at
  let highs: u32 = 0
  for (; from + 16 <= end; from += 16) highs |= i8x16.bitmask(v128.load(from))
  if (from < end) highs |= i8x16.bitmask(v128.load(from)) & ((1 << (end - from)) - 1)
  return highs === 0 || isUtf8(at, end)
}

/** Whether the bytes are UTF-8 (Unicode, table 3-7). */
export function isUtf8(at: u32, end: u32): bool {
  while (at < end) {
    const first = load<u8>(at++)
    if (first < 0x80) continue
    const second = load<u8>(at++)
    if (first < 0xe0) {
      if (first < 0xc2 || !isContinuation(second)) return false
    } else if (first < 0xf0) {
      const least: u8 = first === 0xe0 ? 0xa0 : 0x80
      const most: u8 = first === 0xed ? 0x9f : 0xbf
      if (second < least || second > most || !isContinuation(load<u8>(at++))) return false
    } else {
      const least: u8 = first === 0xf0 ? 0x90 : 0x80
      const most: u8 = first === 0xf4 ? 0x8f : 0xbf
      if (first > 0xf4 || second < least || second > most) return false
      if (!isContinuation(load<u8>(at++)) || !isContinuation(load<u8>(at++))) return false
    }
  }
  return at === end
}

// @ts-expect-error decorator
@inline
function isContinuation(byte: u8): bool {
  return (byte & 0xc0) === 0x80
}

/** The closing quote of a text with escapes whose first backslash is at `at`; 0: it is wrong, or does not end. */
export function escapedEnd(at: u32, end: u32): u32 {
  while (at < end) {
    const byte = load<u8>(at)
    if (byte === QUOTE) return at
    if (byte !== BACKSLASH) return 0
    at = escapeEnd(at + 1)
    if (at === 0) return 0
    const stop = plainEnd(at)
    const next = stop & ~HIGH
    if (stop !== next && !isUtf8(at, next)) return 0
    at = next
  }
  return 0
}

/** What follows the escape whose letter is at `at`; 0: there is no such escape. */
function escapeEnd(at: u32): u32 {
  switch (load<u8>(at)) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f: // "/"
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 1
    case 0x75: // u
      for (let i: u32 = 1; i <= 4; i++) if (!isHexDigit(load<u8>(at + i))) return 0
      return at + 5
    default:
      return 0
  }
}

function isHexDigit(byte: u8): bool {
  return byte - 0x30 <= 9 || (byte | 0x20) - 0x61 <= 5
}

/** Whether two texts of `length` bytes are the same. */
export function isSame(one: u32, other: u32, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) if (load<u8>(one + i) !== load<u8>(other + i)) return false
  return true
}
