// Strings as small numbers, so that columns, keys and sets hold integers. Strings are kept as UTF-8, so that they can be
// looked up straight from a record's bytes.
import { UNKNOWN } from '../../data/point.ts'
import { hash32 } from './hash.ts'
import { BLOCK_MAX, NO_RECORD as FREE, PLACE_WORDS, TextRecords, UNSEEN } from './text-records.ts'

/** The code of a value that is absent; its text is `unknown`. */
export const ABSENT = 0

/** Of the table: what is there of what there is room for. */
const LOAD_MAX = 0.625

/** Strings side by side, as UTF-8: string i is bytes[ends[i - 1] .. ends[i]). */
export interface Texts {
  readonly bytes: Uint8Array
  readonly ends: Int32Array
}

/** Gives each string a code, counted up from 1; the same string always has the same code. 0 is the absent value. */
export class Dictionary {
  /** The field whose values these are. */
  readonly name: string
  /** Open addressing: a text's hash and its record, or FREE, at twice the place that the hash tells or soon after. */
  #table = new Int32Array(2 * 256)
  readonly #records = new TextRecords()
  /** Texts that were asked for. */
  readonly #texts: (string | undefined)[] = []

  constructor(name: string) {
    this.name = name
    this.codeOf(UNKNOWN)
  }

  get size(): number {
    return this.#records.count
  }

  /** The code of `text`, a new one when it was never seen. */
  codeOf(text: string): number {
    const bytes = Buffer.from(text, 'utf8')
    return this.codeOfBytes(viewOf(bytes), 0, bytes.length, hash32(bytes, 0, bytes.length))
  }

  /** The code of the string whose UTF-8 is `bytes[start..end)` and whose hash is `hash`, a new one when never seen. */
  codeOfBytes(bytes: DataView, start: number, end: number, hash: number): number {
    const table = this.#table
    const records = this.#records
    const mask = table.length - 2
    let at = (hash << 1) & mask
    for (let record = table[at]; record !== FREE; record = table[at]) {
      if (table[at + 1] === hash && records.isAt(record, bytes, start, end))
        return records.codeAt(record)
      at = (at + 2) & mask
    }
    const code = records.count
    table[at] = records.add(bytes, start, end)
    table[at + 1] = hash
    if (records.count * 2 > table.length * LOAD_MAX) this.#grow()
    return code
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
    // Step by step for many at once, so that a processor fetches many from memory at the same time.
    for (let from = 0; from < count; from += BLOCK_MAX) {
      const to = Math.min(from + BLOCK_MAX, count)
      this.#lookUp(places, from, to, codes, row)
      this.#records.codesAt(memory, places, from, to, codes, row)
      for (let i = from; i < to; i++) {
        if (codes[row + i] !== UNSEEN) continue
        const place = i * PLACE_WORDS
        const start = places[place]
        const end = start + places[place + 1]
        codes[row + i] = this.codeOfBytes(memory, start, end, places[place + 2])
      }
    }
  }

  /** For each place the record with its hash, or FREE. */
  #lookUp(places: Int32Array, from: number, to: number, records: Int32Array, row: number): void {
    const table = this.#table
    const mask = table.length - 2
    for (let i = from; i < to; i++) {
      const hash = places[i * PLACE_WORDS + 2]
      let at = (hash << 1) & mask
      while (table[at + 1] !== hash && table[at] !== FREE) at = (at + 2) & mask
      records[row + i] = table[at]
    }
  }

  textOf(code: number): string {
    const known = this.#texts[code]
    if (known !== undefined) return known
    const text = this.#records.textOf(code)
    this.#texts[code] = text
    return text
  }

  /** The strings of these codes as bytes, one after the other. */
  textsOf(codes: Int32Array): Texts {
    const records = this.#records
    const ends = new Int32Array(codes.length)
    let sizeBytes = 0
    for (let i = 0; i < codes.length; i++) {
      sizeBytes += records.lengthOf(codes[i])
      ends[i] = sizeBytes
    }
    const bytes = new Uint8Array(sizeBytes)
    for (let i = 0; i < codes.length; i++) records.copy(codes[i], bytes, i === 0 ? 0 : ends[i - 1])
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

  #grow(): void {
    const from = this.#table
    const table = new Int32Array(from.length * 2)
    const mask = table.length - 2
    for (let old = 0; old < from.length; old += 2) {
      if (from[old] === FREE) continue
      let at = (from[old + 1] << 1) & mask
      while (table[at] !== FREE) at = (at + 2) & mask
      table[at] = from[old]
      table[at + 1] = from[old + 1]
    }
    this.#table = table
  }
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
