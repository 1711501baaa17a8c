import { expect, test } from 'vitest'
import {
  quoteIdentifier,
  quoteString,
  selectAdded,
  selectNewest,
  selectPoints,
} from './influxql.ts'

const sales = { name: 'sales', tags: ['category'], fields: { orders: 'integer' } } as const

test('names and texts cannot end their quotes', () => {
  expect(quoteIdentifier('a"b\\c')).toBe('"a\\"b\\\\c"')
  expect(quoteString("it's \\ two\nlines")).toBe("'it\\'s \\\\ two\\nlines'")
})

test('a range is half-open; open ends have no condition', () => {
  const select = 'SELECT "orders", "category" FROM "sales"'
  expect(selectPoints(sales, {})).toBe(select)
  expect(selectPoints(sales, { fromMs: -Infinity, toMs: Infinity })).toBe(select)
  expect(selectPoints(sales, { fromMs: 1, toMs: 5 })).toBe(
    `${select} WHERE time >= 1ms AND time < 5ms`,
  )
})

test('times beyond what InfluxDB holds are its first and last', () => {
  expect(selectPoints(sales, { fromMs: -1e300, toMs: 1e300 })).toContain(
    'time >= -9223372036854ms AND time < 9223372036854ms',
  )
})

test('sums are by tag, and those that are not whole tell how far they can be off', () => {
  const wide = { ...sales, fields: { orders: 'integer', revenue: 'float' } } as const
  const sum = { kind: 'sum', decimals: 2 } as const
  expect(selectAdded(wide, { orders: sum, revenue: sum }, { toMs: 5 })).toBe(
    'SELECT SUM("orders") AS "value_0", SUM("revenue") AS "value_1", COUNT("revenue") AS "number_of_1", ' +
      'MIN("revenue") AS "least_1", MAX("revenue") AS "largest_1" FROM "sales" WHERE time < 5ms GROUP BY "category"',
  )
  expect(selectAdded(wide, {}, {})).toBeUndefined()
  expect(selectAdded({ ...sales, tags: [] }, { orders: { kind: 'max' } }, {})).toBe(
    'SELECT MAX("orders") AS "value_0" FROM "sales"',
  )
  expect(selectNewest(wide, {})).toBe(
    'SELECT LAST("orders") FROM "sales" GROUP BY "category"; SELECT LAST("revenue") FROM "sales" GROUP BY "category"',
  )
})
