// Texts that the compiled short way found in its memory → codes of a dictionary. Of a field with few texts it is told
// their codes, so that it finds them itself from then on.
import { CODE_UNKNOWN, HEAD_BYTES } from './assembly/layout.ts'
import type { TextColumn } from './columns.ts'
import { HEAD_WORDS, type Heads } from './head.ts'
import type { ShortWay } from './module.ts'
import { CODES_MAX, RECORDS_MAX } from './scan-memory.ts'
import type { TextPlaces } from './scan-structures.ts'

export class TextPlacesReader {
  readonly #column: TextColumn
  readonly #shortWay: ShortWay
  readonly #places: TextPlaces
  readonly #heads: Heads
  readonly #hashes: Int32Array
  readonly #codes: Int32Array
  #isTold = true

  constructor(column: TextColumn, shortWay: ShortWay, places: TextPlaces) {
    const { buffer } = shortWay.memory
    this.#column = column
    this.#shortWay = shortWay
    this.#places = places
    const words = new Int32Array(buffer, places.heads, RECORDS_MAX * HEAD_WORDS)
    this.#heads = { words, bytes: new DataView(buffer) }
    this.#hashes = new Int32Array(buffer, places.hashes, RECORDS_MAX)
    this.#codes = new Int32Array(buffer, places.codes, RECORDS_MAX)
  }

  /** The codes of the texts of the first `count` rows in memory, written to the column from `row` on. */
  read(count: number, row: number): void {
    const { codes, dictionary } = this.#column
    if (!this.#isTold) {
      dictionary.codesOfHeads(this.#heads, this.#hashes, this.#codes, count, codes, row)
      return
    }
    const found = this.#codes.subarray(0, count)
    for (let i = found.indexOf(CODE_UNKNOWN); i >= 0; i = found.indexOf(CODE_UNKNOWN, i + 1))
      found[i] = this.#find(i)
    codes.set(found, row)
    if (dictionary.size > CODES_MAX) this.#tellNoMore()
  }

  #find(i: number): number {
    const code = this.#column.dictionary.codeOfHead(this.#heads, i, this.#hashes[i])
    const head = this.#heads.words.byteOffset + i * HEAD_BYTES
    this.#shortWay.addText(this.#places.table, head, code)
    return code
  }

  #tellNoMore(): void {
    this.#isTold = false
    this.#heads.bytes.setUint32(this.#places.tableAddress, 0, true)
  }
}
