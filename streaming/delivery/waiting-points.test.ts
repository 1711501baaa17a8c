import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Measurement, Point } from '../../data/point.ts'
import { lastOfEach, measurementFinder } from '../../data/point-order.ts'
import { WaitingPoints } from './waiting-points.ts'

const measurements: Measurement[] = ['clicks', 'orders'].map((name) => ({
  name,
  tags: ['country'],
  fields: { n: 'integer' },
}))

/** What closed or was corrected at once: of some windows, some groups. */
const atOnce = fc
  .array(
    fc.record({
      measurement: fc.constantFrom('clicks', 'orders'),
      timeMs: fc.nat(3),
      countries: fc.uniqueArray(fc.constantFrom('DE', 'FR', 'IT'), { minLength: 1 }),
      n: fc.nat(9),
    }),
    { maxLength: 4 },
  )
  .map((windows) => new Map(windows.map((one) => [`${one.timeMs} ${one.measurement}`, one])))
  .map((windows): Point[] =>
    [...windows.values()].flatMap(({ measurement, timeMs, countries, n }) =>
      countries.map((country) => ({ measurement, tags: { country }, fields: { n }, timeMs })),
    ),
  )

test('of each point the last is delivered, however often its window was corrected', () => {
  fc.assert(
    fc.property(fc.array(atOnce, { maxLength: 5 }), (added) => {
      const waiting = new WaitingPoints()
      for (const points of added) waiting.add(points)
      const all = added.flat()
      expect(waiting.count).toBe(all.length)
      expect(waiting.lastOfEach(measurements)).toEqual(
        lastOfEach(all, measurementFinder(measurements)),
      )
    }),
  )
})
