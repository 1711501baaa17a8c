import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PairSet, type Pairs } from './pair-set.ts'

const INT32_MAX = 2 ** 31 - 1
/** Numbers that meet often, that lie far apart, and that hash alike. */
const number = fc.oneof(
  fc.nat(8),
  fc.nat(INT32_MAX),
  fc.nat(2_000).map((n) => n * 65_536),
)

const textsOf = ({ left, right }: Pairs) => [...left].map((one, i) => `${one},${right[i]}`)

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
      expect(textsOf(set.pairs())).toEqual([...expected.keys()])
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

test('a set that was cleared is as new, and pairs that were shown stay', () => {
  const pair = fc.tuple(number, number)
  fc.assert(
    fc.property(fc.array(fc.array(pair, { maxLength: 100 }), { maxLength: 6 }), (rounds) => {
      const set = new PairSet()
      const shown: { pairs: Pairs; expected: string[] }[] = []
      for (const [round, pairs] of rounds.entries()) {
        const expected = [...new Set(pairs.map(String))]
        for (const [left, right] of pairs)
          expect(set.numberOf(left, right)).toBe(expected.indexOf(`${left},${right}`))
        expect(set.size).toBe(expected.length)
        if (round % 2 === 0) shown.push({ pairs: set.pairs(), expected })
        set.clear()
        expect(set.size).toBe(0)
      }
      for (const { pairs, expected } of shown) expect(textsOf(pairs)).toEqual(expected)
    }),
  )
})

test('a set that was cleared has room for as many pairs as before', () => {
  const set = new PairSet()
  for (let n = 0; n < 10_000; n++) set.numberOf(n, n)
  const { capacity } = set
  set.clear()
  expect(set.capacity).toBe(capacity)
})
