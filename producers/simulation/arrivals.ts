// When events happen: evenly, or more by day and fewer at night. A steady beat of milliseconds goes in, times come out.

export type Arrivals = 'steady' | 'daily'

/** Visits by hour of the day (UTC): quiet at night, a first peak at noon, the highest in the evening. */
const HOURS = [
  5, 3.2, 2.4, 2, 2, 2.6, 4, 6, 8, 9.6, 10.8, 11.6, 12, 11.4, 10.8, 10.6, 10.8, 11.4, 12.6, 14,
  14.8, 13.6, 10.8, 7.6,
]
const HOUR_MEAN = HOURS.reduce((sum, hour) => sum + hour, 0) / HOURS.length
const MINUTE_MS = 60_000
const DAY_MINUTES = 1440

/** Events at this time of day, as a multiple of the day's average (whose mean over a day is 1). */
export function dailyWeight(minuteOfDay: number): number {
  const hour = Math.floor(minuteOfDay / 60)
  const into = minuteOfDay / 60 - hour
  return ((1 - into) * HOURS[hour] + into * HOURS[(hour + 1) % 24]) / HOUR_MEAN
}

/**
 * Maps the steady beat of events to milliseconds after `startMs`: called with rising numbers, answers rising numbers. Only
 * times change with the hour: who does what, and in which order, is the same at every hour.
 */
export function createArrivals(kind: Arrivals, startMs: number): (steadyMs: number) => number {
  if (kind === 'steady') return (steadyMs) => steadyMs
  let minute = Math.floor(startMs / MINUTE_MS)
  /** The present minute: begins at (beatMs, timeMs), beats at `weight`. */
  let beatMs = 0
  let timeMs = 0
  let weight = weightOf(minute)
  return (steadyMs) => {
    while (true) {
      const nextMinuteMs = (minute + 1) * MINUTE_MS - startMs
      const beatAtNextMs = beatMs + (nextMinuteMs - timeMs) * weight
      if (steadyMs < beatAtNextMs) return timeMs + (steadyMs - beatMs) / weight
      beatMs = beatAtNextMs
      timeMs = nextMinuteMs
      minute++
      weight = weightOf(minute)
    }
  }
}

/** When events must begin for a beat so long to end at `endMs`: at night that is earlier than by day. */
export function beginningOf(kind: Arrivals, endMs: number, beatMs: number): number {
  if (kind === 'steady') return endMs - beatMs
  let [timeMs, leftMs] = [endMs, beatMs]
  while (true) {
    const minute = Math.ceil(timeMs / MINUTE_MS) - 1
    const weight = weightOf(minute)
    const beatOfMinuteMs = (timeMs - minute * MINUTE_MS) * weight
    if (leftMs <= beatOfMinuteMs) return timeMs - leftMs / weight
    leftMs -= beatOfMinuteMs
    timeMs = minute * MINUTE_MS
  }
}

const weightOf = (minute: number): number =>
  dailyWeight((((minute % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES) + 0.5)
