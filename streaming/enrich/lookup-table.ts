// Columns looked up by a key: for each key's code the codes of the values that belong to it. Pure.
import type { Columns } from '../decode/columns.ts'
import { ABSENT, type Dictionary } from '../decode/dictionary.ts'

/**
 * A table in memory, as dense arrays over the codes of its key. Rows are added and replaced one chunk at a time, between
 * batches; a key without a row has `unknown` in every column.
 */
export class LookupTable {
  readonly #key: Dictionary
  readonly #keyField: string
  readonly #columns: readonly {
    readonly name: string
    readonly dictionary: Dictionary
    codes: Int32Array
  }[]
  #rowCount = 0
  #unmatched = 0
  #hasRow = new Uint8Array(1024)

  /** `columns` are the dictionaries of the columns looked up, by name, in the order of the rows' values. */
  constructor(keyField: string, key: Dictionary, columns: ReadonlyMap<string, Dictionary>) {
    this.#keyField = keyField
    this.#key = key
    this.#columns = [...columns].map(([name, dictionary]) => ({
      name,
      dictionary,
      codes: new Int32Array(1024),
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
    for (const row of rows) {
      const code = this.#key.codeOf(row[0])
      if (code >= this.#hasRow.length) this.#grow(code + 1)
      for (let i = 0; i < this.#columns.length; i++) {
        const { codes, dictionary } = this.#columns[i]
        codes[code] = row[i + 1] === '' ? ABSENT : dictionary.codeOf(row[i + 1])
      }
      this.#rowCount += 1 - this.#hasRow[code]
      this.#hasRow[code] = 1
    }
  }

  /** Fills the looked-up columns of every event. */
  enrich(columns: Columns): void {
    const keys = columns.textColumn(this.#keyField).codes
    for (const { name, codes } of this.#columns) {
      const found = columns.text.get(name)
      if (found === undefined) continue
      const out = found.codes
      for (let row = 0; row < columns.count; row++) {
        // Keys seen after the last growth have no row yet.
        out[row] = keys[row] < codes.length ? codes[keys[row]] : ABSENT
      }
    }
    const hasRow = this.#hasRow
    let matched = 0
    for (let row = 0; row < columns.count; row++) if (hasRow[keys[row]] === 1) matched++
    this.#unmatched += columns.count - matched
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, this.#hasRow.length * 2)
    this.#hasRow = grown(this.#hasRow, new Uint8Array(capacity))
    for (const column of this.#columns) column.codes = grown(column.codes, new Int32Array(capacity))
  }
}

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
