import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { crc32c, portableCrc32c } from './crc32c.ts'

/** kafkajs's own, a byte at a time. */
const bytewise: (bytes: Uint8Array) => number = createRequire(import.meta.url)(
  'kafkajs/src/protocol/recordBatch/crc32C/crc32C.js',
)

it('gives the sums of RFC 3720, appendix B.4', () => {
  const sumOf = (bytes: Uint8Array) => crc32c(bytes, 0, bytes.length).toString(16)
  expect(sumOf(new Uint8Array(32))).toBe('8a9136aa')
  expect(sumOf(new Uint8Array(32).fill(0xff))).toBe('62a8ab43')
  expect(sumOf(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe('46dd794e')
  expect(sumOf(Buffer.from('123456789'))).toBe('e3069283')
  expect(sumOf(new Uint8Array(0))).toBe('0')
})

it('is the same wherever the bytes begin, end and lie', () => {
  const part = fc.record({
    bytes: fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 2_000 })),
    shift: fc.nat(7),
    before: fc.nat(9),
  })
  const property = fc.property(part, ({ bytes, shift, before }) => {
    const held = new Uint8Array(shift + bytes.length).subarray(shift)
    held.set(bytes)
    const start = Math.min(before, bytes.length)
    const expected = bytewise(bytes.subarray(start)) >>> 0
    expect(crc32c(held, start, bytes.length)).toBe(expected)
    expect(portableCrc32c(held, start, bytes.length)).toBe(expected)
  })
  fc.assert(property, { numRuns: 500 })
})
