// Strings as small numbers, so that columns, keys and sets hold integers. Strings are kept as UTF-8, so that they can be
// looked up straight from a record's bytes.
import { UNKNOWN } from '../../data/point.ts'
import { bytesOfHead, type Heads, HeadWriter } from './head.ts'
import { BLOCK_MAX, NO_ROW, TextIndex } from './text-index.ts'
import { TextRows, UNSEEN } from './text-rows.ts'

/** The code of a value that is absent; its text is `unknown`. */
export const ABSENT = 0
/** More texts than this do not have the same hash unless somebody made them so, to have us look at all of them each time. */
const SAME_HASH_MAX = 32

/** Strings side by side, as UTF-8: string i is bytes[ends[i - 1] .. ends[i]). */
export interface Texts {
  readonly bytes: Uint8Array
  readonly ends: Int32Array
}

/** Gives each string a code, counted up from 1; the same string always has the same code. 0 is the absent value. */
export class Dictionary {
  /** The field whose values these are. */
  readonly name: string
  readonly #index = new TextIndex()
  readonly #rows = new TextRows()
  /** Rows of texts for which the index has no room, by their bytes: by a hash that nobody outside can foretell. */
  readonly #crowded = new Map<string, number>()
  /** Texts that were asked for. */
  readonly #texts: (string | undefined)[] = []

  constructor(name: string) {
    this.name = name
    this.codeOf(UNKNOWN)
  }

  get size(): number {
    return this.#rows.count
  }

  /** The code of `text`, a new one when it was never seen. */
  codeOf(text: string): number {
    const bytes = Buffer.from(text, 'utf8')
    return this.#codeOfBytes(bytes, viewOf(bytes), 0, bytes.length)
  }

  /** The code of the text with head `i` and this hash, a new one when it was never seen. */
  codeOfHead(heads: Heads, i: number, hash: number): number {
    const index = this.#index
    const rows = this.#rows
    let at = index.next(hash, -1)
    let same = 0
    for (let row = index.rowAt(hash, at); row !== NO_ROW; row = index.rowAt(hash, at)) {
      if (rows.isAt(row, heads, i)) return row - 1
      at = index.next(hash, at)
      if (++same === SAME_HASH_MAX) break
    }
    const isCrowded = same === SAME_HASH_MAX
    if (isCrowded || this.#crowded.size > 0) {
      const known = this.#crowded.get(keyOf(heads, i))
      if (known !== undefined) return known - 1
    }
    const row = rows.add(heads, i)
    if (isCrowded || !index.add(hash, row)) this.#crowded.set(keyOf(heads, i), row)
    return row - 1
  }

  /**
   * The codes of the first `count` texts with these heads and hashes, written to `codes` from `row` on: new ones where they
   * were never seen. ABSENT for those that are so in `known`.
   */
  codesOfHeads(
    heads: Heads,
    hashes: Int32Array,
    known: Int32Array,
    count: number,
    codes: Int32Array,
    row: number,
  ): void {
    // Step by step for many at once, so that a processor fetches many from memory at the same time.
    for (let from = 0; from < count; from += BLOCK_MAX) {
      const to = Math.min(from + BLOCK_MAX, count)
      this.#index.rowsOf(hashes, from, to)
      this.#rows.codesAt(heads, from, to, codes, row)
      for (let i = from; i < to; i++) {
        if (known[i] === ABSENT) codes[row + i] = ABSENT
        else if (codes[row + i] === UNSEEN) codes[row + i] = this.codeOfHead(heads, i, hashes[i])
      }
    }
  }

  textOf(code: number): string {
    const known = this.#texts[code]
    if (known !== undefined) return known
    const text = this.#rows.textOf(code)
    this.#texts[code] = text
    return text
  }

  /** The strings of these codes as bytes, one after the other. */
  textsOf(codes: Int32Array): Texts {
    const rows = this.#rows
    const ends = new Int32Array(codes.length)
    let sizeBytes = 0
    for (let i = 0; i < codes.length; i++) {
      sizeBytes += rows.lengthOf(codes[i])
      ends[i] = sizeBytes
    }
    const bytes = new Uint8Array(sizeBytes)
    for (let i = 0; i < codes.length; i++) rows.copy(codes[i], bytes, i === 0 ? 0 : ends[i - 1])
    return { bytes, ends }
  }

  /** The codes of strings, new ones where they were never seen. */
  codesOf({ bytes, ends }: Texts): Int32Array<ArrayBuffer> {
    const codes = new Int32Array(ends.length)
    const view = viewOf(bytes)
    let start = 0
    for (let i = 0; i < ends.length; i++) {
      codes[i] = this.#codeOfBytes(bytes, view, start, ends[i])
      start = ends[i]
    }
    return codes
  }

  #codeOfBytes(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const heads = HEAD.write(bytes, view, start, end)
    return this.codeOfHead(heads, 0, HEAD.hash)
  }
}

const HEAD = new HeadWriter()

/** Each byte as a character, whatever the bytes are. */
const keyOf = (heads: Heads, i: number): string => bytesOfHead(heads, i).toString('latin1')

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
