// MurmurHash3 (Austin Appleby, public domain) of bytes in memory: of 32 bits for dictionaries, of 96 for ids. The same
// as hash.ts and fingerprint.ts beside this directory compute.

/** MurmurHash3_x86_32 with seed 0. */
export function hash32(at: u32, length: u32): u32 {
  const end = at + length
  let hash: u32 = 0
  for (; at + 4 <= end; at += 4) {
    hash = rotl<u32>(hash ^ mixed(load<u32>(at), 0xcc9e2d51, 15, 0x1b873593), 13) * 5 + 0xe6546b64
  }
  if (at < end) hash ^= mixed(tail(at, end), 0xcc9e2d51, 15, 0x1b873593)
  return finish(hash ^ length)
}

/** The first 96 bits of MurmurHash3_x86_128 with seed 0, written to `out`. */
export function fingerprint(at: u32, length: u32, out: u32): void {
  const end = at + length
  let h1: u32 = 0
  let h2: u32 = 0
  let h3: u32 = 0
  let h4: u32 = 0
  for (; at + 16 <= end; at += 16) {
    h1 ^= mixed(load<u32>(at), C1, 15, C2)
    h1 = (rotl<u32>(h1, 19) + h2) * 5 + 0x561ccd1b
    h2 ^= mixed(load<u32>(at, 4), C2, 16, C3)
    h2 = (rotl<u32>(h2, 17) + h3) * 5 + 0x0bcaa747
    h3 ^= mixed(load<u32>(at, 8), C3, 17, C4)
    h3 = (rotl<u32>(h3, 15) + h4) * 5 + 0x96cd1c35
    h4 ^= mixed(load<u32>(at, 12), C4, 18, C1)
    h4 = (rotl<u32>(h4, 13) + h1) * 5 + 0x32ac3b17
  }
  h4 ^= mixed(tail(at + 12, end), C4, 18, C1)
  h3 ^= mixed(tail(at + 8, end), C3, 17, C4)
  h2 ^= mixed(tail(at + 4, end), C2, 16, C3)
  h1 ^= mixed(tail(at, end), C1, 15, C2)
  h1 ^= length
  h2 ^= length
  h3 ^= length
  h4 ^= length
  h1 += h2 + h3 + h4
  h2 += h1
  h3 += h1
  h4 += h1
  h1 = finish(h1)
  h2 = finish(h2)
  h3 = finish(h3)
  h1 += h2 + h3 + finish(h4)
  store<u32>(out, h1)
  store<u32>(out, h2 + h1, 4)
  store<u32>(out, h3 + h1, 8)
}

const C1: u32 = 0x239b961b
const C2: u32 = 0xab0e9789
const C3: u32 = 0x38b34ae5
const C4: u32 = 0xa1e38b93

// @ts-expect-error decorator
@inline
function mixed(word: u32, first: u32, by: u32, second: u32): u32 {
  return rotl<u32>(word * first, by) * second
}

/** The word at `at`, zeros instead of what follows `end`. */
// @ts-expect-error decorator
@inline
function tail(at: u32, end: u32): u32 {
  const length = <i32>end - <i32>at
  if (length >= 4) return load<u32>(at)
  return length <= 0 ? 0 : load<u32>(at) & ((1 << (length << 3)) - 1)
}

// @ts-expect-error decorator
@inline
function finish(hash: u32): u32 {
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35
  return hash ^ (hash >> 16)
}
