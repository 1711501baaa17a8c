import { describe, expect, it } from 'vitest'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { checkValuesQuery, checkViewQuery } from './query.ts'

const problemsOf = (parameters: unknown) => {
  const checked = checkViewQuery(parameters, ecommerce)
  if ('query' in checked) throw new Error('expected problems')
  return checked.problems.map(({ parameter, what }) => `${parameter}: ${what}`)
}

const queryOf = (parameters: unknown) => {
  const checked = checkViewQuery(parameters, ecommerce)
  if (!('query' in checked)) throw new Error(JSON.stringify(checked.problems))
  return checked.query
}

describe('checkViewQuery', () => {
  it('shows the last hour when nothing is asked for', () => {
    expect(queryOf({})).toMatchObject({
      range: { kind: 'last', name: '1h', lengthMs: 3_600_000 },
      points: 100,
      filter: new Map(),
      splits: new Map(),
      compare: false,
      tz: 'UTC',
    })
  })

  it('takes a range by name, all of it, or a stretch in either notation', () => {
    expect(queryOf({ range: 'all', points: '600' })).toMatchObject({
      range: { kind: 'all' },
      points: 600,
    })
    expect(queryOf({ from: '1000', to: '1970-01-01T00:00:02Z' })).toMatchObject({
      range: { kind: 'fixed', fromMs: 1000, toMs: 2000 },
      points: 100,
    })
  })

  it('takes filters, splits and the comparison; views alike share a key, and what is read', () => {
    const query = queryOf({
      filter: ['country:DE', 'gender:F', 'country:a:b'],
      split: ['revenue_by_category:', 'events_by_segment:country'],
      compare: '1',
    })
    expect(query.filter).toEqual(
      new Map([
        ['country', new Set(['DE', 'a:b'])],
        ['gender', new Set(['F'])],
      ]),
    )
    expect(query.splits).toEqual(
      new Map([
        ['revenue_by_category', undefined],
        ['events_by_segment', 'country'],
      ]),
    )
    const other = queryOf({
      filter: ['country:a:b', 'gender:F', 'country:DE'],
      split: ['events_by_segment:country', 'revenue_by_category:'],
      compare: '1',
    })
    expect(other.key).toBe(query.key)
    expect(queryOf({ compare: '1' }).key).not.toBe(query.key)
    expect(queryOf({}).span.key).toBe(query.span.key)
    expect(queryOf({ range: '7d' }).span.lengths).toBe(1)
    expect(queryOf({ range: '7d', compare: '1' }).span.lengths).toBe(2)
  })

  it('tells everything that is wrong, with what is allowed', () => {
    expect(problemsOf({ range: '15x', points: '9', form: '1' })).toEqual([
      'range: expected one of 5m, 15m, 1h, 3h, 6h, 12h, 24h, 2d, 7d, 30d, all, got "15x"',
      'points: expected a whole number, 10 to 2000, got "9"',
      'form: is not a parameter; did you mean "from"?',
    ])
    expect(problemsOf({ range: ['1h', '6h'] })).toEqual([
      'range: expected one of 5m, 15m, 1h, 3h, 6h, 12h, 24h, 2d, 7d, 30d, all, got ["1h","6h"]',
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
    [{ filter: 'contry:DE' }, 'filter: no metric has a tag "contry"; did you mean "country"?'],
    [{ filter: 'DE' }, 'filter: expected name:value, e.g. "country:DE", got "DE"'],
    [
      { split: 'event_by_segment:country' },
      'split: there is no panel "event_by_segment"; did you mean "events_by_segment"?',
    ],
    [
      { split: 'revenue_by_category:gender' },
      'split: panel "revenue_by_category" has no tag "gender"; allowed: category, country',
    ],
    [{ compare: 'yes' }, 'compare: expected one of 0, 1, got "yes"'],
    [{ tz: 'Mars/Base' }, 'tz: expected a time zone like "Europe/Berlin", got "Mars/Base"'],
  ])('refuses %j', (parameters, problem) => {
    expect(problemsOf(parameters)).toEqual([problem])
  })
})

describe('checkValuesQuery', () => {
  const check = (parameters: unknown) => checkValuesQuery(parameters, ecommerce)

  it('leaves out the filter of the tag itself', () => {
    const checked = check({ tag: 'country', filter: ['country:DE', 'gender:F'], range: '1h' })
    expect(checked).toMatchObject({
      query: { tag: 'country', view: { filter: new Map([['gender', new Set(['F'])]]) } },
    })
  })

  it('wants a tag that is there', () => {
    expect(check({})).toEqual({
      problems: [{ parameter: 'tag', what: 'expected a tag, got nothing' }],
    })
    expect(check({ tag: 'contry', panel: 'x' })).toMatchObject({
      problems: [
        { parameter: 'tag', what: 'no metric has a tag "contry"; did you mean "country"?' },
        { parameter: 'panel', what: expect.stringContaining('there is no panel "x"') },
      ],
    })
  })
})
