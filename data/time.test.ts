import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTimeMs } from './time.ts'

const pad = (value: number, digits = 2) => String(value).padStart(digits, '0')

/** Instants whose ISO form has a year of four digits. */
const instantMs = fc.integer({
  min: Date.parse('0000-01-01T00:00:00Z'),
  max: Date.parse('9999-12-31T23:59:59Z'),
})

describe('a written time', () => {
  test('is what Date makes of the same text', () => {
    fc.assert(
      fc.property(instantMs, (ms) => {
        expect(parseTimeMs(new Date(ms).toISOString())).toBe(ms)
      }),
    )
  })

  test('is the same in plain form as in any other', () => {
    const number = (max: number) => fc.integer({ min: 0, max }).map((n) => pad(n))
    const parts = fc.tuple(number(99), number(99), number(14), number(33), number(25))
    const clock = fc.tuple(
      number(61),
      number(61),
      fc.constantFrom('', '.000', '.907', '.9x7', '.:00'),
    )
    fc.assert(
      fc.property(parts, clock, ([century, year, month, day, hour], [minute, second, fraction]) => {
        const text = `${century}${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}`
        expect(parseTimeMs(`${text}Z`)).toBe(parseTimeMs(`${text}+00:00`))
      }),
      { numRuns: 5_000 },
    )
  })

  test('counts from its zone', () => {
    const zoneMinutes = fc.integer({ min: -14 * 60, max: 14 * 60 })
    fc.assert(
      fc.property(instantMs, zoneMinutes, fc.constantFrom(':', ''), (ms, minutes, colon) => {
        const localMs = ms + minutes * 60_000
        fc.pre(new Date(localMs).toISOString().length === 24)
        const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
        const zone = `${minutes < 0 ? '-' : '+'}${pad(hours)}${colon}${pad(rest)}`
        expect(parseTimeMs(new Date(localMs).toISOString().replace('Z', zone))).toBe(ms)
      }),
    )
  })

  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31 12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500Z'],
    ['2026-01-31T12:00:00,25Z', '2026-01-31T12:00:00.250Z'],
    ['2026-01-31T12:00:00.123999999Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31T12:00:00+02', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T12:00:00-0330', '2026-01-31T15:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0050-03-01T00:00:00Z', '0050-03-01T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(new Date(parseTimeMs(text)).toISOString()).toBe(expected)
  })

  test.each([
    '',
    'yesterday',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-02-29T12:00:00Z',
    '2026-02-30T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-00-01T12:00:00Z',
    '2026-01-00T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:60Z',
    '2026-01-31T12:00:00+15:00',
    '2026-01-31T12:00:00+01:60',
    '2026-1-31T12:00:00Z',
    ' 2026-01-31T12:00:00Z',
    '2026-01-31T12:00:00Z\n',
    '1769860800000',
    '٢٠٢٦-01-31T12:00:00Z',
  ])('%j is no time', (text) => {
    expect(parseTimeMs(text)).toBeNaN()
  })

  test('is never taken for another by chance', () => {
    fc.assert(fc.property(fc.string(), (text) => Number.isNaN(parseTimeMs(text))))
  })
})

describe('a number', () => {
  test('is epoch milliseconds, fractions cut off towards the past', () => {
    expect([0, 1.9, -0.5, 1_769_860_800_000].map(parseTimeMs)).toEqual([
      0, 1, -1, 1_769_860_800_000,
    ])
  })

  test('beyond the instants that exist is none', () => {
    expect(parseTimeMs(8.64e15)).toBe(8.64e15)
    for (const value of [8.64e15 + 2, -8.65e15, Number.POSITIVE_INFINITY, Number.NaN])
      expect(parseTimeMs(value)).toBeNaN()
  })
})
