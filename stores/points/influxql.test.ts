import { expect, test } from 'vitest'
import { quoteIdentifier, quoteString, selectPoints } from './influxql.ts'

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
