import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PairSet } from './pair-set.ts'

const INT32_MAX = 2 ** 31 - 1
/** Numbers that meet often, that lie far apart, and that hash alike. */
const number = fc.oneof(
  fc.nat(8),
  fc.nat(INT32_MAX),
  fc.nat(2_000).map((n) => n * 65_536),
)

test('numbers pairs in the order in which they come, as a Map of them does', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { maxLength: 300 }), (pairs) => {
      const set = new PairSet()
      const expected = new Map<string, number>()
      for (const [left, right] of pairs) {
        const key = `${left},${right}`
        if (!expected.has(key)) expected.set(key, expected.size)
        expect(set.numberOf(left, right)).toBe(expected.get(key))
        expect(set.size).toBe(expected.size)
      }
      const { left, right } = set.pairs()
      const held = [...left].map((one, i) => `${one},${right[i]}`)
      expect(held).toEqual([...expected.keys()])
    }),
  )
})

test('holds a hundred thousand pairs', () => {
  const set = new PairSet()
  const all = Array.from({ length: 100_000 }, (_, n) => n)
  expect(all.every((n) => set.numberOf(n % 300, n) === n)).toBe(true)
  expect(all.every((n) => set.numberOf(n % 300, n) === n)).toBe(true)
  expect(set.size).toBe(100_000)
})
