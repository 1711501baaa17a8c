// A time zone as periods of one offset, asked of Intl once and kept: what windows by a local clock are computed from.
// Pure: it knows zones' rules, never the time.

/** A stretch of time in which the clock is not changed. */
export interface Period {
  /** -Infinity: somewhere before what is looked at. */
  readonly fromMs: number
  /** Exclusive; Infinity: somewhere after what is looked at. */
  readonly untilMs: number
  /** Local time is UTC plus this. */
  readonly offsetMs: number
}

const DAY_MS = 86_400_000
/** No zone ever had two changes within so short a time: the nearest were four days apart, Freetown's in 1939. */
const STEP_MS = 3 * DAY_MS
/** Asked and kept together: about a year, and two days beyond its ends. */
const CHUNK_MS = 365 * DAY_MS
const MARGIN_MS = 2 * DAY_MS
/** Before and after these the first and the last offset hold, so that wild times cannot make us ask without end. */
const FIRST_MS = Date.UTC(1900, 0, 1)
const LAST_MS = Date.UTC(2200, 0, 1)

const zones = new Map<string, Zone>()

/** The IANA time zone `name`; the same to all who ask. Throws a RangeError when there is none. */
export function zoneOf(name: string): Zone {
  const zone = zones.get(name) ?? new Zone(name)
  zones.set(name, zone)
  return zone
}

export class Zone {
  private readonly format: Intl.DateTimeFormat
  private readonly chunks = new Map<number, readonly Period[]>()

  constructor(name: string) {
    this.format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  }

  /** Periods in order, without gaps, that cover two days to either side of `timeMs` (and more). */
  periodsAround(timeMs: number): readonly Period[] {
    const inside = Math.min(Math.max(timeMs, FIRST_MS), LAST_MS)
    const chunk = Math.floor(inside / CHUNK_MS)
    const known = this.chunks.get(chunk)
    if (known !== undefined) return known
    const periods = this.periodsBetween(
      chunk * CHUNK_MS - MARGIN_MS,
      (chunk + 1) * CHUNK_MS + MARGIN_MS,
    )
    this.chunks.set(chunk, periods)
    return periods
  }

  private periodsBetween(firstMs: number, lastMs: number): readonly Period[] {
    const periods: Period[] = []
    let fromMs = Number.NEGATIVE_INFINITY
    let offsetMs = this.offsetAt(firstMs)
    for (let atMs = firstMs; atMs < lastMs; atMs += STEP_MS) {
      const nextMs = this.offsetAt(atMs + STEP_MS)
      if (nextMs === offsetMs) continue
      const untilMs = this.changeBetween(atMs, atMs + STEP_MS, offsetMs)
      periods.push({ fromMs, untilMs, offsetMs })
      fromMs = untilMs
      offsetMs = nextMs
    }
    return [...periods, { fromMs, untilMs: Number.POSITIVE_INFINITY, offsetMs }]
  }

  /** The first second at which the offset is no longer that at `beforeMs`. */
  private changeBetween(beforeMs: number, afterMs: number, offsetMs: number): number {
    let [low, high] = [beforeMs, afterMs]
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000
      if (this.offsetAt(middle) === offsetMs) low = middle
      else high = middle
    }
    return high
  }

  /** Of the date and "GMT+01:00" (with seconds where it has some), or "GMT" alone. */
  private offsetAt(timeMs: number): number {
    const match = /GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(this.format.format(timeMs))
    if (match === null) return 0
    const [, sign, hours, minutes, seconds = '0'] = match
    const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
    return sign === '-' ? -ms : ms
  }
}
