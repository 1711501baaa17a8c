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
    return Math.abs(value) <= TIME_MS_MAX ? Math.floor(value) : Number.NaN
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

function zoneOffsetMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const offsetMs = (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000
  if (Number(digits.slice(0, 2)) > 14 || Number(digits.slice(2)) > 59) return Number.NaN
  return zone[0] === '-' ? -offsetMs : offsetMs
}
