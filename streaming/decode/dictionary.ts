// Strings as small numbers, so that columns, keys and sets hold integers.
import { UNKNOWN } from '../../data/point.ts'

/** The code of a value that is absent; its text is `unknown`. */
export const ABSENT = 0

/** Gives each string a code, counted up from 1; the same string always has the same code. 0 is the absent value. */
export class Dictionary {
  /** The field whose values these are. */
  readonly name: string
  readonly #codes = new Map<string, number>([[UNKNOWN, ABSENT]])
  readonly #texts: string[] = [UNKNOWN]

  constructor(name: string) {
    this.name = name
  }

  get size(): number {
    return this.#texts.length
  }

  /** The code of `text`, a new one when it was never seen. */
  codeOf(text: string): number {
    const known = this.#codes.get(text)
    if (known !== undefined) return known
    const code = this.#texts.length
    this.#codes.set(text, code)
    this.#texts.push(text)
    return code
  }

  textOf(code: number): string {
    return this.#texts[code]
  }
}
