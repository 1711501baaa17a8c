// Numbers and times from JSON's bytes. Each reader answers what follows the value, 0 when it does not know it, and leaves
// the value in `result`.
import { SCAN_MINUTE, SCAN_MINUTE_MS } from './layout.ts'

/** The number or the epoch milliseconds read last. */
export let result: f64 = 0

/** Any whole number of so many digits, and its quotient by a power of ten, is exact enough to come back. */
const EXACT_DIGITS: u32 = 15

const MINUS: u8 = 0x2d
const DOT: u8 = 0x2e

// @ts-expect-error decorator
@inline
function digitAt(at: u32): u32 {
  return <u32>load<u8>(at) - 0x30
}

/** A number without exponent, of at most `decimals` after the point, scaled to them: "12.5" with 2 gives 1250. */
export function decimalEnd(at: u32, decimals: u32): u32 {
  const isNegative = load<u8>(at) === MINUS
  if (isNegative) at++
  const start = at
  let digit = digitAt(at)
  if (digit > 9 || (digit === 0 && digitAt(at + 1) <= 9)) return 0
  let value: i64 = 0
  for (; digit <= 9; digit = digitAt(++at)) value = value * 10 + digit
  let digits = at - start
  let missing = decimals
  if (load<u8>(at) === DOT) {
    const fraction = ++at
    for (digit = digitAt(at); digit <= 9; digit = digitAt(++at)) value = value * 10 + digit
    const length = at - fraction
    if (length === 0 || length > decimals) return 0
    missing -= length
    digits += length
  }
  if (digits + missing > EXACT_DIGITS) return 0
  for (; missing > 0; missing--) value *= 10
  result = <f64>(isNegative ? -value : value)
  return at
}

/** A number in any notation of JSON, whose value nobody asks for. */
export function numberEnd(at: u32): u32 {
  if (load<u8>(at) === MINUS) at++
  const isZero = digitAt(at) === 0
  const whole = digitsEnd(at)
  if (whole === at || (isZero && whole > at + 1)) return 0
  at = whole
  if (load<u8>(at) === DOT) {
    const fraction = digitsEnd(at + 1)
    if (fraction === at + 1) return 0
    at = fraction
  }
  if ((load<u8>(at) | 0x20) === 0x65) {
    at++
    if (load<u8>(at) === 0x2b || load<u8>(at) === MINUS) at++
    const exponent = digitsEnd(at)
    if (exponent === at) return 0
    at = exponent
  }
  return at
}

function digitsEnd(at: u32): u32 {
  while (digitAt(at) <= 9) at++
  return at
}

/** `:SS.mmmZ` as one word with zeros as digits, and what to add so that a byte that is none of it overflows. */
const CLOCK: u64 = 0x5a3030302e30303a
const CLOCK_LIMITS: u64 = 0x7f7676767f76767f
const OVERFLOWS: u64 = 0x8080808080808080

/**
 * An ISO 8601 time that is all of `[at..end)`: `YYYY-MM-DDTHH:MM:SS`, perhaps a fraction, and `Z` or `±HH:MM`. Fractions
 * of a millisecond are cut off. `scan` remembers the minute read last: events of one time come together.
 */
// @ts-expect-error decorator
@inline
export function isTime(scan: u32, at: u32, end: u32): bool {
  if (end - at < 20) return false
  const minute = v128.load(at)
  if (v128.any_true(v128.xor(minute, v128.load(scan, SCAN_MINUTE)))) {
    if (!isMinute(at)) return false
    v128.store(scan, minute, SCAN_MINUTE)
    store<f64>(scan, result, SCAN_MINUTE_MS)
  }
  const clock = load<u64>(at, 16) ^ CLOCK
  if (end - at !== 24 || (((clock + CLOCK_LIMITS) | clock) & OVERFLOWS) !== 0) {
    return isLongTime(load<f64>(scan, SCAN_MINUTE_MS), at + 16, end)
  }
  const second = <u32>(((clock >> 8) & 15) * 10 + ((clock >> 16) & 15))
  const ms = <u32>(((clock >> 32) & 15) * 100 + ((clock >> 40) & 15) * 10 + ((clock >> 48) & 15))
  result = load<f64>(scan, SCAN_MINUTE_MS) + <f64>(second * 1000 + ms)
  return second < 60
}

/** What follows the minute, in all the ways of writing it that are taken. */
function isLongTime(minuteMs: f64, at: u32, end: u32): bool {
  const second = twoDigits(at + 1)
  if (load<u8>(at) !== 0x3a || second > 59) return false
  at += 3
  let ms: u32 = 0
  if (load<u8>(at) === DOT) {
    const fraction = ++at
    let scale: u32 = 100
    for (; digitAt(at) <= 9; at++) {
      ms += digitAt(at) * scale
      scale /= 10
    }
    if (at === fraction || at - fraction > 9) return false
  }
  result = minuteMs + <f64>(second * 1000 + ms)
  const zone = load<u8>(at)
  if (zone === 0x5a) return at + 1 === end
  if ((zone !== 0x2b && zone !== MINUS) || at + 6 !== end || load<u8>(at, 3) !== 0x3a) return false
  const hours = twoDigits(at + 1)
  const minutes = twoDigits(at + 4)
  if (hours > 14 || minutes > 59) return false
  const zoneMs = <f64>((hours * 60 + minutes) * 60_000)
  result += zone === MINUS ? zoneMs : -zoneMs
  return true
}

/** `YYYY-MM-DDTHH:MM`. */
function isMinute(at: u32): bool {
  const century = twoDigits(at)
  const yearOfCentury = twoDigits(at + 2)
  const month = twoDigits(at + 5)
  const day = twoDigits(at + 8)
  const hour = twoDigits(at + 11)
  const minute = twoDigits(at + 14)
  if (century > 99 || yearOfCentury > 99 || hour > 23 || minute > 59) return false
  if (load<u8>(at, 4) !== MINUS || load<u8>(at, 7) !== MINUS) return false
  if (load<u8>(at, 10) !== 0x54 || load<u8>(at, 13) !== 0x3a) return false
  const year = century * 100 + yearOfCentury
  if (month < 1 || month > 12 || day < 1 || day > daysOf(month, year)) return false
  result = <f64>daysFromEpoch(year, month, day) * 86_400_000 + <f64>((hour * 60 + minute) * 60_000)
  return true
}

function daysOf(month: u32, year: u32): u32 {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Days of the Gregorian calendar since 1970-01-01; the year counted from March, as Howard Hinnant's `days_from_civil`. */
function daysFromEpoch(year: i32, month: i32, day: i32): i32 {
  if (month <= 2) year--
  // 400 years more: never negative.
  year += 400
  const era = year / 400
  const yearOfEra = year - era * 400
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return (era - 1) * 146_097 + dayOfEra - 719_468
}

/** More than 99 when they are none. */
function twoDigits(at: u32): u32 {
  const tens = digitAt(at)
  const ones = digitAt(at + 1)
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : 100
}
