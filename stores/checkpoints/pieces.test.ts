import fc from 'fast-check'
import { expect, test } from 'vitest'
import { after, batchesOf, sizeOf } from './pieces.ts'

const pieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 })
const bytesOf = (some: readonly Uint8Array[]) => some.flatMap((piece) => [...piece])

test('batches are the pieces one after the other, all of one size but the last', () => {
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 9 }), (all, batchBytes) => {
      const batches = [...batchesOf(all, batchBytes)]
      expect(bytesOf(batches.flat())).toEqual(bytesOf(all))
      expect(batches.slice(0, -1).every((batch) => sizeOf(batch) === batchBytes)).toBe(true)
      expect(batches.every((batch) => sizeOf(batch) > 0)).toBe(true)
      expect(batches.every((batch) => sizeOf(batch) <= batchBytes)).toBe(true)
    }),
  )
})

test('a batch has no more pieces than the system takes at a time', () => {
  const batches = [...batchesOf(Array(3_000).fill(Uint8Array.of(1)), 1 << 20)]
  expect(batches.map(({ length }) => length)).toEqual([1023, 1023, 954])
})

test('after some of the bytes come the others', () => {
  fc.assert(
    fc.property(pieces, fc.nat(50), (all, bytes) => {
      expect(bytesOf(after(all, bytes))).toEqual(bytesOf(all).slice(bytes))
    }),
  )
})
