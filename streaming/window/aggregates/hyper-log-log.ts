// How many different texts there were, from how rare the rarest of their hashes look: HyperLogLog (Flajolet and others,
// 2007) with the estimator of Ertl ("New cardinality estimation algorithms for HyperLogLog sketches", 2017), which needs no
// table and no correction. A sketch of few texts keeps their keys instead, and tells exactly how many. What is told depends
// on the texts alone, not on their order.
import { FINGERPRINT_WORDS, fingerprint } from '../../decode/fingerprint.ts'
import type { Sketch } from './sketches.ts'
import { placeOf, withElement } from './sorted-keys.ts'

/** Of a key: the low bits are a rank, above them are the bits that choose a register. */
const RANK_BITS = 6
/** A rank is one more than the zeros that 32 random bits begin with. */
const RANK_MAX = 33
/** Texts that a sketch keeps the keys of, at most. */
const KEYS_MAX = 1024
/** Keys take at most half as much memory as registers. */
const KEY_SHARE = 8

/** The mean of many estimates is larger than the number by this share of a register (Flajolet's α). */
const LEAN = 1.079

/** Scratch of `keyOf`. */
const HASH = new Int32Array(FINGERPRINT_WORDS)

/** What a sketch is given of the text `bytes[start..end)`: two texts have the same key with a chance of 10^-8. */
export function keyOf(bytes: DataView, start: number, end: number): number {
  fingerprint(bytes, start, end, HASH, 0)
  const rank = Math.clz32(HASH[1]) + 1
  return (HASH[0] & -(1 << RANK_BITS)) | rank
}

/** How many bits choose a register, for a standard error: with m registers it is 1.04 / √m. */
export const registerBitsFor = (error: number): number => Math.ceil(Math.log2((1.04 / error) ** 2))

/** Takes 4 bytes per text while there are few, then 2^bits: 16 KiB where the standard error is 0.01. */
export class HyperLogLog implements Sketch {
  readonly #bits: number
  /** While there are few texts, their keys in order; afterwards none. */
  #keys = new Int32Array(4)
  #size = 0
  /** The largest rank of each register's texts; empty while there are few. */
  #registers = new Uint8Array(0)

  /** `bits`: how many choose a register, from 7 to 26. */
  constructor(bits: number) {
    this.#bits = bits
  }

  add(key: number): void {
    if (this.#registers.length > 0) {
      this.#raise(key)
      return
    }
    const place = placeOf(this.#keys, this.#size, key)
    if (place < this.#size && this.#keys[place] === key) return
    this.#keys = withElement(this.#keys, this.#size, place, key)
    this.#size++
    if (this.#size > Math.min(KEYS_MAX, 2 ** this.#bits / KEY_SHARE)) this.#useRegisters()
  }

  /** How many different texts. */
  get estimate(): number {
    return this.#registers.length === 0 ? this.#size : Math.round(estimateOf(this.#registers))
  }

  /** Keys, or registers: there are always more words of these. */
  words(): Int32Array {
    return this.#registers.length === 0
      ? this.#keys.slice(0, this.#size)
      : new Int32Array(this.#registers.slice().buffer)
  }

  absorb(words: Int32Array): void {
    if (words.byteLength < 2 ** this.#bits) {
      for (const key of words) this.add(key)
      return
    }
    this.#useRegisters()
    const own = this.#registers
    const others = new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
    for (let i = 0; i < own.length; i++) if (others[i] > own[i]) own[i] = others[i]
  }

  #raise(key: number): void {
    const register = key >>> (32 - this.#bits)
    const rank = key & ((1 << RANK_BITS) - 1)
    if (rank > this.#registers[register]) this.#registers[register] = rank
  }

  #useRegisters(): void {
    if (this.#registers.length > 0) return
    this.#registers = new Uint8Array(2 ** this.#bits)
    for (let i = 0; i < this.#size; i++) this.#raise(this.#keys[i])
    this.#keys = new Int32Array(0)
    this.#size = 0
  }
}

/** Algorithm 6 of Ertl's paper. */
function estimateOf(registers: Uint8Array): number {
  const count = registers.length
  const ofRank = new Float64Array(RANK_MAX + 1)
  for (let i = 0; i < count; i++) ofRank[registers[i]]++
  let sum = count * tau(1 - ofRank[RANK_MAX] / count)
  for (let rank = RANK_MAX - 1; rank >= 1; rank--) sum = (sum + ofRank[rank]) / 2
  sum += count * sigma(ofRank[0] / count)
  return count ** 2 / (2 * Math.LN2 * (1 + LEAN / count) * sum)
}

/** x + Σ x^(2^k) · 2^(k - 1), k from 1 on. */
function sigma(x: number): number {
  let [power, weight, sum, before] = [x, 1, x, Number.NaN]
  while (sum !== before && sum !== Number.POSITIVE_INFINITY) {
    power *= power
    before = sum
    sum += power * weight
    weight *= 2
  }
  return sum
}

/** (1 - x - Σ (1 - x^(2^-k))² · 2^-k) / 3, k from 1 on. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0
  let [root, weight, sum, before] = [x, 1, 1 - x, Number.NaN]
  while (sum !== before) {
    root = Math.sqrt(root)
    before = sum
    weight /= 2
    sum -= (1 - root) ** 2 * weight
  }
  return sum / 3
}
