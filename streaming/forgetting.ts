// Texts that nothing holds any more are forgotten: a dictionary that has many more than are in use gives way to one that
// has only those. Why, and what it costs: decisions/texts-are-forgotten.md. Pure.
import { Dictionary } from './decode/dictionary.ts'
import type { CodeMap } from './window/aggregates/aggregate.ts'

/** Smaller dictionaries stay as they are. */
export const TEXTS_MIN = 1 << 18
/** Others may have so many times the texts that are in use. */
const PER_TEXT_IN_USE = 4

/** What state holds, by dictionary. */
export class CodesInUse {
  /** By code, 1: it is held. */
  readonly #marks = new Map<Dictionary, Uint8Array>()

  /** Marks the codes; answers them as they are. */
  readonly note: CodeMap = ({ dictionary }, codes) => {
    let marks = this.#marks.get(dictionary)
    if (marks === undefined) {
      marks = new Uint8Array(dictionary.size)
      this.#marks.set(dictionary, marks)
    }
    for (let i = 0; i < codes.length; i++) marks[codes[i]] = 1
    return codes
  }

  /** Rising. */
  of(dictionary: Dictionary): Int32Array {
    const marks = this.#marks.get(dictionary) ?? new Uint8Array(0)
    let count = 0
    for (let code = 0; code < marks.length; code++) count += marks[code]
    const codes = new Int32Array(count)
    let i = 0
    for (let code = 0; code < marks.length; code++) if (marks[code] === 1) codes[i++] = code
    return codes
  }
}

/** When to look for texts that are not in use: so rarely that each text is looked at a few times in all. */
export class TextLimits {
  readonly #min: number
  /** By field; as many texts as are found to be in use raise it. */
  readonly #max = new Map<string, number>()

  constructor(min = TEXTS_MIN) {
    this.#min = min
  }

  isReached({ name, size }: Dictionary): boolean {
    return size > (this.#max.get(name) ?? this.#min)
  }

  /** So many of a dictionary's texts are in use: answers whether it has too many others. */
  judge({ name, size }: Dictionary, inUse: number): boolean {
    const max = Math.max(this.#min, inUse * PER_TEXT_IN_USE)
    this.#max.set(name, max)
    return size > max
  }
}

/** Dictionaries that give way to others. */
export class Renewed {
  /** By field: the dictionary, and at each code of the one before its code there. */
  readonly #all = new Map<string, { readonly dictionary: Dictionary; readonly codes: Int32Array }>()

  /** Only the texts of these codes go on. */
  add(before: Dictionary, kept: Int32Array): void {
    const dictionary = new Dictionary(before.name)
    const now = dictionary.codesOf(before.textsOf(kept))
    const codes = new Int32Array(before.size)
    for (let i = 0; i < kept.length; i++) codes[kept[i]] = now[i]
    this.#all.set(before.name, { dictionary, codes })
  }

  get fields(): string[] {
    return [...this.#all.keys()]
  }

  /** Instead of the dictionary of before. */
  insteadOf(before: Dictionary): Dictionary {
    return this.#all.get(before.name)?.dictionary ?? before
  }

  /** Codes of before → codes of now. */
  readonly toCodes: CodeMap = ({ dictionary }, codes) => {
    const renewed = this.#all.get(dictionary.name)
    if (renewed === undefined) return codes
    const own = new Int32Array(codes.length)
    for (let i = 0; i < codes.length; i++) own[i] = renewed.codes[codes[i]]
    return own
  }
}
