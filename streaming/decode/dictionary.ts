// Strings as small numbers, so that columns, keys and sets hold integers. Strings are kept as UTF-8, so that they can be
// looked up straight from a record's bytes.
import { UNKNOWN } from '../../data/point.ts'
import { PLACE_BYTES } from './assembly/layout.ts'
import { hash32 } from './hash.ts'

/** The code of a value that is absent; its text is `unknown`. */
export const ABSENT = 0

const EMPTY = -1

/** A place: where a text starts, its length, its hash, its code; see assembly/layout.ts. */
const PLACE_WORDS = PLACE_BYTES / Int32Array.BYTES_PER_ELEMENT

/** Strings side by side, as UTF-8: string i is bytes[ends[i - 1] .. ends[i]). */
export interface Texts {
  readonly bytes: Uint8Array
  readonly ends: Int32Array
}

/** Gives each string a code, counted up from 1; the same string always has the same code. 0 is the absent value. */
export class Dictionary {
  /** The field whose values these are. */
  readonly name: string
  /** Open addressing: code or EMPTY, then the string's hash, at twice the place that the hash tells. */
  #table = new Int32Array(2 * 256).fill(EMPTY)
  /** Bytes of code c are #bytes[#ends[c - 1] .. #ends[c]). */
  #ends = new Int32Array(128)
  #bytes = new Uint8Array(2048)
  /** Of the same. */
  #view = new DataView(this.#bytes.buffer)
  #size = 0
  /** Texts that were asked for. */
  readonly #texts: (string | undefined)[] = []

  constructor(name: string) {
    this.name = name
    this.codeOf(UNKNOWN)
  }

  get size(): number {
    return this.#size
  }

  /** The code of `text`, a new one when it was never seen. */
  codeOf(text: string): number {
    const bytes = Buffer.from(text, 'utf8')
    return this.codeOfBytes(viewOf(bytes), 0, bytes.length, hash32(bytes, 0, bytes.length))
  }

  /**
   * The codes of the `count` texts that the compiled short way found in `memory`, written to `codes` from `row` on: new
   * ones where they were never seen, ABSENT for those that are.
   */
  codesOfPlaces(
    memory: DataView,
    places: Int32Array,
    count: number,
    codes: Int32Array,
    row: number,
  ): void {
    // Step by step for all of them, so that a processor fetches what many texts need from memory at once.
    this.#candidates(places, count, codes, row)
    const ends = this.#ends
    for (let i = 0; i < count; i++) {
      const code = codes[row + i]
      if (code > ABSENT) places[i * PLACE_WORDS + 3] = ends[code - 1]
    }
    for (let i = 0; i < count; i++) {
      const code = codes[row + i]
      if (code === ABSENT) continue
      const place = i * PLACE_WORDS
      const start = places[place]
      const end = start + places[place + 1]
      if (code === EMPTY || !this.#isSame(code, places[place + 3], memory, start, end))
        codes[row + i] = this.codeOfBytes(memory, start, end, places[place + 2])
    }
  }

  /** For each place the code of a text with its hash, if there is one, else EMPTY. */
  #candidates(places: Int32Array, count: number, codes: Int32Array, row: number): void {
    const table = this.#table
    const mask = table.length - 2
    for (let i = 0; i < count; i++) {
      const place = i * PLACE_WORDS
      if (places[place + 3] === ABSENT) {
        codes[row + i] = ABSENT
        continue
      }
      const hash = places[place + 2]
      let at = placeIn(mask, hash)
      while (table[at + 1] !== hash && table[at] !== EMPTY) at = (at + 2) & mask
      codes[row + i] = table[at]
    }
  }

