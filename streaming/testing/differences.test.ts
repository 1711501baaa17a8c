import { expect, it } from 'vitest'
import { revenueByCategory } from '../../data/ecommerce/revenue-by-category.ts'
import { differences } from './differences.ts'
import type { PointRows } from './sql-points.ts'

const points: PointRows = new Map([
  ['10:00|DE', { orders: 3, revenue: 10.3, average_order_value: 10.3 / 3 }],
  ['10:00|FR', { orders: 1, revenue: 2, average_order_value: 2 }],
])
const withGerman = (fields: Record<string, number>): PointRows =>
  new Map([...points, ['10:00|DE', fields]])

it('finds nothing where all is equal, but for the last bits of a ratio', () => {
  expect(differences(revenueByCategory, points, points)).toEqual([])
  const ratio = (10.3 / 3) * (1 + 1e-15)
  const almost = withGerman({ orders: 3, revenue: 10.3, average_order_value: ratio })
  expect(differences(revenueByCategory, almost, points)).toEqual([])
})

it.each<[string, PointRows, RegExp]>([
  ['a point that is missing', new Map([...points].slice(1)), /^10:00\|DE: expected .*undefined$/],
  [
    'a point too many',
    new Map([...points, ['10:00|AT', { orders: 1 }]]),
    /^10:00\|AT: not expected$/,
  ],
  [
    'a cent',
    withGerman({ orders: 3, revenue: 10.31, average_order_value: 10.3 / 3 }),
    /^10:00\|DE: .*10\.31/,
  ],
  ['a field that is missing', withGerman({ orders: 3, revenue: 10.3 }), /^10:00\|DE: expected/],
])('finds %s', (_, actual, line) => {
  expect(differences(revenueByCategory, actual, points)).toEqual([expect.stringMatching(line)])
})
