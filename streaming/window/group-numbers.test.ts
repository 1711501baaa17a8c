import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Dictionary } from '../decode/dictionary.ts'
import { GroupNumbers } from './group-numbers.ts'

/** Columns whose dictionaries have come to so many values, as far as numbers can tell. */
function columnsOf(sizes: readonly number[]) {
  return sizes.map((size, i) => {
    const dictionary = new Dictionary(`tag${i}`)
    Object.defineProperty(dictionary, 'size', { get: () => size, configurable: true })
    return { dictionary, codes: new Int32Array(0) }
  })
}

test('differ for different keys and are the same for the same, however many values tags have', () => {
  const sizes = fc.array(fc.constantFrom(2, 9, 300, 70_000, 2 ** 20), { maxLength: 4 })
  const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(sizes, fc.array(fc.array(part, { minLength: 4, maxLength: 4 })), (all, keys) => {
      const columns = columnsOf(all)
      const codes = columns.map((_, i) => keys.map((key) => Math.floor(key[i] * all[i])))
      for (const [i, column] of columns.entries()) column.codes = Int32Array.from(codes[i])
      const rows = { rows: Int32Array.from(keys.keys()), count: keys.length }
      const numbers = new GroupNumbers(columns, rows)
      numbers.numberRows()
      const expected = new Map<string, number>()
      for (const row of keys.keys()) {
        const key = codes.map((column) => column[row])
        const number = numbers.byRow[row]
        expect(number).toBeLessThan(numbers.bound)
        expect(numbers.numberOf(Int32Array.from(key))).toBe(number)
        expect(expected.get(key.join()) ?? number).toBe(number)
        expected.set(key.join(), number)
      }
      expect(new Set(expected.values()).size).toBe(expected.size)
    }),
  )
})

test('of groups that are no more are given to others', () => {
  const [column] = columnsOf([2 ** 20])
  const rows = { rows: Int32Array.from({ length: 10_000 }, (_, i) => i), count: 10_000 }
  const numbers = new GroupNumbers([column], rows)
  let largest = 0
  for (let batch = 0; batch < 50; batch++) {
    column.codes = rows.rows.map((row) => batch * 10_000 + row)
    numbers.numberRows()
    largest = Math.max(largest, numbers.bound)
  }
  expect(largest).toBeLessThan(100_000)
  expect(numbers.version).toBeGreaterThan(1)
})
