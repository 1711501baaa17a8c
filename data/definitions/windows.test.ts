import { DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { durationMs } from '../../kit/duration.ts'
import { tumbling } from './nodes.ts'
import { areMadeOf, isZonedSize, type Windows, windowsOf } from './windows.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const known = new Map<string, Windows>()
/** The same windows to every test that asks: what they remember must not matter. */
function windows(sizeMs: number, tz: string): Windows {
  const key = `${tz} ${sizeMs}`
  const own = known.get(key) ?? windowsOf({ kind: 'tumbling', sizeMs, tz })
  known.set(key, own)
  return own
}

/** Starts of the windows that start in [fromMs, toMs). */
function startsIn(sizeMs: number, tz: string, fromMs: number, toMs: number): number[] {
  const own = windows(sizeMs, tz)
  const starts: number[] = []
  for (let ms = own.startOf(fromMs); ms < toMs; ms = own.endOf(ms))
    if (ms >= fromMs) starts.push(ms)
  return starts
}

const iso = (timeMs: number) => new Date(timeMs).toISOString().replace('.000', '')

/** Zones that do what others do not: what, and when. */
const CHANGES = [
  ['Europe/Berlin', '2026-03-29T01:00Z', 'an hour skipped'],
  ['Europe/Berlin', '2026-10-25T01:00Z', 'an hour repeated'],
  ['Europe/London', '2026-03-29T01:00Z', 'a zone whose days start at 00:00 UTC and 23:00 UTC'],
  ['America/Sao_Paulo', '2018-11-04T03:00Z', 'midnight skipped'],
  ['America/Sao_Paulo', '2018-02-18T02:00Z', 'the hour before midnight repeated'],
  ['America/Havana', '2026-11-01T05:00Z', 'the hour after midnight repeated'],
  [
    'America/St_Johns',
    '2010-11-07T02:31Z',
    'midnight shown twice, the day before shown again between',
  ],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z', 'half an hour repeated'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z', 'half an hour skipped'],
  ['Antarctica/Troll', '2026-10-25T01:00Z', 'two hours repeated'],
  ['Asia/Kathmandu', '1985-12-31T18:30Z', 'a quarter of an hour skipped'],
  ['Africa/Monrovia', '1972-01-07T00:44:30Z', 'an offset of minutes and seconds'],
  ['Asia/Pyongyang', '2018-05-04T15:00Z', 'half an hour skipped at midnight'],
  ['Pacific/Apia', '2011-12-30T10:00Z', 'a day skipped'],
  ['Pacific/Kwajalein', '1993-08-21T12:00Z', 'a day skipped at another hour'],
  ['Pacific/Kwajalein', '1969-09-30T13:00Z', 'most of a day repeated'],
  ['Pacific/Chatham', '2026-04-04T14:00Z', 'an offset of three quarters'],
] as const
const ZONES = [...new Set(CHANGES.map(([tz]) => tz))]
const SIZES_MS = [1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 7 * 24, 14 * 24, 30 * 24].map(
  (h) => h * HOUR_MS,
)

const instants = fc.oneof(
  fc.integer({ min: Date.UTC(1890, 0, 1), max: Date.UTC(2210, 0, 1) }),
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }))
    .map(([[, at], byMs]) => Date.parse(at) + byMs),
  fc.constantFrom(-8.64e15, 8.64e15, 0, -1),
)

