import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Measurement, Point } from './point.ts'
import { identityOf } from './point-order.ts'

const short = fc.string({ unit: fc.constantFrom('1', '2', ' ', 'a'), maxLength: 4 })
const pointArb = fc.tuple(short, fc.integer({ min: 0, max: 12 }), short, short)

test('points have the same identity exactly when measurement, time and tags are the same', () => {
  fc.assert(
    fc.property(pointArb, pointArb, (one, other) => {
      const [left, right] = [one, other].map(([name, timeMs, a, b]) => {
        const measurement: Measurement = { name, tags: ['a', 'b'], fields: { n: 'integer' } }
        const point: Point = { measurement: name, tags: { a, b }, fields: { n: 1 }, timeMs }
        return identityOf(point, measurement)
      })
      expect(left === right).toBe(JSON.stringify(one) === JSON.stringify(other))
    }),
    { numRuns: 2_000 },
  )
})
