// 96 bits that stand for an event id: the first of MurmurHash3_x86_128 (Austin Appleby, public domain). Two of 10^9 ids
// that are remembered at once share one with a chance below 10^-11, so ids are compared by it alone.

/** 32-bit words of a fingerprint. */
export const FINGERPRINT_WORDS = 3

const C1 = 0x239b961b
const C2 = 0xab0e9789 | 0
const C3 = 0x38b34ae5
const C4 = 0xa1e38b93 | 0

const rotl = (x: number, by: number): number => (x << by) | (x >>> (32 - by))

function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Writes the fingerprint of `bytes[start..end)` to `out[at..at + 3)`. */
export function fingerprint(
  bytes: DataView,
  start: number,
  end: number,
  out: Int32Array,
  at: number,
): void {
  const length = end - start
  let h1 = 0
  let h2 = 0
  let h3 = 0
  let h4 = 0
  let from = start
  for (; from + 16 <= end; from += 16) {
    h1 ^= Math.imul(rotl(Math.imul(bytes.getInt32(from, true), C1), 15), C2)
    h1 = (Math.imul((rotl(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0
    h2 ^= Math.imul(rotl(Math.imul(bytes.getInt32(from + 4, true), C2), 16), C3)
    h2 = (Math.imul((rotl(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0
    h3 ^= Math.imul(rotl(Math.imul(bytes.getInt32(from + 8, true), C3), 17), C4)
    h3 = (Math.imul((rotl(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0
    h4 ^= Math.imul(rotl(Math.imul(bytes.getInt32(from + 12, true), C4), 18), C1)
    h4 = (Math.imul((rotl(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0
  }
  // The last 0 to 15 bytes, as words filled up with zeros: a word of zeros changes nothing.
  h4 ^= Math.imul(rotl(Math.imul(tail(bytes, from + 12, end), C4), 18), C1)
  h3 ^= Math.imul(rotl(Math.imul(tail(bytes, from + 8, end), C3), 17), C4)
  h2 ^= Math.imul(rotl(Math.imul(tail(bytes, from + 4, end), C2), 16), C3)
  h1 ^= Math.imul(rotl(Math.imul(tail(bytes, from, end), C1), 15), C2)

  h1 ^= length
  h2 ^= length
  h3 ^= length
  h4 ^= length
  h1 = (h1 + h2 + h3 + h4) | 0
  h2 = (h2 + h1) | 0
  h3 = (h3 + h1) | 0
  h4 = (h4 + h1) | 0
  h1 = finish(h1)
  h2 = finish(h2)
  h3 = finish(h3)
  h4 = finish(h4)
  h1 = (h1 + h2 + h3 + h4) | 0
  out[at] = h1
  out[at + 1] = (h2 + h1) | 0
  out[at + 2] = (h3 + h1) | 0
}

function tail(bytes: DataView, from: number, end: number): number {
  if (from + 4 <= end) return bytes.getInt32(from, true)
  let value = 0
  for (let i = 0; from + i < end; i++) value |= bytes.getUint8(from + i) << (8 * i)
  return value
}
