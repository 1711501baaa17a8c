// Values that are lengths of time: "340 ms", "12.5 s", "4 min 12 s", "2 h 5 min". Pure.

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Grafana's ids of units that are lengths of time, in ms. @type {Readonly<Record<string, number>>} */
const UNITS = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY }

/** A unit's length in ms; undefined: it is no length of time. @param {string} unit */
export const durationOf = (unit) => (Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined)

/** Two units at most. @param {number} ms */
export function formatLength(ms) {
  const size = Math.abs(ms)
  const sign = ms < 0 ? '-' : ''
  if (size < SECOND) return `${sign}${Math.round(size * 10) / 10} ms`
  if (size < MINUTE) return `${sign}${Math.round(size / 100) / 10} s`
  const [large, small] = size < HOUR ? [MINUTE, SECOND] : size < DAY ? [HOUR, MINUTE] : [DAY, HOUR]
  const all = Math.round(size / small)
  const [whole, rest] = [Math.floor(all / (large / small)), all % (large / small)]
  const text = `${sign}${whole} ${WORDS.get(large)}`
  return rest === 0 ? text : `${text} ${rest} ${WORDS.get(small)}`
}

/** @type {ReadonlyMap<number, string>} */
const WORDS = new Map([
  [1, 'ms'],
  [SECOND, 's'],
  [MINUTE, 'min'],
  [HOUR, 'h'],
  [DAY, 'd'],
])

/** What an axis up to there is labelled in: the largest unit that it reaches. @param {number} largestMs */
export function axisUnit(largestMs) {
  const units = [...WORDS].filter(([size]) => size <= largestMs)
  const [size, word] = units.at(-1) ?? [1, 'ms']
  return { size, word }
}

/** Steps of an axis that people know, in the unit; undefined: those of numbers. @param {string} unit */
export function lengthSteps(unit) {
  const unitMs = durationOf(unit)
  if (unitMs === undefined) return undefined
  const decades = [1, 2, 5, 10, 20, 50, 100, 200, 500]
  const clock = [1, 2, 5, 10, 15, 30]
  const steps = [
    ...decades,
    ...clock.map((n) => n * SECOND),
    ...clock.map((n) => n * MINUTE),
    ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
    ...[...decades, 1000, 2000, 5000].map((n) => n * DAY),
  ]
  return steps.map((ms) => ms / unitMs)
}
