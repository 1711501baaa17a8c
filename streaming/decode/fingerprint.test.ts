import { expect, test } from 'vitest'
import { fingerprint } from './fingerprint.ts'

function hex(text: string, before = 0): string {
  const bytes = Buffer.concat([Buffer.alloc(before, 7), Buffer.from(text), Buffer.from('rest')])
  const out = new Int32Array(6)
  fingerprint(bytes, before, bytes.length - 4, out, 1)
  expect([out[0], out[5]]).toEqual([0, 0])
  return [...out.subarray(1, 5)].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

// Values of the reference implementation (MurmurHash3_x86_128, seed 0), words of 32 bits in order.
test.each([
  ['', '00000000000000000000000000000000'],
  ['a', 'a794933c5556b01b5556b01b5556b01b'],
  ['Hello, world!', '26acdba7f0638dfc402b42630afdd4c3'],
  ['0123456789abcdef', 'fb7d440936aed30a48ad1d9b572b3bfd'],
  ['The quick brown fox jumps over the lazy dog', '2f1583c3ecee2c675d7bf66ce5e91d2c'],
  ['4f6c2b1e-8d0a-4c6e-9b1f-2f6f0e7a9c3d', '4575923d2f35ac88bed77c4d6cdc2662'],
  ['日本🎈', 'e2ee488dc3f6b3d26fc4e1a625113e65'],
])('is MurmurHash3_x86_128, wherever the bytes are: %j', (text, expected) => {
  expect(hex(text)).toBe(expected)
  expect(hex(text, 5)).toBe(expected)
})
