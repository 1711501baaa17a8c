import { expect, test } from 'vitest'
import { type TumblingNode, tumbling } from '../../data/definitions/nodes.ts'
import { revenueByCategory } from '../../data/ecommerce/revenue-by-category.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { checkArguments, type PointsFlags } from './arguments.ts'

const nowMs = Date.UTC(2026, 0, 31, 12)
const check = (name: string, flags: Partial<PointsFlags> = {}) =>
  checkArguments(name, { format: 'table', ...flags }, smallShop.metrics, nowMs)
const requestOf = (name: string, flags: Partial<PointsFlags> = {}) => {
  const checked = check(name, flags)
  if (!('value' in checked)) throw new Error(JSON.stringify(checked.problems))
  return checked.value
}

test('without flags: all of time, all tags, the latest 50 rows', () => {
  const { metric, ...rest } = requestOf('revenue_by_category')
  expect(metric.name).toBe('revenue_by_category')
  expect(rest).toEqual({
    fromMs: -Infinity,
    toMs: Infinity,
    open: false,
    by: ['category', 'country'],
    format: 'table',
    limit: 50,
  })
})

test('flags say range, tags, buckets; only a table has a limit', () => {
  const flags = { from: '-1h', to: 'now', by: 'country, country', every: '1m', limit: '3' }
  expect(requestOf('revenue_by_category', flags)).toMatchObject({
    fromMs: nowMs - 3_600_000,
    toMs: nowMs,
    by: ['country'],
    bucketMs: 60_000,
    limit: 3,
  })
  expect(requestOf('revenue_by_category', { by: 'none' }).by).toEqual([])
  expect(requestOf('revenue_by_category', { limit: '0' }).limit).toBe(Infinity)
  expect(requestOf('revenue_by_category', { format: 'csv', limit: '3' }).limit).toBe(Infinity)
})

test('a misspelt metric gets the nearest name', () => {
  expect(check('revenue_by_categry').problems).toEqual([
    {
      where: 'metric',
      what: '"revenue_by_categry" is no metric; did you mean "revenue_by_category"?',
    },
  ])
})

test('windows are added up only to what is made of whole ones', () => {
  const what = (window: TumblingNode, every: string) =>
    checkArguments(
      'revenue_by_category',
      { format: 'table', every },
      [{ ...revenueByCategory, window }],
      nowMs,
    ).problems.map((problem) => problem.what)
  expect(what(tumbling('90s'), '2m')).toEqual(['expected a multiple of the window, 90s, got "2m"'])
  const day = tumbling('1d', { tz: 'Europe/Berlin' })
  expect(what(day, '7d')).toEqual([])
  expect(what(day, '36h')).toEqual([
    'expected a multiple of the window, 1d, that fits the days of Europe/Berlin, ' +
      'e.g. 2d, 3d, 4d, 6d, 7d, got "36h"',
  ])
})

test('every problem is told at once', () => {
  const flags = { from: 'noon', to: '-x', by: 'gendre,city', every: '7s', limit: '-1' }
  expect(check('conversion_by_segment', flags).problems.map(({ where }) => where)).toEqual([
    '--from',
    '--to',
    '--limit',
    '--every',
    '--by',
    '--by',
  ])
  expect(check('conversion_by_segment', { from: 'now', to: '-1h' }).problems).toEqual([
    {
      where: '--from',
      what: 'expected a time before --to, got 2026-01-31T12:00:00.000Z to 2026-01-31T11:00:00.000Z',
    },
  ])
})
