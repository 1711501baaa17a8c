// Columns looked up by a key: for each key's code the codes of the values that belong to it. Pure.
import type { Columns } from '../decode/columns.ts'
import { ABSENT, type Dictionary, type Texts } from '../decode/dictionary.ts'
import { PairSet } from '../window/pair-set.ts'

/** The segment of a key without a row; its values are absent. */
const NO_ROW = 0
const SEGMENTS_OF_16_BITS = 1 << 16
/** Values of a column whose codes are at hand: those of most columns are few. */
const VALUES_AT_HAND = 1 << 12

/**
 * A table in memory. Rows with the same values are of one segment, and a dense array over the codes of the key tells the
 * segment: of millions of rows two or four bytes each, and one look for all columns. Rows are added and replaced one chunk
 * at a time, between batches; a key without a row has `unknown` in every column.
 */
export class LookupTable {
  readonly #key: Dictionary
  readonly #keyField: string
  /** `codes`: by segment. */
  readonly #columns: readonly {
    readonly name: string
    readonly dictionary: Dictionary
    /** Pairs of what the columns before have made of a row, and this column's code. */
    readonly pairs: PairSet
    /** Codes of values that were met last. */
    readonly atHand: Map<string, number>
    codes: Int32Array<ArrayBuffer>
  }[]
  #segmentOf: Uint16Array<ArrayBuffer> | Int32Array<ArrayBuffer> = new Uint16Array(1024)
  #segmentCount = NO_ROW + 1
  #rowCount = 0
  #unmatched = 0
  /** Scratch: the segment of each event of a batch. */
  #found = new Int32Array(0)

  /** `columns` are the dictionaries of the columns looked up, by name, in the order of the rows' values. */
  constructor(keyField: string, key: Dictionary, columns: ReadonlyMap<string, Dictionary>) {
    this.#keyField = keyField
    this.#key = key
    this.#columns = [...columns].map(([name, dictionary]) => ({
      name,
      dictionary,
      pairs: new PairSet(),
      atHand: new Map(),
      codes: new Int32Array(64),
    }))
  }

  get rowCount(): number {
    return this.#rowCount
  }

  /** Events looked up so far whose key had no row. */
  get unmatched(): number {
    return this.#unmatched
  }

  /** Another has looked up so many events without finding a row. */
  addUnmatched(count: number): void {
    this.#unmatched += count
  }

  /** Adds or replaces rows: the key, then a value per column. */
  put(rows: readonly (readonly string[])[]): void {
    const keys = this.#key.codesOf(keysOf(rows))
    for (let i = 0; i < rows.length; i++) {
      const key = keys[i]
      const segment = this.#segmentOfRow(rows[i])
      if (key >= this.#segmentOf.length)
        this.#makeRoom(Math.max(key + 1, this.#segmentOf.length * 2))
      if (this.#segmentOf[key] === NO_ROW) this.#rowCount++
      this.#segmentOf[key] = segment
    }
  }

  /** Fills the looked-up columns of every event. */
  enrich(columns: Columns): void {
    const { count } = columns
    if (count > this.#found.length) this.#found = new Int32Array(count)
    const keys = columns.textColumn(this.#keyField).codes
    this.#unmatched += lookUp(this.#segmentOf, keys, count, this.#found)
    for (const { name, codes } of this.#columns) {
      const column = columns.text.get(name)
      if (column !== undefined) pick(codes, this.#found, count, column.codes)
    }
  }

  #segmentOfRow(row: readonly string[]): number {
    let number = 0
    for (let i = 0; i < this.#columns.length; i++)
      number = this.#columns[i].pairs.numberOf(number, this.#codeOf(i, row[i + 1]))
    const segment = NO_ROW + 1 + number
    if (segment === this.#segmentCount) this.#addSegment(row)
    return segment
  }

  /** The code of a column's value. */
  #codeOf(column: number, value: string): number {
    const { dictionary, atHand } = this.#columns[column]
    const known = atHand.get(value)
    if (known !== undefined) return known
    const code = value === '' ? ABSENT : dictionary.codeOf(value)
    if (atHand.size === VALUES_AT_HAND) atHand.clear()
    atHand.set(value, code)
    return code
  }

  #addSegment(row: readonly string[]): void {
    const segment = this.#segmentCount++
    for (let i = 0; i < this.#columns.length; i++) {
      const column = this.#columns[i]
      if (segment === column.codes.length)
        column.codes = copied(column.codes, new Int32Array(segment * 2))
      column.codes[segment] = this.#codeOf(i, row[i + 1])
    }
    if (segment === SEGMENTS_OF_16_BITS) this.#makeRoom(this.#segmentOf.length)
  }

  /** Room for the segments of so many keys. */
  #makeRoom(capacity: number): void {
    const isSmall = this.#segmentCount <= SEGMENTS_OF_16_BITS
    const segmentOf = isSmall ? new Uint16Array(capacity) : new Int32Array(capacity)
    this.#segmentOf = copied(this.#segmentOf, segmentOf)
  }
}

/** The keys of rows, written out together: one by one that takes longer than all the rest. */
function keysOf(rows: readonly (readonly string[])[]): Texts {
  let text = ''
  for (const row of rows) text += row[0]
  const bytes = Buffer.from(text, 'utf8')
  const isAscii = bytes.length === text.length
  const ends = new Int32Array(rows.length)
  let end = 0
  for (let i = 0; i < rows.length; i++) {
    const key = rows[i][0]
    end += isAscii ? key.length : Buffer.byteLength(key, 'utf8')
    ends[i] = end
  }
  return { bytes, ends }
}

/** Writes the segment of each event; answers how many have none. */
function lookUp(
  segmentOf: Uint16Array | Int32Array,
  keys: Int32Array,
  count: number,
  found: Int32Array,
): number {
  let unmatched = 0
  for (let row = 0; row < count; row++) {
    // Keys seen after the last row was put have none yet.
    const segment = keys[row] < segmentOf.length ? segmentOf[keys[row]] : NO_ROW
    found[row] = segment
    if (segment === NO_ROW) unmatched++
  }
  return unmatched
}

function pick(codes: Int32Array, places: Int32Array, count: number, out: Int32Array): void {
  for (let row = 0; row < count; row++) out[row] = codes[places[row]]
}

function copied<T extends Uint16Array | Int32Array>(from: ArrayLike<number>, to: T): T {
  to.set(from)
  return to
}
