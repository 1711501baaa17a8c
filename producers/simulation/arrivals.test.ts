import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginningOf, createArrivals, dailyWeight } from './arrivals.ts'

const DAY_MS = 86_400_000

describe('daily arrivals', () => {
  it('weigh 1 on the average of a day, least at night, most in the evening', () => {
    const weights = Array.from({ length: 1440 }, (_, minute) => dailyWeight(minute + 0.5))
    expect(weights.reduce((sum, weight) => sum + weight, 0) / 1440).toBeCloseTo(1, 10)
    const hourOf = (weight: number) => Math.floor(weights.indexOf(weight) / 60)
    expect(hourOf(Math.min(...weights))).toBeLessThan(6)
    expect(hourOf(Math.max(...weights))).toBeGreaterThan(17)
  })

  it('fit a day of beats into a day, wherever it starts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e12 }), (startMs) => {
        const arriveAt = createArrivals('daily', startMs)
        expect(arriveAt(0)).toBe(0)
        expect(arriveAt(DAY_MS)).toBeCloseTo(DAY_MS, 0)
      }),
      { numRuns: 50 },
    )
  })

  it('never go back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e12 }),
        fc.array(fc.double({ min: 0, max: 200_000, noNaN: true }), { maxLength: 50 }),
        (startMs, gaps) => {
          const arriveAt = createArrivals('daily', startMs)
          let beatMs = 0
          let lastMs = 0
          for (const gap of gaps) {
            beatMs += gap
            const atMs = arriveAt(beatMs)
            expect(atMs).toBeGreaterThanOrEqual(lastMs)
            lastMs = atMs
          }
        },
      ),
    )
  })
})

it('steady arrivals are the beat itself', () => {
  expect([0, 0.5, 12_345].map(createArrivals('steady', 999))).toEqual([0, 0.5, 12_345])
})

it.each(['daily', 'steady'] as const)(
  '%s arrivals that are to end now end now, at every hour',
  (kind) => {
    const ends = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 0, 3) })
    fc.assert(
      fc.property(ends, fc.integer({ min: 1, max: 2 * 86_400_000 }), (endMs, beatMs) => {
        const startMs = beginningOf(kind, endMs, beatMs)
        expect(startMs + createArrivals(kind, startMs)(beatMs)).toBeCloseTo(endMs, -1)
      }),
    )
  },
)
