// A number for each text of a dictionary, made of its bytes once and for all: what is asked of a text is asked per text,
// not per event.
import type { Dictionary } from './dictionary.ts'

/** Texts looked at in one go, so that few are copied at a time. */
const SLICE = 1 << 13

/** Answers the number of the text `bytes[start..end)`. */
export type NumberOfText = (bytes: DataView, start: number, end: number) => number

export class CodeTable {
  readonly #dictionary: Dictionary
  readonly #numberOf: NumberOfText
  #numbers = new Int32Array(64)
  #count = 0

  constructor(dictionary: Dictionary, numberOf: NumberOfText) {
    this.#dictionary = dictionary
    this.#numberOf = numberOf
  }

  /** By code, of all texts that the dictionary has now. Good until it is asked for again. */
  upToNow(): Int32Array {
    const { size } = this.#dictionary
    if (size > this.#numbers.length) {
      const numbers = new Int32Array(Math.max(size, this.#numbers.length * 2))
      numbers.set(this.#numbers)
      this.#numbers = numbers
    }
    while (this.#count < size) this.#add(Math.min(size - this.#count, SLICE))
    return this.#numbers
  }

  #add(count: number): void {
    const first = this.#count
    const { bytes, ends } = this.#dictionary.textsOf(
      Int32Array.from({ length: count }, (_, i) => first + i),
    )
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let i = 0; i < count; i++)
      this.#numbers[first + i] = this.#numberOf(view, i === 0 ? 0 : ends[i - 1], ends[i])
    this.#count += count
  }
}