  textOf(code: number): string {
    const known = this.#texts[code]
    if (known !== undefined) return known
    const start = this.#startOf(code)
    const text = Buffer.from(this.#bytes.buffer, start, this.#ends[code] - start).toString('utf8')
    this.#texts[code] = text
    return text
  }

  /** The strings of these codes as bytes, one after the other. */
  textsOf(codes: Int32Array): Texts {
    const ends = new Int32Array(codes.length)
    let sizeBytes = 0
    for (let i = 0; i < codes.length; i++) {
      sizeBytes += this.#ends[codes[i]] - this.#startOf(codes[i])
      ends[i] = sizeBytes
    }
    const bytes = new Uint8Array(sizeBytes)
    let to = 0
    for (let i = 0; i < codes.length; i++) {
      const end = this.#ends[codes[i]]
      for (let from = this.#startOf(codes[i]); from < end; from++) bytes[to++] = this.#bytes[from]
    }
    return { bytes, ends }
  }

  /** The codes of strings, new ones where they were never seen. */
  codesOf({ bytes, ends }: Texts): Int32Array<ArrayBuffer> {
    const codes = new Int32Array(ends.length)
    const view = viewOf(bytes)
    let start = 0
    for (let i = 0; i < ends.length; i++) {
      codes[i] = this.codeOfBytes(view, start, ends[i], hash32(bytes, start, ends[i]))
      start = ends[i]
    }
    return codes
  }

  /** The code of the string whose UTF-8 is `bytes[start..end)` and whose hash is `hash`, a new one when never seen. */
  codeOfBytes(bytes: DataView, start: number, end: number, hash: number): number {
    const at = this.#placeOf(bytes, start, end, hash)
    const code = this.#table[at]
    return code === EMPTY ? this.#add(bytes, start, end, hash, at) : code
  }

  /** Where in the table the string is, or belongs. */
  #placeOf(bytes: DataView, start: number, end: number, hash: number): number {
    const table = this.#table
    const mask = table.length - 2
    let at = placeIn(mask, hash)
    for (let code = table[at]; code !== EMPTY; code = table[at]) {
      if (table[at + 1] === hash && this.#isSame(code, this.#startOf(code), bytes, start, end))
        break
      at = (at + 2) & mask
    }
    return at
  }

  #startOf(code: number): number {
    return code === 0 ? 0 : this.#ends[code - 1]
  }

  /** Whether the text of `code`, which begins at `own`, is `bytes[start..end)`. */
  #isSame(code: number, own: number, bytes: DataView, start: number, end: number): boolean {
    const ownView = this.#view
    const length = end - start
    if (this.#ends[code] - own !== length) return false
    let i = 0
    for (; i + 4 <= length; i += 4)
      if (ownView.getInt32(own + i) !== bytes.getInt32(start + i)) return false
    for (; i < length; i++)
      if (ownView.getUint8(own + i) !== bytes.getUint8(start + i)) return false
    return true
  }

  #add(bytes: DataView, start: number, end: number, hash: number, at: number): number {
    const code = this.#size++
    const from = this.#startOf(code)
    const to = from + end - start
    if (to > this.#bytes.length) {
      this.#bytes = longer(this.#bytes, new Uint8Array(Math.max(to, this.#bytes.length * 2)))
      this.#view = new DataView(this.#bytes.buffer)
    }
    for (let i = start, out = from; i < end; i++) this.#bytes[out++] = bytes.getUint8(i)
    if (code === this.#ends.length) this.#ends = longer(this.#ends, new Int32Array(code * 2))
    this.#ends[code] = to
    this.#table[at] = code
    this.#table[at + 1] = hash
    if (this.#size * 4 > this.#table.length) this.#rehash()
    return code
  }

  #rehash(): void {
    const from = this.#table
    const table = new Int32Array(from.length * 2).fill(EMPTY)
    const mask = table.length - 2
    for (let old = 0; old < from.length; old += 2) {
      if (from[old] === EMPTY) continue
      let at = placeIn(mask, from[old + 1])
      while (table[at] !== EMPTY) at = (at + 2) & mask
      table[at] = from[old]
      table[at + 1] = from[old + 1]
    }
    this.#table = table
  }
}

/** Where the search for a hash begins. */
const placeIn = (mask: number, hash: number): number => ((hash ^ (hash >>> 15)) << 1) & mask

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

function longer<T extends Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(from: T, to: T): T {
  to.set(from)
  return to
}
