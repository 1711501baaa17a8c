import { describe, expect, it } from 'vitest'
import { checkViewQuery } from './query.ts'

const problemsOf = (parameters: unknown) => {
  const checked = checkViewQuery(parameters)
  if ('query' in checked) throw new Error('expected problems')
  return checked.problems.map(({ parameter, what }) => `${parameter}: ${what}`)
}

describe('checkViewQuery', () => {
  it('shows the last 15 minutes when nothing is asked for', () => {
    expect(checkViewQuery({})).toEqual({
      query: {
        range: { kind: 'last', name: '15m', lengthMs: 900_000 },
        points: 100,
        key: '15m/100',
      },
    })
  })

  it('takes a range by name, all of it, or a stretch in either notation', () => {
    expect(checkViewQuery({ range: 'all', points: '600' })).toEqual({
      query: { range: { kind: 'all' }, points: 600, key: 'all/600' },
    })
    expect(checkViewQuery({ from: '1000', to: '1970-01-01T00:00:02Z' })).toEqual({
      query: {
        range: { kind: 'fixed', fromMs: 1000, toMs: 2000 },
        points: 100,
        key: '1000-2000/100',
      },
    })
  })

  it('tells everything that is wrong, with what is allowed', () => {
    expect(problemsOf({ range: '15x', points: '9', form: '1' })).toEqual([
      'range: expected one of 5m, 15m, 1h, 6h, 24h, 7d, all, got "15x"',
      'points: expected a whole number, 10 to 600, got "9"',
      'form: is not a parameter; allowed: range, from, to, points',
    ])
    expect(problemsOf({ range: ['1h', '6h'] })).toEqual([
      'range: expected one of 5m, 15m, 1h, 6h, 24h, 7d, all, got ["1h","6h"]',
    ])
  })

  it.each([
    [{ from: '1' }, 'to: expected to beside from, got nothing'],
    [{ to: '1' }, 'from: expected from beside to, got nothing'],
    [{ from: '5', to: '5' }, 'to: expected a time after from (5), got 5'],
    [{ from: '1', to: '2', range: '1h' }, 'range: expected either range or from and to, got both'],
    [
      { from: 'yesterday', to: '2' },
      'from: expected epoch milliseconds or an ISO 8601 time from 1970 on, got "yesterday"',
    ],
    [
      { from: '1', to: '1e300' },
      'to: expected epoch milliseconds or an ISO 8601 time from 1970 on, got "1e300"',
    ],
  ])('refuses %j', (parameters, problem) => {
    expect(problemsOf(parameters)).toEqual([problem])
  })
})
