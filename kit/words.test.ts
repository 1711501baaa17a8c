import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  durationMs,
  exactDuration,
  formatDuration,
  formatElapsed,
  parseDurationMs,
} from './duration.ts'
import { rootCause, UnavailableError } from './errors.ts'
import { didYouMean, nearest } from './nearest.ts'

describe('a duration', () => {
  test('is written without rounding where it is read again', () => {
    const texts = ['1ms', '1500ms', '10s', '75s', '90s', '36h', '7d']
    expect(texts.map((text) => exactDuration(durationMs(text)))).toEqual(texts)
    expect(exactDuration(durationMs('1.5m'))).toBe('90s')
  })

  test.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    [' 1d ', 86_400_000],
    ['0s', 0],
  ])('%j is %d ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms)
  })

  test.each(['', '10', 's', '-1s', '10 s', '1w', '1e3s', '.5s', '10S', '1m30s'])(
    '%j is none',
    (text) => {
      expect(parseDurationMs(text)).toBeUndefined()
      expect(() => durationMs(text)).toThrow(`got "${text}"`)
    },
  )

  test('is written with the largest unit that keeps it short, and read back', () => {
    expect([0, 250, 1_000, 90_000, 7_200_000, 172_800_000].map(formatDuration)).toEqual([
      '0ms',
      '250ms',
      '1s',
      '1.5m',
      '2h',
      '2d',
    ])
    fc.assert(
      fc.property(fc.nat(10 ** 9), (ms) => {
        const readBack = parseDurationMs(formatDuration(ms)) ?? Number.NaN
        expect(Math.abs(readBack - ms)).toBeLessThanOrEqual(Math.max(0.06 * ms, 0.5))
      }),
    )
  })
})

describe('the nearest name', () => {
  const names = ['category', 'country', 'gender', 'page']

  test.each([
    ['categry', 'category'],
    ['CATEGORY', 'category'],
    ['contry', 'country'],
    ['gendre', 'gender'],
    ['pgae', 'page'],
  ])('of %s is %s', (wrong, right) => {
    expect(nearest(wrong, names)).toBe(right)
    expect(didYouMean(wrong, names)).toBe(`; did you mean "${right}"?`)
  })

  test('of something else is none: all are listed', () => {
    expect(nearest('temperature', names)).toBeUndefined()
    expect(didYouMean('temperature', names)).toBe('; allowed: category, country, gender, page')
  })

  test('of a name is the name', () => {
    const list = fc.uniqueArray(fc.stringMatching(/^[a-z_]{1,12}$/), { minLength: 1 })
    fc.assert(
      fc.property(list, fc.nat(), (all, at) => {
        const name = all[at % all.length]
        expect(nearest(name, all)).toBe(name)
      }),
    )
  })
})

describe('the root cause', () => {
  test('is the innermost message', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:9092')
    const error = new UnavailableError('away', { cause: new Error('request', { cause: refused }) })
    expect(rootCause(error)).toBe('connect ECONNREFUSED 127.0.0.1:9092')
    expect(rootCause(new Error('all', { cause: new AggregateError([refused]) }))).toBe(
      refused.message,
    )
  })

  test('of what is no error is its text', () => {
    expect(rootCause('broken')).toBe('broken')
    expect(rootCause(undefined)).toBe('undefined')
  })
})

test.each([
  [7_800, '7.8s'],
  [60_000, '1m 0s'],
  [303_999, '5m 3s'],
  [7_800_000, '2h 10m'],
  [93_600_000, '1d 2h'],
])('%d ms so far are written as %s', (ms, text) => {
  expect(formatElapsed(ms)).toBe(text)
})
