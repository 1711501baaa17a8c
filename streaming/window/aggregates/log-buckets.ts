// Numbers counted in buckets whose bounds grow by a factor, from which percentiles are told with a relative error: DDSketch
// (Masson, Rim, Lee: "DDSketch: A Fast and Fully-Mergeable Quantile Sketch", VLDB 2019). Buckets are never put together:
// what is told depends on the numbers alone, not on their order, and the error holds for every percentile. There are as
// many buckets as the numbers need: at 1 %, 115 for each power of ten between the least and the largest.

import type { Sketch } from './sketches.ts'
import { placeOf, withElement } from './sorted-keys.ts'

/** Of a bucket: its key, and its count in two words. */
const BUCKET_WORDS = 3
const LOW_WORD = 2 ** 32
/** A bound that is a little off must not make the error larger than is promised. */
const MARGIN = 1e-9

/**
 * The bounds of buckets. Bucket key k > 0 has the whole numbers in (γ^(k - 2), γ^(k - 1)], key -k those negated, and key 0
 * has 0.
 */
export class Bounds {
  readonly #growth: number
  readonly #perLog: number
  /** Up to here a bucket's number within the error is nearer to one whole number than to any other. */
  readonly #wholeMax: number

  /** `error`: how far what is told may be from the exact number, as a share of it. */
  constructor(error: number) {
    const within = error * (1 - MARGIN)
    this.#growth = (1 + within) / (1 - within)
    this.#perLog = 1 / Math.log(this.#growth)
    this.#wholeMax = (0.5 * (1 - error) * (1 - MARGIN)) / error
  }

  /** Of a whole number. */
  keyOf(value: number): number {
    if (value === 0) return 0
    const key = 1 + Math.ceil(Math.log(Math.abs(value)) * this.#perLog)
    return value < 0 ? -key : key
  }

  /** The number that is told for those of a bucket. */
  numberOf(key: number): number {
    if (key === 0) return 0
    const growth = this.#growth
    const near = (2 * growth ** (Math.abs(key) - 1)) / (growth + 1)
    const number = near < this.#wholeMax ? Math.round(near) : near
    return key < 0 ? -number : number
  }
}

/** How many numbers each bucket has. */
export class LogBuckets implements Sketch {
  #keys = new Int32Array(4)
  #counts = new Float64Array(4)
  #size = 0
  #count = 0

  /** How many numbers it has. */
  get count(): number {
    return this.#count
  }

  add(key: number, count = 1): void {
    this.#count += count
    const place = placeOf(this.#keys, this.#size, key)
    if (place < this.#size && this.#keys[place] === key) {
      this.#counts[place] += count
      return
    }
    this.#keys = withElement(this.#keys, this.#size, place, key)
    this.#counts = withElement(this.#counts, this.#size, place, count)
    this.#size++
  }

  /** The key of the bucket that has the `rank`th smallest number, counted from 1. */
  keyAt(rank: number): number {
    let [place, upTo] = [0, this.#counts[0]]
    while (upTo < rank) upTo += this.#counts[++place]
    return this.#keys[place]
  }

  words(): Int32Array {
    const words = new Int32Array(this.#size * BUCKET_WORDS)
    for (let i = 0; i < this.#size; i++) {
      words[i * BUCKET_WORDS] = this.#keys[i]
      words[i * BUCKET_WORDS + 1] = this.#counts[i] / LOW_WORD
      words[i * BUCKET_WORDS + 2] = this.#counts[i] % LOW_WORD
    }
    return words
  }

  absorb(words: Int32Array): void {
    for (let at = 0; at < words.length; at += BUCKET_WORDS)
      this.add(words[at], words[at + 1] * LOW_WORD + (words[at + 2] >>> 0))
  }
}
