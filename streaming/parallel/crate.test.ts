import fc from 'fast-check'
import { expect, test } from 'vitest'
import { valueAt } from '../../stores/event-log/batch.ts'
import { batchOf, type Value } from '../testing/events.ts'
import { pack, sizeInCrate, unpack } from './crate.ts'

const values = fc.array(
  fc.oneof<fc.Arbitrary<Value>[]>(
    fc.constant(null),
    fc.constant(''),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array({ maxLength: 9 }),
  ),
  { minLength: 1, maxLength: 12 },
)

test('batches come out of a crate as they went in, side by side', () => {
  const property = (first: readonly Value[], second: readonly Value[], partition: number) => {
    const batches = [batchOf(first, partition, 7, 1.5), batchOf(second, 1, 100)]
    const sizes = batches.map(sizeInCrate)
    const memory = new SharedArrayBuffer(sizes[0] + sizes[1])
    const crated = batches.map((batch, i) => pack(batch, memory, i * sizes[0]))
    for (const [i, batch] of batches.entries()) {
      const { bytes, starts, ends, ...rest } = unpack(structuredClone(crated[i]), memory)
      const { bytes: _bytes, starts: _starts, ends: _ends, ...expected } = batch
      expect(rest).toEqual(expected)
      const copy = { ...rest, bytes, starts, ends }
      for (let index = 0; index < batch.count; index++)
        expect(valueAt(copy, index)).toEqual(valueAt(batch, index))
    }
  }
  fc.assert(fc.property(values, values, fc.nat(5), property))
})

test('of a larger buffer only the part with the records is copied', () => {
  const batch = batchOf(['a', 'bc', 'd'.repeat(1_000)])
  const part = { ...batch, count: 2 }
  expect(sizeInCrate(part)).toBe(2 * 24 + 8)
})
