// Numbers and times straight from bytes that were already scanned as such. NaN: not one we read fast.
import { parseTimeMs } from '../../data/time.ts'

const ZERO = 0x30
const DOT = 0x2e
/** Any whole number of so many digits is exact as a double. */
const EXACT_DIGITS = 15

/** A number of digits and at most one dot, scaled to `decimals`: "12.5" with 2 → 1250. NaN when it has more of either. */
export function numberAt(bytes: Uint8Array, start: number, end: number, decimals: number): number {
  if (end - start > EXACT_DIGITS - decimals) return Number.NaN
  let value = 0
  let fraction = -1
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    if (byte === DOT) {
      fraction = 0
      continue
    }
    value = value * 10 + byte - ZERO
    if (fraction >= 0) fraction++
  }
  if (fraction > decimals) return Number.NaN
  for (let i = Math.max(fraction, 0); i < decimals; i++) value *= 10
  return value
}

/** Epoch milliseconds of a time: digits, or the text of an ISO 8601 time. */
export function timeMsAt(bytes: Uint8Array, start: number, end: number, isText: boolean): number {
  if (!isText) return numberAt(bytes, start, end, 0)
  const length = end - start
  if ((length === 24 || length === 20) && bytes[end - 1] === 0x5a) {
    const fast = utcTimeMsAt(bytes, start, length)
    if (!Number.isNaN(fast)) return fast
  }
  return parseTimeMs(Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1'))
}

/** The day asked for last: events of one time come together. */
let lastDay = -1
let lastDayMs = 0

/** `YYYY-MM-DDTHH:MM:SS.mmmZ` or `YYYY-MM-DDTHH:MM:SSZ`; NaN when it is not exactly that. */
function utcTimeMsAt(bytes: Uint8Array, at: number, length: number): number {
  const isPunctuated =
    bytes[at + 4] === 0x2d &&
    bytes[at + 7] === 0x2d &&
    bytes[at + 10] === 0x54 &&
    bytes[at + 13] === 0x3a &&
    bytes[at + 16] === 0x3a &&
    (length === 20 || bytes[at + 19] === DOT)
  if (!isPunctuated) return Number.NaN
  const year = twoDigits(bytes, at) * 100 + twoDigits(bytes, at + 2)
  const day = year * 10_000 + twoDigits(bytes, at + 5) * 100 + twoDigits(bytes, at + 8)
  const hour = twoDigits(bytes, at + 11)
  const minute = twoDigits(bytes, at + 14)
  const second = twoDigits(bytes, at + 17)
  const ms = length === 20 ? 0 : twoDigits(bytes, at + 20) * 10 + digit(bytes, at + 22)
  if (!(hour < 24 && minute < 60 && second < 60 && ms < 1000)) return Number.NaN
  if (day !== lastDay) {
    const dayMs = parseTimeMs(
      `${Buffer.from(bytes.buffer, bytes.byteOffset + at, 10).toString('latin1')}T00:00:00Z`,
    )
    if (Number.isNaN(dayMs)) return Number.NaN
    lastDay = day
    lastDayMs = dayMs
  }
  return lastDayMs + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms
}

const digit = (bytes: Uint8Array, at: number): number => {
  const value = bytes[at] - ZERO
  return value >= 0 && value <= 9 ? value : Number.NaN
}

const twoDigits = (bytes: Uint8Array, at: number): number =>
  digit(bytes, at) * 10 + digit(bytes, at + 1)
