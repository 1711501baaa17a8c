// The hash by which dictionaries find texts: MurmurHash3_x86_32 with seed 0 (Austin Appleby, public domain). The compiled
// short way computes the same.

/** Hash of `bytes[start..end)`. */
export function hash32(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0
  let at = start
  for (; at + 4 <= end; at += 4)
    hash = with32(
      hash,
      bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24),
    )
  let tail = 0
  for (let i = 0; at + i < end; i++) tail |= bytes[at + i] << (8 * i)
  return finish(hash ^ mixed(tail) ^ (end - start))
}

/** Hash of the 16 bytes that are these words. */
export function hashOfWords(one: number, two: number, three: number, four: number): number {
  return finish(with32(with32(with32(with32(0, one), two), three), four) ^ 16)
}

function with32(hash: number, word: number): number {
  const next = hash ^ mixed(word)
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0
}

function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

function mixed(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51)
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593)
}
