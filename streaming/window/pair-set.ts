// A set of pairs of whole numbers ≥ 0, without an object per pair. Pairs rest in the order in which they came and never
// change, so that what was there at a moment can be read later without copying it; a hash table tells where each is.

const EMPTY = -1
const LOAD_MAX = 0.5
const CAPACITY_MIN = 32

/** Pairs side by side: pair i is left[i], right[i]. */
export interface Pairs {
  readonly left: Int32Array<ArrayBuffer>
  readonly right: Int32Array<ArrayBuffer>
}

export class PairSet {
  #left: Int32Array<ArrayBuffer>
  #right: Int32Array<ArrayBuffer>
  #size = 0
  /** Open addressing with linear probing: where the pair is, or EMPTY. */
  #table: Int32Array<ArrayBuffer>

  /** `capacity`: pairs it has room for before it grows. */
  constructor(capacity = CAPACITY_MIN) {
    let room = CAPACITY_MIN
    while (room < capacity) room *= 2
    this.#left = new Int32Array(room)
    this.#right = new Int32Array(room)
    this.#table = new Int32Array(room / LOAD_MAX).fill(EMPTY)
  }

  get size(): number {
    return this.#size
  }

  /** True when the pair was not there yet. */
  add(left: number, right: number): boolean {
    const table = this.#table
    const mask = table.length - 1
    let at = hashPair(left, right) & mask
    for (let pair = table[at]; pair !== EMPTY; pair = table[at]) {
      if (this.#right[pair] === right && this.#left[pair] === left) return false
      at = (at + 1) & mask
    }
    if (this.#size === this.#left.length) {
      this.#grow()
      return this.add(left, right)
    }
    table[at] = this.#size
    this.#left[this.#size] = left
    this.#right[this.#size++] = right
    return true
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
    const table = new Int32Array(room / LOAD_MAX).fill(EMPTY)
    const mask = table.length - 1
    for (let pair = 0; pair < this.#size; pair++) {
      let at = hashPair(left[pair], right[pair]) & mask
      while (table[at] !== EMPTY) at = (at + 1) & mask
      table[at] = pair
    }
    this.#left = left
    this.#right = right
    this.#table = table
  }
}

/** Multiply-and-fold of both halves, finished as in MurmurHash3 (Appleby, public domain). */
export function hashPair(left: number, right: number): number {
  return finishHash(Math.imul(left, 0x85ebca6b) ^ Math.imul(right, 0x9e3779b1))
}

export function finishHash(hash: number): number {
  let mixed = hash ^ (hash >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  return mixed ^ (mixed >>> 13)
}
