import { expect, test } from 'vitest'
import { fingerprint } from './fingerprint.ts'

function hex(text: string, before = 0): string {
  const bytes = Buffer.concat([Buffer.alloc(before, 7), Buffer.from(text), Buffer.from('rest')])
  const out = new Int32Array(5)
  fingerprint(new DataView(bytes.buffer, bytes.byteOffset), before, bytes.length - 4, out, 1)
  expect([out[0], out[4]]).toEqual([0, 0])
  return [...out.subarray(1, 4)].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

// Values of the reference implementation (MurmurHash3_x86_128, seed 0), words of 32 bits in order; the last is left out.
test.each([
  ['', '000000000000000000000000'],
  ['a', 'a794933c5556b01b5556b01b'],
  ['Hello, world!', '26acdba7f0638dfc402b4263'],
  ['0123456789abcdef', 'fb7d440936aed30a48ad1d9b'],
  ['The quick brown fox jumps over the lazy dog', '2f1583c3ecee2c675d7bf66c'],
  ['4f6c2b1e-8d0a-4c6e-9b1f-2f6f0e7a9c3d', '4575923d2f35ac88bed77c4d'],
  ['日本🎈', 'e2ee488dc3f6b3d26fc4e1a6'],
])('is the beginning of MurmurHash3_x86_128, wherever the bytes are: %j', (text, expected) => {
  expect(hex(text)).toBe(expected)
  expect(hex(text, 5)).toBe(expected)
})
