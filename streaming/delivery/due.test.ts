import { describe, expect, test } from 'vitest'
import { type Due, isDue } from './due.ts'

const LIVE: Due = {
  lag: 5_000,
  sinceMs: 0,
  sincePointsMs: 0,
  hasPoints: true,
  closesInMs: 5_000,
  costMs: 0,
  checkpointEveryMs: 1_000,
}
const FAR: Due = { ...LIVE, lag: 10_000_000 }

describe('at the end of the log', () => {
  test('points are delivered at once, and the place alone every so often', () => {
    expect(isDue({ ...LIVE, sinceMs: 20, sincePointsMs: 20 })).toBe(true)
    expect(isDue({ ...LIVE, sinceMs: 20, sincePointsMs: Number.POSITIVE_INFINITY })).toBe(true)
    expect(isDue({ ...LIVE, hasPoints: false, sinceMs: 999 })).toBe(false)
    expect(isDue({ ...LIVE, hasPoints: false, sinceMs: 1_000 })).toBe(true)
  })

  test('a window that is about to close does not find a checkpoint under way', () => {
    const now = { ...LIVE, hasPoints: false, closesInMs: 60 }
    expect(isDue({ ...now, sinceMs: 1_000 })).toBe(false)
    expect(isDue({ ...now, sinceMs: 1_100 })).toBe(true)
  })

  test('little is left to save when a window closes', () => {
    const soon = { ...LIVE, hasPoints: false, closesInMs: 250 }
    expect(isDue({ ...soon, sinceMs: 299 })).toBe(false)
    expect(isDue({ ...soon, sinceMs: 300 })).toBe(true)
    expect(isDue({ ...soon, sinceMs: 50, checkpointEveryMs: 50 })).toBe(true)
  })

  test('checkpoints take the thread for no more than 5 % of the time', () => {
    expect(isDue({ ...LIVE, costMs: 5, sincePointsMs: 99 })).toBe(false)
    expect(isDue({ ...LIVE, costMs: 5, sincePointsMs: 100 })).toBe(true)
  })

  test('points do not wait for long after a checkpoint that was costly', () => {
    expect(isDue({ ...LIVE, costMs: 70, sincePointsMs: 199 })).toBe(false)
    expect(isDue({ ...LIVE, costMs: 70, sincePointsMs: 200 })).toBe(true)
  })
})

describe('far from the end of the log', () => {
  test('points wait as long as the place does', () => {
    expect(isDue({ ...FAR, sinceMs: 999, sincePointsMs: 5_000 })).toBe(false)
    expect(isDue({ ...FAR, sinceMs: 1_000, sincePointsMs: 1_000 })).toBe(true)
    expect(isDue({ ...FAR, sinceMs: 1_000, hasPoints: false })).toBe(true)
  })

  test('a costly checkpoint is made more seldom, but within 10 s', () => {
    expect(isDue({ ...FAR, costMs: 30, sinceMs: 2_999 })).toBe(false)
    expect(isDue({ ...FAR, costMs: 30, sinceMs: 3_000 })).toBe(true)
    expect(isDue({ ...FAR, costMs: 5_000, sinceMs: 10_000 })).toBe(true)
  })

  test('checkpoint_every is kept where it is longer than that', () => {
    expect(isDue({ ...FAR, checkpointEveryMs: 60_000, sinceMs: 59_999 })).toBe(false)
    expect(isDue({ ...FAR, checkpointEveryMs: 60_000, sinceMs: 60_000 })).toBe(true)
  })
})
