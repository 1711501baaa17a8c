// The page's pure modules: numbers, times, colours, layers, the address.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatAgo,
  formatAxis,
  formatBrief,
  formatChange,
  formatExact,
  formatRangeName,
  formatSpan,
  formatValue,
} from './public/format.js'
import { timesIn } from './public/times.js'
import { readingText } from './public/words.js'

describe('readingText', () => {
  const DAY_MS = 86_400_000
  it.each([
    [30 * DAY_MS, null, ''],
    [30 * DAY_MS, 18 * DAY_MS, 'reading back: 12 of 30 days'],
    [30 * DAY_MS, 30 * DAY_MS - 5, 'reading back: 0 of 30 days'],
    [DAY_MS, DAY_MS / 2, 'reading back: 12 of 24 hours'],
    [DAY_MS, -DAY_MS / 2, 'reading back'],
    [300_000, 100_000, 'reading back'],
  ])('of a stretch of %d ms, known from %s on: "%s"', (toMs, backToMs, text) => {
    const view = { fromMs: 0, toMs, backToMs } as Parameters<typeof readingText>[0]
    expect(readingText(view)).toBe(text)
  })
})

describe('formatValue', () => {
  it.each([
    [0, 'currencyUSD', '$0.00'],
    [12.3, 'currencyUSD', '$12.30'],
    [1284.56, 'currencyUSD', '$1,285'],
    [1_290_000, 'currencyUSD', '$1.29M'],
    [5, 'currencyEUR', '€5.00'],
    [-3.5, 'currencyUSD', '-$3.50'],
    [0, 'percentunit', '0%'],
    [0.0042, 'percentunit', '0.42%'],
    [0.0345, 'percentunit', '3.5%'],
    [1, 'percentunit', '100%'],
    [2.5, 'percentunit', '250%'],
    [128_512, 'short', '128,512'],
    [2.345, 'short', '2.35'],
    [12_345_678, 'short', '12.35M'],
    [7, 'a unit nobody knows', '7'],
    [340, 'ms', '340 ms'],
    [12_540, 'ms', '12.5 s'],
    [252, 's', '4 min 12 s'],
    [3599.9, 's', '60 min'],
    [7_500_000, 'ms', '2 h 5 min'],
    [-90, 's', '-1 min 30 s'],
    [26, 'h', '1 d 2 h'],
    [null, 'short', '–'],
    [undefined, 'short', '–'],
    [Number.NaN, 'short', '–'],
  ])('%s in %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text)
  })

  it('keeps all digits where it is asked to', () => {
    expect(formatExact(1_290_000.57, 'currencyUSD')).toBe('$1,290,000.57')
    expect(formatExact(0.03456, 'percentunit')).toBe('3.456%')
    expect(formatExact(12_345_678, 'short')).toBe('12,345,678')
    expect(formatExact(null, 'short')).toBe('no value')
  })
})

describe('formatBrief', () => {
  it.each([
    [157_744.1, 'currencyUSD', '$158K'],
    [634.94, 'currencyUSD', '$635'],
    [9_999, 'short', '9,999'],
    [31_220, 'short', '31.2K'],
    [12_345_678, 'short', '12.3M'],
    [0.5, 'percentunit', '50.0%'],
    [252, 's', '4 min 12 s'],
    [null, 'short', '–'],
  ])('%s in %s is %s', (value, unit, text) => {
    expect(formatBrief(value, unit)).toBe(text)
  })
})

describe('formatAxis', () => {
  it('gives short labels that share their decimals', () => {
    expect(formatAxis([0, 0.02, 0.04], 'percentunit')).toEqual(['0%', '2%', '4%'])
    expect(formatAxis([0, 0.005, 0.01], 'percentunit')).toEqual(['0.0%', '0.5%', '1.0%'])
    expect(formatAxis([0, 2500, 5000], 'currencyUSD')).toEqual(['$0', '$2.5K', '$5K'])
    expect(formatAxis([0, 0.5, 1], 'short')).toEqual(['0.0', '0.5', '1.0'])
    expect(formatAxis([0, 1e6, 2e6], 'short')).toEqual(['0', '1M', '2M'])
    expect(formatAxis([], 'short')).toEqual([])
    expect(formatAxis([0, 150_000, 300_000], 'ms')).toEqual(['0.0 min', '2.5 min', '5.0 min'])
    expect(formatAxis([0, 10, 20], 's')).toEqual(['0 s', '10 s', '20 s'])
  })

  it('never gives two ticks the same label', () => {
    const steps = fc.tuple(fc.constantFrom(1, 2, 2.5, 5), fc.integer({ min: -2, max: 6 }))
    const units = fc.constantFrom('short', 'currencyUSD', 'ms')
    fc.assert(
      fc.property(steps, units, ([digit, power], unit) => {
        const labels = formatAxis(
          [0, 1, 2, 3, 4].map((n) => n * digit * 10 ** power),
          unit,
        )
        expect(new Set(labels).size).toBe(5)
      }),
    )
  })
})

