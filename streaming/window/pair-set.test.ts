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

test('holds what a Set of pairs holds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { maxLength: 300 }), (pairs) => {
      const set = new PairSet()
      const expected = new Set<string>()
      for (const [left, right] of pairs) {
        const key = `${left},${right}`
        expect(set.add(left, right)).toBe(!expected.has(key))
        expected.add(key)
        expect(set.size).toBe(expected.size)
      }
      const { left, right } = set.pairs()
      const held = [...left].map((one, i) => `${one},${right[i]}`)
      expect(held.sort()).toEqual([...expected].sort())
    }),
  )
})

test('holds a hundred thousand pairs', () => {
  const set = new PairSet()
  const all = Array.from({ length: 100_000 }, (_, n) => n)
  expect(all.every((n) => set.add(n % 300, n))).toBe(true)
  expect(all.some((n) => set.add(n % 300, n))).toBe(false)
  expect(set.size).toBe(100_000)
})
