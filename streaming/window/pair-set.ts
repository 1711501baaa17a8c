// A set of pairs of whole numbers ≥ 0, without an object per pair. Pairs rest in the order in which they came and never
// change, so that what was there at a moment can be read later without copying it, and each has a number: its place. A
// hash table of places, which holds some bits of each hash as well, tells where a pair is.

const LOAD_MAX = 0.5
const CAPACITY_MIN = 32
/** In the table: nothing is here. Places are counted from 1 there, so that a new table is empty. */
const FREE = 0

/** Pairs side by side: pair i is left[i], right[i]. */
export interface Pairs {
  readonly left: Int32Array<ArrayBuffer>
  readonly right: Int32Array<ArrayBuffer>
}

export class PairSet {
  #left: Int32Array<ArrayBuffer>
  #right: Int32Array<ArrayBuffer>
  #size = 0
  /** Open addressing with linear probing: a place in the low bits, and above them those bits of its pair's hash; or FREE. */
  #table: Int32Array<ArrayBuffer>

  /** `capacity`: pairs it has room for before it grows. */
  constructor(capacity = CAPACITY_MIN) {
    let room = CAPACITY_MIN
    while (room < capacity) room *= 2
    this.#left = new Int32Array(room)
    this.#right = new Int32Array(room)
    this.#table = new Int32Array(room / LOAD_MAX)
  }

  get size(): number {
    return this.#size
  }

  /** The number of the pair; a pair that was not there yet gets the next one, which is what `size` was before. */
  numberOf(left: number, right: number): number {
    const table = this.#table
    const mask = table.length - 1
    const hash = hashPair(left, right)
    let at = hash & mask
    for (let word = table[at]; word !== FREE; word = table[at]) {
      if (((word ^ hash) & ~mask) === 0) {
        const pair = (word & mask) - 1
        if (this.#right[pair] === right && this.#left[pair] === left) return pair
      }
      at = (at + 1) & mask
    }
    const pair = this.#size
    if (pair === this.#left.length) {
      this.#grow()
      return this.numberOf(left, right)
    }
    this.#left[pair] = left
    this.#right[pair] = right
    this.#size = pair + 1
    table[at] = (hash & ~mask) | (pair + 1)
    return pair
  }

  /** All pairs as they are now; later ones do not show in it. */
  pairs(): Pairs {
    return { left: this.#left.subarray(0, this.#size), right: this.#right.subarray(0, this.#size) }
  }

  #grow(): void {
    const room = this.#left.length * 2
    const [left, right] = [new Int32Array(room), new Int32Array(room)]
    left.set(this.#left)
    right.set(this.#right)
    const table = new Int32Array(room / LOAD_MAX)
    placeAll(table, left, right, this.#size)
    this.#left = left
    this.#right = right
    this.#table = table
  }
}

/** Puts the first `count` pairs, which differ, into a new table. */
function placeAll(table: Int32Array, left: Int32Array, right: Int32Array, count: number): void {
  const mask = table.length - 1
  for (let pair = 0; pair < count; pair++) {
    const hash = hashPair(left[pair], right[pair])
    let at = hash & mask
    while (table[at] !== FREE) at = (at + 1) & mask
    table[at] = (hash & ~mask) | (pair + 1)
  }
}

/** Multiply-and-fold of both halves, finished as in MurmurHash3 (Appleby, public domain). */
function hashPair(left: number, right: number): number {
  let hash = Math.imul(left, 0x85ebca6b) ^ Math.imul(right, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}
