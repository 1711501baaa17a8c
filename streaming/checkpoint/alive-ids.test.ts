import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ENTRY_WORDS, type RecentIdsState } from '../window/recent-ids.ts'
import { aliveIds } from './alive-ids.ts'

function aliveIn(ids: RecentIdsState): RecentIdsState {
  const steps = aliveIds(ids)
  while (true) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

test('ids whose deadline is over are left out, the others keep their order', () => {
  const deadlines = fc.array(fc.constantFrom(Number.NaN, 1_000, 2_000), { minLength: 1 })
  const state = deadlines.chain((all) =>
    fc.record({
      deadlinesMs: fc.constant(Float64Array.from(all)),
      numbers: fc.array(fc.nat(all.length - 1)),
    }),
  )
  fc.assert(
    fc.property(state, ({ deadlinesMs, numbers }) => {
      const entryOf = (number: number, id: number) => [id, id + 1, id + 2, number]
      const entries = Int32Array.from(numbers.flatMap(entryOf))
      const alive = numbers.flatMap((number, id) =>
        Number.isNaN(deadlinesMs[number]) ? [] : entryOf(number, id),
      )
      expect(aliveIn({ entries, deadlinesMs, added: 77 })).toEqual({
        entries: Int32Array.from(alive),
        deadlinesMs,
        added: 77,
      })
    }),
  )
})

test('nothing is copied when no id is forgotten', () => {
  const entries = new Int32Array(2 * ENTRY_WORDS)
  const ids = { entries, deadlinesMs: Float64Array.of(1_000, Number.NaN), added: 2 }
  expect(aliveIn(ids).entries).toBe(entries)
})
