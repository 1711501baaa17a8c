import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Dictionary } from '../decode/dictionary.ts'
import { GroupNumbers } from './group-numbers.ts'
import { SlotArena, WindowGroups } from './slots.ts'

/** Of keys with so many codes, and a way to find and add by key. */
function newGroups(stride: number) {
  const columns = Array.from({ length: stride }, (_, i) => {
    const dictionary = new Dictionary(`tag${i}`)
    return { dictionary, codes: new Int32Array(0) }
  })
  const numbers = new GroupNumbers(columns, { rows: new Int32Array(0), count: 0 })
  const numberOf = (key: Int32Array) => {
    // Codes come up as they are seen.
    for (const [i, { dictionary }] of columns.entries())
      while (dictionary.size <= key[i]) dictionary.codeOf(`value${dictionary.size}`)
    numbers.makeRoom()
    return numbers.numberOf(key)
  }
  return {
    arena: new SlotArena(stride),
    numbers,
    find: (groups: WindowGroups, key: Int32Array) => {
      const number = numberOf(key)
      return groups.slotsByNumber()[number] - 1
    },
    add: (groups: WindowGroups, key: Int32Array) => {
      const number = numberOf(key)
      groups.slotsByNumber()
      return groups.add(key, number)
    },
  }
}

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
        const { arena, numbers, find, add } = newGroups(2)
        const windows = [0, 1, 2].map(() => new WindowGroups(arena, numbers))
        const expected = [0, 1, 2].map(() => new Map<string, number>())
        for (const { window, key } of actions) {
          if (key === undefined) {
            for (const slot of windows[window].slots) arena.release(slot)
            windows[window] = new WindowGroups(arena, numbers)
            expected[window].clear()
            continue
          }
          const codes = Int32Array.from(key)
          const known = expected[window].get(key.join())
          expect(find(windows[window], codes)).toBe(known ?? -1)
          if (known !== undefined) continue
          const slot = add(windows[window], codes)
          expected[window].set(key.join(), slot)
          expect([arena.keyCode(slot, 0), arena.keyCode(slot, 1)]).toEqual(key)
        }
        const open = expected.flatMap((groups) => [...groups.values()])
        expect(new Set(open).size).toBe(open.length)
        for (const [window, groups] of expected.entries()) {
          expect([...windows[window].slots].sort()).toEqual([...groups.values()].sort())
          for (const [key, slot] of groups)
            expect(find(windows[window], Int32Array.from(key.split(',').map(Number)))).toBe(slot)
        }
      }),
    )
  })

  test('take no more slots than are open at once', () => {
    const { arena, numbers, add } = newGroups(1)
    let largest = 0
    for (let window = 0; window < 100; window++) {
      const groups = new WindowGroups(arena, numbers)
      for (let key = 0; key < 50; key++)
        largest = Math.max(largest, add(groups, Int32Array.of(window * 50 + key)))
      for (const slot of groups.slots) arena.release(slot)
    }
    expect(largest).toBe(49)
  })

  test('of a metric without tags are one', () => {
    const { arena, numbers, find, add } = newGroups(0)
    const groups = new WindowGroups(arena, numbers)
    const none = new Int32Array(0)
    expect(find(groups, none)).toBe(-1)
    const slot = add(groups, none)
    expect(find(groups, none)).toBe(slot)
  })
})
