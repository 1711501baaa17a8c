// A set of pairs of whole numbers ≥ 0, without an object per pair. Pairs rest in the order in which they came and never
// change, so that what was there at a moment can be read later without copying it, and each has a number: its place. A
// hash table of places, which holds some bits of each hash as well, tells where a pair is. When it grows the new table is
// filled bit by bit, so that nothing waits.

const LOAD_MAX = 2 / 3
const CAPACITY_MIN = 32
/** Pairs looked for together. */
const BLOCK = 128
/** Pairs put into a new table for each that is looked for: it has all long before it is full. */
const PLACED_EACH = 16
/** In the table: nothing is here. Places are counted from 1 there, so that a new table is empty. */
const FREE = 0

/** Pairs side by side: pair i is left[i], right[i]. */
export interface Pairs {
  readonly left: Int32Array<ArrayBuffer>
  readonly right: Int32Array<ArrayBuffer>
}

/** Scratch: the hashes of a block. */
const HASHES = new Int32Array(BLOCK)
/** Of no meaning: what is read for nothing would be left out. */
const WARMED = new Int32Array(1)

export class PairSet {
  #left: Int32Array<ArrayBuffer>
  #right: Int32Array<ArrayBuffer>
  #size = 0
  /** Someone was shown the pairs: they stay as they are. */
  #isShown = false
  /** Open addressing with linear probing: a place in the low bits, and above them those bits of its pair's hash; or FREE. */
  #table: Int32Array<ArrayBuffer>
  /** The table before it grew, while the new one does not have all that it has. */
  #before: Int32Array<ArrayBuffer> | undefined
  /** Pairs of then that the new table has. */
  #placed = 0
  /** Pairs of then. */
  #toPlace = 0

