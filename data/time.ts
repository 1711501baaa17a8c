// Event times: epoch milliseconds, or ISO 8601 with a zone.

/** Farthest instants that exist, either way from the epoch (ECMAScript time values). */
const TIME_MS_MAX = 8.64e15

/** 400 years of the Gregorian calendar. */
const CALENDAR_MS = 146_097 * 86_400_000

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d(?::?\d\d)?)$/

/** Epoch milliseconds of an event time, or NaN when it is none. Fractions of a millisecond are cut off. */
export function parseTimeMs(value: number | string): number {
  if (typeof value === 'number')
    // With a zero more, minus zero is zero.
    return Math.abs(value) <= TIME_MS_MAX ? Math.floor(value) + 0 : Number.NaN
  const plainMs = plainTimeMs(value)
  if (plainMs !== undefined) return plainMs
  const match = ISO.exec(value)
  if (match === null) return Number.NaN
  const [, year, month, day, hour, minute, second = '0', fraction = '0', zone] = match
  // Date.UTC takes the years 0 to 99 for 1900 to 1999; the calendar repeats after 400 years.
  const dayMs = Date.UTC(Number(year) + 400, Number(month) - 1, Number(day)) - CALENDAR_MS
  // Date.UTC rolls 30 February over into March; such a day does not exist.
  const isRealDay =
    new Date(dayMs).getUTCDate() === Number(day) && Number(month) >= 1 && Number(month) <= 12
  if (!isRealDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return Number.NaN
  const zoneMs = zoneOffsetMs(zone)
  const clockMs = Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1000
  return dayMs + clockMs + Number(fraction.padEnd(3, '0').slice(0, 3)) - zoneMs
}

const [DASH, COLON, DOT, LETTER_T, LETTER_Z] = [45, 58, 46, 84, 90]
/** Of the months, in a leap year. */
const MONTH_DAYS = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The two forms that most programs write, `2026-01-31T12:00:00.000Z` and that without fraction; undefined: another. */
function plainTimeMs(text: string): number | undefined {
  const { length } = text
  const isPlain =
    (length === 24 ? text.charCodeAt(19) === DOT : length === 20) &&
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === LETTER_T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(length - 1) === LETTER_Z
  if (!isPlain) return undefined
  const century = twoDigits(text, 0)
  const yearOfCentury = twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  const hundreds = length === 20 ? 0 : text.charCodeAt(20) - 48
  const rest = length === 20 ? 0 : twoDigits(text, 21)
  if ((century | yearOfCentury | hour | minute | second | hundreds | rest) < 0) return undefined
  if (hour > 23 || minute > 59 || second > 59 || hundreds > 9 || month > 12) return undefined
  const year = century * 100 + yearOfCentury
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const isDay = month > 0 && day > 0 && day <= MONTH_DAYS[month] - (month === 2 && !isLeap ? 1 : 0)
  if (!isDay) return undefined
  const clockMs = (hour * 3_600 + minute * 60 + second) * 1_000 + hundreds * 100 + rest
  return daysFromCivil(year, month, day) * 86_400_000 + clockMs
}

/** The number that two digits make; negative when they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

/** Days since the epoch. After Howard Hinnant, https://howardhinnant.github.io/date_algorithms.html#days_from_civil */
function daysFromCivil(year: number, month: number, day: number): number {
  // Years that begin in March end with the day that only some of them have.
  const marchYear = month > 2 ? year : year - 1
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100)
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468
}

function zoneOffsetMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const offsetMs = (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000
  if (Number(digits.slice(0, 2)) > 14 || Number(digits.slice(2)) > 59) return Number.NaN
  return zone[0] === '-' ? -offsetMs : offsetMs
}
