import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hash32, hashOfWords } from './hash.ts'

// Values of the reference implementation (MurmurHash3_x86_32, seed 0).
test.each([
  ['', 0],
  ['hello', 0x248bfa47],
  ['hello, world', 0x149bbb7f],
  ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
])('is MurmurHash3_x86_32, wherever the bytes are: %j', (text, expected) => {
  const bytes = Buffer.from(`before${text}after`)
  expect(hash32(bytes, 6, bytes.length - 5) >>> 0).toBe(expected)
})

test('is the same of words and of their bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const [one, two, three, four] = new Int32Array(bytes.slice().buffer)
      expect(hashOfWords(one, two, three, four)).toBe(hash32(bytes, 0, bytes.length))
    }),
  )
})
