import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Point } from '../../data/point.ts'
import { pointsOf, tablesOf } from './point-tables.ts'

const recordOf = <T>(value: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom('a', 'b', '__proto__', '1'), value, { noNullPrototype: true })
const point: fc.Arbitrary<Point> = fc.record(
  {
    measurement: fc.constantFrom('clicks', 'orders'),
    tags: recordOf(fc.string({ unit: 'binary', maxLength: 3 })),
    fields: recordOf(fc.double()),
    timeMs: fc.maxSafeInteger(),
  },
  { noNullPrototype: true },
)

test('points come back as they were, in their order', () => {
  fc.assert(
    fc.property(fc.array(point), (points) => {
      expect(pointsOf(tablesOf(points))).toStrictEqual(points)
    }),
  )
})

test('points alike make one table, whose texts are there once', () => {
  const points = Array.from({ length: 100 }, (_, i) => ({
    measurement: 'clicks',
    tags: { country: i % 2 === 0 ? 'DE' : 'FR' },
    fields: { n: i },
    timeMs: 1_000,
  }))
  expect(tablesOf(points)).toMatchObject([{ texts: ['DE', 'FR'] }])
})
