// Hashes of texts → their rows: extendible hashing (Fagin and others, 1979) over segments with open addressing. Growing
// splits one segment at a time, so that an index of millions of texts grows without a pause.

/** In an index: nothing is here. */
export const NO_ROW = 0

/** Texts that are looked for together, at most. */
export const BLOCK_MAX = 128

/** Of a segment: what is there of what there is room for. */
const LOAD_MAX = 0.625
const ENTRY_WORDS = 2
const ENTRIES_MIN = 64
/** A segment splits in a fifth of a millisecond. */
const ENTRIES_MAX = 1 << 15
const HASH_BITS = 32
/** Texts whose hashes begin with so many equal bits, more than fit into a segment, are no accident. */
const DEPTH_MAX = 17

/** Rows of the block of texts that were looked for last; filled up with NO_ROW to a multiple of four. */
export const ROWS = new Int32Array(BLOCK_MAX)

/** Of no meaning: what is read for nothing would be left out. */
const WARMED = new Int32Array(1)

export class TextIndex {
  /**
   * By the first `#depth` bits of a hash; some are in several places. Entries of a row and its hash, at the last bits of
   * the hash or soon after; and behind them a word that counts them.
   */
  #segments = [newSegment(ENTRIES_MIN)]
  #depth = 0
  /** Over the place of an entry in a segment: all of them have the same size. */
  #mask = (ENTRIES_MIN - 1) * ENTRY_WORDS

  /** The rows of texts with this hash, one at each call: `at` is -1 first, then where the last was found. */
  next(hash: number, at: number): number {
    const segment = this.#segments[this.#placeOf(hash)]
    const mask = this.#mask
    let next = at < 0 ? (hash << 1) & mask : (at + ENTRY_WORDS) & mask
    while (segment[next + 1] !== hash && segment[next] !== NO_ROW)
      next = (next + ENTRY_WORDS) & mask
    return next
  }

  /** What `next` found: NO_ROW after the last. */
  rowAt(hash: number, at: number): number {
    return this.#segments[this.#placeOf(hash)][at]
  }

  /** The first row of each of the hashes `from` to `to`, or NO_ROW, written to ROWS. `hashes` has a multiple of four. */
  rowsOf(hashes: Int32Array, from: number, to: number): void {
    const segments = this.#segments
    const mask = this.#mask
    const shift = HASH_BITS - 1 - this.#depth
    // First all that is needed is fetched, many at the same time; then nothing waits. (Four in a turn: the fewer
    // instructions between two fetches, the more of these a processor has under way.)
    let warmed = 0
    for (let i = from; i < to; i += 4) {
      const one = hashes[i]
      const two = hashes[i + 1]
      const three = hashes[i + 2]
      const four = hashes[i + 3]
      warmed ^= segments[(one >>> 1) >>> shift][(one << 1) & mask]
      warmed ^= segments[(two >>> 1) >>> shift][(two << 1) & mask]
      warmed ^= segments[(three >>> 1) >>> shift][(three << 1) & mask]
      warmed ^= segments[(four >>> 1) >>> shift][(four << 1) & mask]
    }
    WARMED[0] = warmed
    for (let i = from; i < to; i++) {
      const hash = hashes[i]
      const segment = segments[(hash >>> 1) >>> shift]
      let at = (hash << 1) & mask
      while (segment[at + 1] !== hash && segment[at] !== NO_ROW) at = (at + ENTRY_WORDS) & mask
      ROWS[i - from] = segment[at]
    }
    for (let i = to - from; i % 4 !== 0; i++) ROWS[i] = NO_ROW
  }

  /** False: there is no room for more texts with hashes like this one. */
  add(hash: number, row: number): boolean {
    let place = this.#placeOf(hash)
    while (isFull(this.#segments[place])) {
      if (!this.#split(place)) return false
      place = this.#placeOf(hash)
    }
    addTo(this.#segments[place], this.#mask, hash, row)
    return true
  }

  #placeOf(hash: number): number {
    return (hash >>> 1) >>> (HASH_BITS - 1 - this.#depth)
  }

  #split(place: number): boolean {
    const segments = this.#segments
    const from = segments[place]
    const entries = (from.length - 1) / ENTRY_WORDS
    if (entries < ENTRIES_MAX) {
      const larger = newSegment(entries * 2)
      this.#mask = (entries * 2 - 1) * ENTRY_WORDS
      this.#move(from, () => larger)
      segments[place] = larger
      return true
    }
    const first = segments.indexOf(from)
    const end = segments.lastIndexOf(from) + 1
    if (end - first === 1) {
      if (this.#depth === DEPTH_MAX) return false
      this.#segments = segments.flatMap((segment) => [segment, segment])
      this.#depth++
      return this.#split(place * 2)
    }
    const middle = (first + end) / 2
    const [left, right] = [newSegment(entries), newSegment(entries)]
    this.#move(from, (hash) => (this.#placeOf(hash) < middle ? left : right))
    segments.fill(left, first, middle).fill(right, middle, end)
    return true
  }

  #move(from: Int32Array, to: (hash: number) => Int32Array): void {
    for (let at = 0; at < from.length - 1; at += ENTRY_WORDS)
      if (from[at] !== NO_ROW) addTo(to(from[at + 1]), this.#mask, from[at + 1], from[at])
  }
}

const newSegment = (entries: number): Int32Array => new Int32Array(entries * ENTRY_WORDS + 1)

const isFull = (segment: Int32Array): boolean =>
  segment[segment.length - 1] * ENTRY_WORDS >= (segment.length - 1) * LOAD_MAX

function addTo(segment: Int32Array, mask: number, hash: number, row: number): void {
  let at = (hash << 1) & mask
  while (segment[at] !== NO_ROW) at = (at + ENTRY_WORDS) & mask
  segment[at] = row
  segment[at + 1] = hash
  segment[segment.length - 1]++
}
