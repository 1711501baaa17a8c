// Texts that the compiled short way found in its memory → codes of a dictionary. Of a field with few texts it is told
// their codes, so that it finds them itself from then on.
import { CODE_UNKNOWN } from './assembly/layout.ts'
import type { TextColumn } from './columns.ts'
import type { ShortWay } from './module.ts'
import { CODES_MAX, RECORDS_MAX } from './scan-memory.ts'
import type { TextPlaces } from './scan-structures.ts'
import { PLACE_WORDS } from './text-records.ts'

export class TextPlacesReader {
  readonly #column: TextColumn
  readonly #shortWay: ShortWay
  readonly #memory: DataView
  readonly #words: Int32Array
  readonly #places: TextPlaces
  #isTold = true

  constructor(column: TextColumn, shortWay: ShortWay, places: TextPlaces) {
    const { buffer } = shortWay.memory
    this.#column = column
    this.#shortWay = shortWay
    this.#memory = new DataView(buffer)
    this.#words = new Int32Array(buffer, places.places, RECORDS_MAX * PLACE_WORDS)
    this.#places = places
  }

  /** The codes of the texts of the first `count` rows in memory, written to the column from `row` on. */
  read(count: number, row: number): void {
    const words = this.#words
    const { codes, dictionary } = this.#column
    if (!this.#isTold) {
      dictionary.codesOfPlaces(this.#memory, words, count, codes, row)
      return
    }
    for (let i = 0; i < count; i++) {
      const code = words[i * PLACE_WORDS + 3]
      codes[row + i] = code === CODE_UNKNOWN ? this.#find(i * PLACE_WORDS) : code
    }
    if (dictionary.size > CODES_MAX) this.#tellNoMore()
  }

  #find(place: number): number {
    const words = this.#words
    const start = words[place]
    const length = words[place + 1]
    const { dictionary } = this.#column
    const code = dictionary.codeOfBytes(this.#memory, start, start + length, words[place + 2])
    this.#shortWay.addText(this.#places.codes, start, length, code)
    return code
  }

  #tellNoMore(): void {
    this.#isTold = false
    this.#memory.setUint32(this.#places.codesAddress, 0, true)
  }
}
