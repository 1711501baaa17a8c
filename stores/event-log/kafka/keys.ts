// Keys of records: their bytes, and the partition they go to, where Java clients put them too.

const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995

/** The bytes of one key at a time, so that no key needs a buffer of its own. */
export class KeyBytes {
  /** The key is its first `length` bytes, until the next `set`. */
  bytes = Buffer.allocUnsafe(256)
  length = 0

  /** UTF-8, as kafkajs and Java encode texts. */
  set(key: string): void {
    if (key.length * 3 > this.bytes.length) this.bytes = Buffer.allocUnsafe(key.length * 3)
    const { bytes } = this
    for (let i = 0; i < key.length; i++) {
      const unit = key.charCodeAt(i)
      if (unit > 127) {
        this.length = bytes.write(key)
        return
      }
      bytes[i] = unit
    }
    this.length = key.length
  }
}

/** The partition of a key, one of `partitions`: Java's DefaultPartitioner. */
export const partitionOfKey = ({ bytes, length }: KeyBytes, partitions: number): number =>
  (murmur2(bytes, length) & 0x7fffffff) % partitions

/** MurmurHash2 of the first `length` bytes, by Austin Appleby, as a signed 32-bit number. */
function murmur2(bytes: Uint8Array, length: number): number {
  let hash = SEED ^ length
  const whole = length & ~3
  for (let at = 0; at < whole; at += 4) {
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    const mixed = Math.imul(word, MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(mixed ^ (mixed >>> 24), MULTIPLIER)
  }
  const left = length - whole
  if (left > 2) hash ^= bytes[whole + 2] << 16
  if (left > 1) hash ^= bytes[whole + 1] << 8
  if (left > 0) hash = Math.imul(hash ^ bytes[whole], MULTIPLIER)
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return hash ^ (hash >>> 15)
}
