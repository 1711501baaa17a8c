import { describe, expect, test } from 'vitest'
import { expectedSeries, idTags, tagSources } from './series.ts'

const ENRICHMENT = { table: 'people', key: 'user_id', fields: ['gender', 'country'] }
const SCHEMA = { name: 'E', fields: [], timeField: 'at', idField: 'event_id' }
const top = (...of: string[]) => ({ count: 10, of, value: 'n' })

/** Columns that hang together: fewer combinations than the product of 3 genders and 20 countries. */
const rows = (tags: readonly string[]) =>
  ({ '': 1, gender: 3, country: 20, 'gender,country': 44 })[tags.join()]
const events = (tags: readonly string[]) =>
  ({ '': 1, category: 8, product: 5_000, 'category,product': 5_000 })[tags.join()]

test('tags come from the event or from the table', () => {
  expect(tagSources({ by: ['gender', 'category', 'country'] }, ENRICHMENT)).toEqual({
    ofEvents: ['category'],
    ofTable: ['gender', 'country'],
  })
})

describe('a tag that is an id', () => {
  test.each([
    [['event_id', 'country'], undefined, ['event_id']],
    [['user_id'], undefined, ['user_id']],
    [['country'], undefined, []],
    [['user_id', 'country'], top('user_id'), []],
    [['user_id', 'country'], top('country'), ['user_id']],
  ])('among %j is told unless top bounds it', (by, bound, ids) => {
    expect(idTags({ by, ...(bound && { top: bound }) }, SCHEMA, ENRICHMENT)).toEqual(ids)
  })
})

describe('the series to expect', () => {
  const expected = (by: string[], bound?: ReturnType<typeof top>) =>
    expectedSeries({ by, ...(bound && { top: bound }) }, ENRICHMENT, events, rows)

  test('are what occurs together, not the product of all', () => {
    expect(expected(['category', 'gender', 'country'])).toBe(8 * 44)
    expect(expected([])).toBe(1)
  })

  test('of one window are what top writes, and the rest as one', () => {
    expect(expected(['product', 'country'], top('product'))).toBe(11 * 20)
    expect(expected(['category'], top('category'))).toBe(8)
    expect(expected(['product', 'country'], top('product', 'country'))).toBe(11)
  })

  test('are not known where values are not', () => {
    expect(expected(['page'])).toBeUndefined()
    expect(expected(['page', 'country'], top('page'))).toBe(11 * 20)
    expect(expected(['page', 'country'], top('country'))).toBeUndefined()
  })
})
