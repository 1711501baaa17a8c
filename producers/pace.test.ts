import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPace, parseSpeed } from './pace.ts'

describe('createPace', () => {
  it('is never ahead of the clock, times the factor', () => {
    const pace = createPace(1000, 10)
    expect(pace.dueMs(1000)).toBe(0)
    expect(pace.dueMs(1250)).toBe(2500)
    expect(pace.dueMs(900)).toBe(0)
  })

  it('knows no clock at full speed', () => {
    const pace = createPace(1000, Infinity)
    expect(pace.dueMs(1000)).toBe(Infinity)
    expect(pace.waitMs(5_000_000, 1000)).toBe(0)
  })

  it('waits until the next entry is due, a tick at least and a second at most', () => {
    const pace = createPace(0, 1)
    expect(pace.waitMs(1, 0)).toBe(100)
    expect(pace.waitMs(700, 0)).toBe(700)
    expect(pace.waitMs(60_000, 0)).toBe(1000)
  })

  it('an entry that was waited for, a second at most, is due afterwards', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 1000, noNaN: true }),
        fc.integer({ min: 0, max: 400 }),
        (factor, nextAtMs) => {
          const pace = createPace(0, factor)
          expect(pace.dueMs(pace.waitMs(nextAtMs, 0))).toBeGreaterThanOrEqual(nextAtMs - 1e-6)
        },
      ),
    )
  })
})

it('parseSpeed reads realtime, max and factors', () => {
  expect(['realtime', 'max', '10x', '0.5x'].map(parseSpeed)).toEqual([1, Infinity, 10, 0.5])
  expect(['fast', '10', 'x', '0x', '-1x', ''].map(parseSpeed)).toEqual(Array(6).fill(undefined))
})
