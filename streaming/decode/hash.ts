// The hash by which dictionaries find texts: MurmurHash3_x86_32 with seed 0 (Austin Appleby, public domain). The compiled
// short way computes the same.

/** Hash of `bytes[start..end)`. */
export function hash32(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0
  let at = start
  for (; at + 4 <= end; at += 4) {
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    hash ^= mixed(word)
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let i = 0; at + i < end; i++) tail |= bytes[at + i] << (8 * i)
  hash ^= mixed(tail) ^ (end - start)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function mixed(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51)
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593)
}