describe('formatChange', () => {
  it.each([
    [{ now: 112, before: 100 }, '+12%', 1],
    [{ now: 97.7, before: 100 }, '-2.3%', -1],
    [{ now: 100.01, before: 100 }, '0%', 0],
  ])('%j is %s', (compared, text, direction) => {
    expect(formatChange(compared)).toEqual({ text, direction })
  })

  it('is silent where it would say nothing', () => {
    expect(formatChange(null)).toBeUndefined()
    expect(formatChange({ now: 5, before: 0 })).toBeUndefined()
    expect(formatChange({ now: 5000, before: 1 })).toBeUndefined()
  })
})

describe('durations', () => {
  it('are told in the unit people would choose', () => {
    expect([10_000, 90_000, 300_000, 7_200_000, 86_400_000, 604_800_000].map(formatSpan)).toEqual([
      ...['10 s', '1.5 min', '5 min', '2 h', '1 day', '7 days'],
    ])
    expect([400, 12_400, 59_999, 190_000, 7.9e6, 3e8, 1e10, 5e11].map(formatAgo)).toEqual([
      ...['just now', '12 s ago', '1 min ago', '3 min ago', '2 h ago', '3 days ago'],
      ...['3 months ago', '15 years ago'],
    ])
    expect(['15m', '1h', '24h', '7d'].map(formatRangeName)).toEqual([
      ...['15 minutes', 'hour', '24 hours', '7 days'],
    ])
  })
})

describe('timesIn', () => {
  const times = timesIn('Europe/Berlin')
  const nowMs = Date.parse('2026-11-21T13:35:00Z')
  const at = (text: string) => Date.parse(text)

  it('tells buckets in the reader’s zone, with seconds and days only where they matter', () => {
    const bucket = (text: string, lengthMs: number) =>
      times.bucket(at(text), at(text) + lengthMs, nowMs)
    expect(bucket('2026-11-21T13:20:10Z', 10_000)).toBe('14:20:10 – 14:20:20')
    expect(bucket('2026-11-21T13:20:00Z', 60_000)).toBe('14:20 – 14:21')
    expect(bucket('2026-11-20T13:00:00Z', 3_600_000)).toBe('20 Nov, 14:00 – 15:00')
    expect(bucket('2010-12-08T23:00:00Z', 86_400_000)).toBe('9 Dec 2010')
  })

  it('tells stretches', () => {
    const stretch = (from: string, to: string) => times.stretch(at(from), at(to), nowMs)
    expect(stretch('2026-11-21T13:20:00Z', '2026-11-21T13:35:00Z')).toBe('14:20 – 14:35')
    expect(stretch('2026-11-20T13:35:00Z', '2026-11-21T13:35:00Z')).toBe(
      '20 Nov, 14:35 – 21 Nov, 14:35',
    )
    expect(stretch('2010-12-01T08:26:00Z', '2010-12-01T10:26:00Z')).toBe(
      '1 Dec 2010, 09:26 – 11:26',
    )
    expect(stretch('2024-01-03T23:00:00Z', '2024-06-29T22:00:00Z')).toBe('4 Jan 2024 – 29 Jun 2024')
  })

  it('labels an axis with times, and midnight with the day', () => {
    const ticks = [at('2026-11-20T22:00:00Z'), at('2026-11-20T23:00:00Z')]
    expect(times.axis(ticks, 3_600_000)).toEqual(['23:00', '21 Nov'])
    expect(times.axis(ticks, 86_400_000)).toEqual(['20 Nov', '21 Nov'])
    expect(times.axis(ticks, 30 * 86_400_000)).toEqual(['Nov 2026', 'Nov 2026'])
  })
})