describe('windows', () => {
  test('without a zone are aligned to the epoch and of one length', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 30 * DAY_MS }), (timeMs, sizeMs) => {
        const own = windowsOf({ kind: 'tumbling', sizeMs })
        const startMs = own.startOf(timeMs)
        expect(startMs <= timeMs && timeMs < own.endOf(startMs)).toBe(true)
        expect(Math.abs(startMs % sizeMs)).toBe(0)
        expect(own.endOf(startMs) - startMs).toBe(sizeMs)
      }),
    )
  })

  test('tile time in every zone, in whatever order they are asked for', () => {
    const zones = fc.constantFrom(...ZONES)
    fc.assert(
      fc.property(zones, fc.constantFrom(...SIZES_MS), instants, (tz, sizeMs, timeMs) => {
        const own = windows(sizeMs, tz)
        const startMs = own.startOf(timeMs)
        const endMs = own.endOf(startMs)
        expect(startMs <= timeMs && timeMs < endMs).toBe(true)
        expect(own.startOf(endMs)).toBe(endMs)
        expect(own.startOf(startMs)).toBe(startMs)
        expect(own.startOf(endMs - 1)).toBe(startMs)
        expect(own.startOf(startMs - 1)).toBeLessThan(startMs)
        expect(own.endOf(own.startOf(startMs - 1))).toBe(startMs)
        expect(own.endOf(startMs)).toBe(endMs)
      }),
      { numRuns: 1000 },
    )
  })

  test('are as long as they say, give or take the changes of the clock', () => {
    const zones = fc.constantFrom(...ZONES)
    fc.assert(
      fc.property(zones, fc.constantFrom(...SIZES_MS), instants, (tz, sizeMs, timeMs) => {
        const own = windows(sizeMs, tz)
        const lengthMs = own.endOf(own.startOf(timeMs)) - own.startOf(timeMs)
        expect(Math.abs(lengthMs - sizeMs)).toBeLessThanOrEqual(DAY_MS)
        if (sizeMs === HOUR_MS) expect(lengthMs).toBeLessThanOrEqual(HOUR_MS)
      }),
      { numRuns: 1000 },
    )
  })
})

describe.each(CHANGES)('%s %s: %s', (tz, at) => {
  const aroundMs = Date.parse(at)
  const [fromMs, toMs] = [aroundMs - 4 * DAY_MS, aroundMs + 2 * DAY_MS]
  const shown = localByStep(tz, fromMs, toMs)

  test.each(SIZES_MS.filter((sizeMs) => sizeMs < 7 * DAY_MS).map((sizeMs) => [sizeMs / HOUR_MS]))(
    'windows of %d h start when a clock watched all the time says so',
    (hours) => {
      const sizeMs = hours * HOUR_MS
      const expected = (hours === 1 ? hoursOf(shown) : multiplesOf(shown, sizeMs)).filter(
        (ms) => ms >= aroundMs - 2 * DAY_MS,
      )
      const starts = startsIn(sizeMs, tz, aroundMs - 2 * DAY_MS, toMs)
      expect(starts.map(iso)).toEqual(expected.map(iso))
    },
  )
})

const STEP_MS = 30_000

/** What the clock shows, as if it were UTC, by instant. */
function localByStep(tz: string, fromMs: number, toMs: number): [number, number][] {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: tz,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  })
  const shown: [number, number][] = []
  for (let ms = fromMs; ms < toMs; ms += STEP_MS) {
    const [month, day, year, hour, minute, second] = format.format(ms).match(/\d+/g)!.map(Number)
    const fullYear = year + (year < 50 ? 2000 : 1900)
    shown.push([ms, Date.UTC(fullYear, month - 1, day, hour, minute, second)])
  }
  return shown
}

/** When the clock first shows or passes a multiple of the size. */
function multiplesOf(shown: readonly [number, number][], sizeMs: number): number[] {
  let most = Math.floor(shown[0][1] / sizeMs)
  return shown.flatMap(([ms, localMs]) => {
    const multiple = Math.floor(localMs / sizeMs)
    if (multiple <= most) return []
    most = multiple
    return [ms]
  })
}

/** When the clock shows a full hour, or is changed. */
const hoursOf = (shown: readonly [number, number][]): number[] =>
  shown.flatMap(([ms, localMs], index) =>
    localMs % HOUR_MS === 0 || (index > 0 && localMs !== shown[index - 1][1] + STEP_MS) ? [ms] : [],
  )

