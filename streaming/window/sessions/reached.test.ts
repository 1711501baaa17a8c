import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stepsReached } from './reached.ts'

interface StepEvent {
  readonly timeMs: number
  readonly mask: number
}

const reached = (events: readonly StepEvent[], stepCount: number, withinMs: number): number => {
  const rising = events.toSorted((a, b) => a.timeMs - b.timeMs)
  const timesMs = rising.map(({ timeMs }) => timeMs)
  const masks = rising.map(({ mask }) => mask)
  return stepsReached({ timesMs, masks, count: rising.length }, stepCount, withinMs)
}

/** Every choice of events there is. */
function tried(events: readonly StepEvent[], stepCount: number, withinMs: number): number {
  const from = (step: number, firstMs: number, lastMs: number, used: readonly StepEvent[]) => {
    let best = step
    if (step === stepCount) return best
    for (const event of events) {
      const { timeMs, mask } = event
      if (used.includes(event) || (mask & (1 << step)) === 0) continue
      const begunMs = step === 0 ? timeMs : firstMs
      if (timeMs < lastMs || timeMs - begunMs > withinMs) continue
      best = Math.max(best, from(step + 1, begunMs, timeMs, [...used, event]))
    }
    return best
  }
  return from(0, 0, Number.NEGATIVE_INFINITY, [])
}

test('a funnel is gone as far as the best choice of events goes', () => {
  const events = fc.array(fc.record({ timeMs: fc.nat(8), mask: fc.integer({ min: 1, max: 15 }) }), {
    maxLength: 7,
  })
  fc.assert(
    fc.property(events, fc.integer({ min: 2, max: 4 }), fc.nat(9), (all, steps, withinMs) => {
      expect(reached(all, steps, withinMs)).toBe(tried(all, steps, withinMs))
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['nothing', [], 0],
  ['a later step alone', [[5, 0b10]], 0],
  [
    'steps in order, others between',
    [
      [1, 0b001],
      [2, 0b001],
      [3, 0b010],
      [4, 0b001],
      [5, 0b100],
    ],
    3,
  ],
  [
    'steps in another order',
    [
      [1, 0b010],
      [2, 0b001],
    ],
    1,
  ],
  [
    'steps of one instant, in any order',
    [
      [1, 0b010],
      [1, 0b100],
      [1, 0b001],
    ],
    3,
  ],
  ['one event that satisfies all of them', [[1, 0b111]], 1],
  [
    'a try that began too early, and one that did not',
    [
      [0, 0b001],
      [6, 0b001],
      [7, 0b010],
      [16, 0b100],
    ],
    3,
  ],
  [
    'the last exactly within the time',
    [
      [0, 0b001],
      [10, 0b010],
    ],
    2,
  ],
  [
    'the last too late',
    [
      [0, 0b001],
      [11, 0b010],
    ],
    1,
  ],
] as const)('%s', (_, events, expected) => {
  const all = events.map(([timeMs, mask]) => ({ timeMs, mask }))
  expect(reached(all, 3, 10)).toBe(expected)
})
