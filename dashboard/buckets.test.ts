import { describe, expect, test } from 'vitest'
import { tumbling } from '../data/definitions/nodes.ts'
import { durationMs } from '../kit/duration.ts'
import { bucketsOf, ceilIn, edgesIn } from './buckets.ts'
import { shown } from './testing/shop.ts'

const revenue = shown('revenue_by_category')

describe('buckets', () => {
  const buckets = bucketsOf(revenue, 10_000)

  test('start at multiples of their length', () => {
    expect([buckets.startOf(19_999), ceilIn(buckets, 10_001)]).toEqual([10_000, 20_000])
    expect([buckets.startOf(20_000), ceilIn(buckets, 20_000)]).toEqual([20_000, 20_000])
    expect(buckets.startOf(-1)).toBe(-10_000)
  })

  test('are all that touch a stretch, with the end of the last, unless they are too many', () => {
    expect(edgesIn(buckets, 15_000, 40_000, 9)).toEqual([10_000, 20_000, 30_000, 40_000])
    expect(edgesIn(buckets, 15_000, 40_001, 4)).toHaveLength(5)
    expect(edgesIn(buckets, 15_000, 40_000, 2)).toEqual([])
  })

  test('of a zone follow its clock', () => {
    const daily = { ...revenue, window: tumbling('1d', { tz: 'Europe/Berlin' }) }
    const edges = edgesIn(
      bucketsOf(daily, durationMs('1d')),
      Date.parse('2026-10-24T12:00Z'),
      Date.parse('2026-10-26T12:00Z'),
      99,
    )
    const hours = edges.slice(1).map((ms, index) => (ms - edges[index]) / 3_600_000)
    expect(hours).toEqual([24, 25, 24])
  })
})
