import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SlotArena, WindowGroups } from './slots.ts'

/** What a program does with windows: find-or-add a key in one of three windows, or close one. */
const action = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({ window: fc.nat(2), key: fc.tuple(fc.nat(5), fc.nat(40)) }),
  },
  { weight: 1, arbitrary: fc.record({ window: fc.nat(2), key: fc.constant(undefined) }) },
)

describe('groups of windows', () => {
  test('are those of a Map, and open ones never share a slot, whatever was closed before', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 400 }), (actions) => {
        const arena = new SlotArena(2)
        const windows = [0, 1, 2].map(() => new WindowGroups(arena))
        const expected = [0, 1, 2].map(() => new Map<string, number>())
        for (const { window, key } of actions) {
          if (key === undefined) {
            for (const slot of windows[window].slots) arena.release(slot)
            windows[window] = new WindowGroups(arena)
            expected[window].clear()
            continue
          }
          const codes = Int32Array.from(key)
          const known = expected[window].get(key.join())
          expect(windows[window].find(codes)).toBe(known ?? -1)
          if (known !== undefined) continue
          const slot = windows[window].add(codes)
          expected[window].set(key.join(), slot)
          expect([arena.keyCode(slot, 0), arena.keyCode(slot, 1)]).toEqual(key)
        }
        const open = expected.flatMap((groups) => [...groups.values()])
        expect(new Set(open).size).toBe(open.length)
        for (const [window, groups] of expected.entries()) {
          expect([...windows[window].slots].sort()).toEqual([...groups.values()].sort())
          for (const [key, slot] of groups)
            expect(windows[window].find(Int32Array.from(key.split(',').map(Number)))).toBe(slot)
        }
      }),
    )
  })

  test('take no more slots than are open at once', () => {
    const arena = new SlotArena(1)
    let largest = 0
    for (let window = 0; window < 100; window++) {
      const groups = new WindowGroups(arena)
      for (let key = 0; key < 50; key++)
        largest = Math.max(largest, groups.add(Int32Array.of(window * 50 + key)))
      for (const slot of groups.slots) arena.release(slot)
    }
    expect(largest).toBe(49)
  })

  test('of a metric without tags are one', () => {
    const groups = new WindowGroups(new SlotArena(0))
    const none = new Int32Array(0)
    expect(groups.find(none)).toBe(-1)
    const slot = groups.add(none)
    expect(groups.find(none)).toBe(slot)
  })
})
