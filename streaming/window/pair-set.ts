// A set of pairs of whole numbers ≥ 0, without an object per pair. Open addressing with linear probing.

const EMPTY = -1
const LOAD_MAX = 0.5

export class PairSet {
  #left = new Int32Array(64).fill(EMPTY)
  #right = new Int32Array(64)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** True when the pair was not there yet. */
  add(left: number, right: number): boolean {
    const mask = this.#left.length - 1
    let at = hashPair(left, right) & mask
    while (this.#left[at] !== EMPTY) {
      if (this.#left[at] === left && this.#right[at] === right) return false
      at = (at + 1) & mask
    }
    this.#left[at] = left
    this.#right[at] = right
    this.#size++
    if (this.#size > this.#left.length * LOAD_MAX) this.#grow()
    return true
  }

  /** Copies of all pairs, side by side. */
  pairs(): { left: Int32Array<ArrayBuffer>; right: Int32Array<ArrayBuffer> } {
    const lefts = this.#left
    const rights = this.#right
    const left = new Int32Array(this.#size)
    const right = new Int32Array(this.#size)
    let count = 0
    for (let at = 0; at < lefts.length; at++) {
      if (lefts[at] === EMPTY) continue
      left[count] = lefts[at]
      right[count++] = rights[at]
    }
    return { left, right }
  }

  #grow(): void {
    const left = this.#left
    const right = this.#right
    this.#left = new Int32Array(left.length * 2).fill(EMPTY)
    this.#right = new Int32Array(left.length * 2)
    const mask = this.#left.length - 1
    for (let from = 0; from < left.length; from++) {
      if (left[from] === EMPTY) continue
      let at = hashPair(left[from], right[from]) & mask
      while (this.#left[at] !== EMPTY) at = (at + 1) & mask
      this.#left[at] = left[from]
      this.#right[at] = right[from]
    }
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