  /** `capacity`: pairs it has room for before it grows. */
  constructor(capacity = CAPACITY_MIN) {
    this.#table = tableFor(Math.max(capacity, CAPACITY_MIN))
    const room = roomOf(this.#table)
    this.#left = new Int32Array(room)
    this.#right = new Int32Array(room)
  }

  get size(): number {
    return this.#size
  }

  /** Pairs it has room for before it grows. */
  get capacity(): number {
    return this.#left.length
  }

  /** Takes all pairs out; who was shown them still has them. */
  clear(): void {
    this.#table.fill(FREE)
    this.#before = undefined
    this.#size = 0
    if (!this.#isShown) return
    this.#left = new Int32Array(this.#left.length)
    this.#right = new Int32Array(this.#right.length)
    this.#isShown = false
  }

  /** The number of the pair; a pair that was not there yet gets the next one, which is what `size` was before. */
  numberOf(left: number, right: number): number {
    this.#place(PLACED_EACH)
    return this.#numberOf(left, right, hashPair(left, right))
  }

  /** Adds the first `count` pairs of `left` and `right`; raises `tally[left]` for each that was not there yet. */
  addEach(left: Int32Array, right: Int32Array, count: number, tally: Float64Array): void {
    for (let from = 0; from < count; from += BLOCK) {
      const to = Math.min(from + BLOCK, count)
      this.#place((to - from) * PLACED_EACH)
      this.#hashEach(left, right, from, to)
      const isPlain = this.#before === undefined && this.#size + to - from <= this.capacity
      if (isPlain) this.#addPlain(left, right, from, to, tally)
      else
        for (let i = from; i < to; i++) {
          const size = this.#size
          if (this.#numberOf(left[i], right[i], HASHES[i - from]) === size) tally[left[i]]++
        }
    }
  }

  /** Adds a block where the table does not grow: everything stays at hand, which takes less time. */
  #addPlain(
    left: Int32Array,
    right: Int32Array,
    from: number,
    to: number,
    tally: Float64Array,
  ): void {
    const table = this.#table
    const [ownLeft, ownRight] = [this.#left, this.#right]
    const mask = table.length - 1
    let size = this.#size
    for (let i = from; i < to; i++) {
      const hash = HASHES[i - from]
      const at = placeOf(table, ownLeft, ownRight, left[i], right[i], hash)
      if (table[at] !== FREE) continue
      ownLeft[size] = left[i]
      ownRight[size] = right[i]
      size++
      table[at] = (hash & ~mask) | size
      tally[left[i]]++
    }
    this.#size = size
  }

  /** All pairs as they are now; later ones do not show in it. */
  pairs(): Pairs {
    this.#isShown = true
    return this.peek()
  }

  /** All pairs, to be read before any is added or taken out. */
  peek(): Pairs {
    return { left: this.#left.subarray(0, this.#size), right: this.#right.subarray(0, this.#size) }
  }

  #numberOf(left: number, right: number, hash: number): number {
    const table = this.#table
    const mask = table.length - 1
    const at = placeOf(table, this.#left, this.#right, left, right, hash)
    if (table[at] !== FREE) return (table[at] & mask) - 1
    if (this.#before !== undefined) {
      const before = this.#before
      const word = before[placeOf(before, this.#left, this.#right, left, right, hash)]
      if (word !== FREE) return (word & (before.length - 1)) - 1
    }
    const pair = this.#size
    if (pair === this.#left.length) {
      this.#grow()
      return this.#numberOf(left, right, hash)
    }
    this.#left[pair] = left
    this.#right[pair] = right
    this.#size = pair + 1
    table[at] = (hash & ~mask) | (pair + 1)
    return pair
  }

  /**
   * The hashes of pairs, to HASHES. Reads the table where they will be looked for, all at once: looked for one by one, each
   * would wait for memory.
   */
  #hashEach(left: Int32Array, right: Int32Array, from: number, to: number): void {
    const table = this.#table
    const mask = table.length - 1
    let read = 0
    for (let i = from; i < to; i++) {
      const hash = hashPair(left[i], right[i])
      HASHES[i - from] = hash
      read ^= table[hash & mask]
    }
    WARMED[0] = read
  }

  #grow(): void {
    this.#place(Number.POSITIVE_INFINITY)
    this.#before = this.#table
    this.#toPlace = this.#size
    this.#placed = 0
    this.#table = new Int32Array(this.#table.length * 2)
    const room = roomOf(this.#table)
    this.#left = longer(this.#left, room)
    this.#right = longer(this.#right, room)
    this.#isShown = false
  }

  /** Puts the next `count` of the pairs that were there before the table grew into the new one. */
  #place(count: number): void {
    if (this.#before === undefined) return
    const end = Math.min(this.#placed + count, this.#toPlace)
    placeEach(this.#table, this.#left, this.#right, this.#placed, end)
    this.#placed = end
    if (end === this.#toPlace) this.#before = undefined
  }
}

const tableFor = (capacity: number): Int32Array<ArrayBuffer> =>
  new Int32Array(2 ** Math.ceil(Math.log2(capacity / LOAD_MAX)))

/** Pairs that a table has room for. */
const roomOf = (table: Int32Array): number => Math.floor(table.length * LOAD_MAX)

function longer(from: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length)
  to.set(from)
  return to
}

/** Where in the table the pair is, or belongs. */
function placeOf(
  table: Int32Array,
  lefts: Int32Array,
  rights: Int32Array,
  left: number,
  right: number,
  hash: number,
): number {
  const mask = table.length - 1
  let at = hash & mask
  for (let word = table[at]; word !== FREE; word = table[at]) {
    if (((word ^ hash) & ~mask) === 0) {
      const pair = (word & mask) - 1
      if (rights[pair] === right && lefts[pair] === left) break
    }
    at = (at + 1) & mask
  }
  return at
}

/** Puts pairs, which differ from all that are there, into a table. */
function placeEach(
  table: Int32Array,
  left: Int32Array,
  right: Int32Array,
  from: number,
  end: number,
): void {
  const mask = table.length - 1
  for (let pair = from; pair < end; pair++) {
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
