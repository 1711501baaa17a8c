import { expect, test } from 'vitest'
import { TextIndex } from './text-index.ts'

test('an index refuses more texts of like hashes than anybody has by accident, and goes on with others', () => {
  const index = new TextIndex()
  let count = 0
  // The first 17 bits are the same, the others are not.
  while (index.add(0x12340000 | (count & 0x7fff), count + 1)) count++
  expect(count).toBeGreaterThan(10_000)
  expect(count).toBeLessThan(32_768)
  expect(index.add(0x12340000, count + 1)).toBe(false)
  expect(index.add(0x77777777, count + 1)).toBe(true)
  expect(index.rowAt(0x77777777, index.next(0x77777777, -1))).toBe(count + 1)
  expect(index.rowAt(0x12340007, index.next(0x12340007, -1))).toBe(8)
})
