import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chunksOf, sizeOf } from './pieces.ts'

test('chunks are the pieces one after the other, all of one size but the last', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 9 }),
      (pieces, chunkBytes) => {
        const chunks = Array.from(chunksOf(pieces, chunkBytes), (chunk) => [...chunk])
        expect(chunks.flat()).toEqual(pieces.flatMap((piece) => [...piece]))
        expect(sizeOf(pieces)).toBe(chunks.flat().length)
        expect(chunks.slice(0, -1).every(({ length }) => length === chunkBytes)).toBe(true)
        expect(chunks.every(({ length }) => length > 0 && length <= chunkBytes)).toBe(true)
      },
    ),
  )
})
