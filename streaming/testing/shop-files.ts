// For tests: files of events and of people, awkward on purpose, the same for the same seed.
import { writeFileSync } from 'node:fs'

/** Before every event of `writeEvents`. */
export const FILES_START_MS = Date.UTC(2025, 2, 1, 9)

const KNOWN_USERS = 900
const ALL_USERS = 1000
const CATEGORIES = ['books', 'Bücher, "alt"', 'toys', 'unknown', '', null, undefined, '🎈 balloons']
const COUNTRIES = ['DE', 'FR', 'US']
const GENDERS = ['F', 'M', 'X']
const AGES = [18, 24, 25, 44, 50, 64, 65, 90]

/** Numbers in [0, 1), the same for the same seed: mulberry32 (Ettinger, public domain). */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface EventsOptions {
  readonly seed: number
  readonly count: number
  /** Event time that they are spread over, in milliseconds. */
  readonly spanMs: number
  /** How far an event may come behind the latest one; 0: in order. */
  readonly disorderMs: number
}

/** The lines of a file of events, all valid. */
export function eventLines({ seed, count, spanMs, disorderMs }: EventsOptions): string[] {
  const random = randomOf(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]
  const timed = Array.from({ length: count }, (_, i) => {
    const timeMs = FILES_START_MS + Math.floor((spanMs * i) / count)
    return { arrivesMs: timeMs + random() * disorderMs, line: lineOf(i, timeMs) }
  })
  return timed.sort((a, b) => a.arrivesMs - b.arrivesMs).map(({ line }) => line)

  function lineOf(i: number, timeMs: number): string {
    const type = pick(['click', 'click', 'click', 'purchase', 'wishlist'])
    const event = {
      event_id: `${seed}-${i}`,
      event_type: type,
      user_id: userId(Math.floor(random() ** 2 * ALL_USERS)),
      event_time: random() < 0.8 ? timeMs : isoInZone(timeMs, Math.floor(random() * 25) - 12),
      category: pick(CATEGORIES),
      note: 'unknown field \u2028 \ufffd',
    }
    if (type !== 'purchase') return JSON.stringify(event)
    const cents = random() < 0.01 ? 1e10 + i : Math.floor(random() * 20_000)
    const quantity = random() < 0.01 ? 1_000_000 : 1 + Math.floor(random() * 5)
    return JSON.stringify({ ...event, quantity, unit_price: cents / 100, currency: 'EUR' })
  }
}

export const userId = (n: number): string => (n % 10 === 0 ? `Üser ${n}` : `user-${n}`)

export function isoInZone(timeMs: number, hours: number): string {
  const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`
  return new Date(timeMs + hours * 3_600_000).toISOString().replace('Z', zone)
}

export function writeEvents(file: string, lines: readonly string[]): void {
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
}

/** People for nine of ten users. */
export function writePeople(file: string): void {
  const rows = Array.from({ length: KNOWN_USERS }, (_, n) => {
    const age = AGES[n % AGES.length]
    const cells = [userId(n), GENDERS[n % 3], age, COUNTRIES[n % 4] ?? 'AT', '"Köln, am Rhein"']
    return [...cells, 'middle', '2024-02-29'].join(',')
  })
  const header = 'user_id,gender,age,country,city,income_bracket,signup_date'
  writeFileSync(file, `${[header, ...rows].join('\n')}\n`)
}