test('every date of 1970 to 2100 is one day, as DuckDB knows the zones', async () => {
  const skipped: Record<string, string[]> = {}
  const zones = [
    ...['Europe/Berlin', 'America/Sao_Paulo', 'America/St_Johns', 'Australia/Lord_Howe'],
    ...['Pacific/Apia', 'Pacific/Kwajalein'],
  ]
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  for (const tz of zones) {
    const starts = startsIn(DAY_MS, tz, Date.UTC(1970, 0, 1), Date.UTC(2101, 0, 1))
    const dates = await connection.runAndReadAll(
      `WITH starts AS (SELECT unnest(from_json($starts, '["BIGINT"]')) AS ms),
      shown AS (SELECT (to_timestamp(ms / 1000) AT TIME ZONE '${tz}')::DATE AS date,
        (to_timestamp(ms / 1000 - 1) AT TIME ZONE '${tz}')::DATE AS before FROM starts),
      days AS (SELECT date, before, lag(date) OVER (ORDER BY date) AS last FROM shown)
      SELECT count(*) AS days, count(DISTINCT date) AS dates, count(*) FILTER (before >= date) AS wrong,
        list((last + 1)::DATE::VARCHAR) FILTER (date > last + 1) AS skipped FROM days`,
      { starts: JSON.stringify(starts) },
    )
    const [row] = dates.getRowObjectsJson()
    expect({ tz, ...row }).toMatchObject({ wrong: '0', days: `${starts.length}`, dates: row.days })
    if (row.skipped !== null) skipped[tz] = row.skipped as string[]
  }
  connection.closeSync()
  instance.closeSync()
  expect(skipped).toEqual({
    'Pacific/Apia': ['2011-12-30'],
    'Pacific/Kwajalein': ['1993-08-21'],
  })
})

test('days have 23 and 25 hours where the clock is changed, and 24 elsewhere', () => {
  const lengths = startsIn(DAY_MS, 'Europe/Berlin', Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1))
    .map((ms, index, all) => [iso(ms), (all[index + 1] - ms) / HOUR_MS] as const)
    .filter(([, hours]) => hours !== 24 && !Number.isNaN(hours))
  expect(lengths).toEqual([
    ['2026-03-28T23:00:00Z', 23],
    ['2026-10-24T22:00:00Z', 25],
  ])
})

test('weeks start on Monday; other days are counted from 1 January 1970', () => {
  const weeks = windows(7 * DAY_MS, 'Europe/Berlin')
  expect(iso(weeks.startOf(Date.parse('2026-11-21T12:00Z')))).toBe('2026-11-15T23:00:00Z')
  const fortnights = windows(14 * DAY_MS, 'Europe/Berlin')
  expect(iso(fortnights.endOf(fortnights.startOf(0)))).toBe('1970-01-04T23:00:00Z')
  expect(iso(windows(3 * DAY_MS, 'Europe/Berlin').startOf(0))).toBe('1969-12-31T23:00:00Z')
})

test('an hour that is shown twice is two windows', () => {
  const [fromMs, toMs] = [Date.parse('2026-10-24T22:00Z'), Date.parse('2026-10-25T23:00Z')]
  const hours = startsIn(HOUR_MS, 'Europe/Berlin', fromMs, toMs)
  expect(hours.map((ms) => (ms - fromMs) / HOUR_MS)).toEqual(
    Array.from({ length: 25 }, (_, n) => n),
  )
  expect(startsIn(2 * HOUR_MS, 'Europe/Berlin', fromMs, toMs)).toHaveLength(12)
})

test('a zone that does not exist is refused', () => {
  expect(() => windows(DAY_MS, 'Europe/Berln')).toThrow(RangeError)
})

test('what windows add up to is made of whole ones', () => {
  const madeOf = (size: string, tz?: string) => (lengths: readonly string[]) =>
    lengths.filter((length) =>
      areMadeOf(tumbling(size, tz === undefined ? {} : { tz }), durationMs(length)),
    )
  expect(madeOf('90s')(['2m', '3m', '100s', '1d'])).toEqual(['3m', '1d'])
  expect(madeOf('1h', 'Europe/Berlin')(['2h', '5h', '1d', '36h', '7d'])).toEqual(['2h', '1d', '7d'])
  // Weeks are counted from Monday, three days are not.
  expect(madeOf('3d', 'Europe/Berlin')(['6d', '21d'])).toEqual(['6d'])
})

test('every stretch that is made of windows starts with one and ends with one', () => {
  const sizes = fc.constantFrom(...SIZES_MS)
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), sizes, sizes, instants, (tz, sizeMs, longMs, timeMs) => {
      fc.pre(areMadeOf({ kind: 'tumbling', sizeMs, tz }, longMs))
      const startMs = windows(longMs, tz).startOf(timeMs)
      expect(windows(sizeMs, tz).startOf(startMs)).toBe(startMs)
    }),
    { numRuns: 300 },
  )
})

test('a zone has windows of hours that divide a day and of whole days', () => {
  const hours = [0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 12, 18, 24, 36, 48, 168]
  expect(hours.filter((h) => isZonedSize(h * HOUR_MS))).toEqual([1, 2, 3, 4, 6, 8, 12, 24, 48, 168])
})
