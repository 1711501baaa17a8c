// Texts that nothing holds any more are forgotten: a dictionary that has many more than are in use gives way to one that
// has only those. Why, and what it costs: decisions/texts-are-forgotten.md. Pure.
import { ABSENT, Dictionary } from './decode/dictionary.ts'
import type { CodeMap, Recoding } from './window/aggregates/aggregate.ts'

/** Smaller dictionaries stay as they are. */
export const TEXTS_MIN = 1 << 18
/** Others may have so many times the texts that are in use. */
const PER_TEXT_IN_USE = 4
/** So many texts are copied in one turn: it takes a few milliseconds. */
export const TEXTS_AT_ONCE = 1 << 12

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
export class Renewed implements Recoding {
  readonly #all = new Map<string, Renewal>()

  /** Only the texts of these codes go on, and those that come from now on. */
  add(before: Dictionary, kept: Int32Array): void {
    this.#all.set(before.name, new Renewal(before, kept))
  }

  get fields(): string[] {
    return [...this.#all.keys()]
  }

  /** Copies up to `most` texts, and those that came since the last time; answers whether all there are are copied. */
  copy(most: number): boolean {
    let left = most
    for (const renewal of this.#all.values()) left -= renewal.copy(left)
    return left > 0
  }

  /** Instead of the dictionary of before. */
  insteadOf(before: Dictionary): Dictionary {
    return this.#all.get(before.name)?.dictionary ?? before
  }

  readonly toCodes: CodeMap = ({ dictionary }, codes) =>
    this.#all.get(dictionary.name)?.toCodes(codes) ?? codes

  readonly toKnown: CodeMap = ({ dictionary }, codes) =>
    this.#all.get(dictionary.name)?.toKnown(codes) ?? codes
}

/** That of one dictionary. */
class Renewal {
  readonly dictionary: Dictionary
  readonly #before: Dictionary
  readonly #kept: Int32Array
  /** At each code of before its code now; ABSENT: it has none. */
  #codes: Int32Array
  /** How many of `#kept` are copied, then up to which code all that came since are. */
  #copied = 0
  #copiedTo: number

  constructor(before: Dictionary, kept: Int32Array) {
    this.dictionary = new Dictionary(before.name)
    this.#before = before
    this.#kept = kept
    this.#codes = new Int32Array(before.size)
    this.#copiedTo = before.size
  }

  /** Answers how many of those that are kept were copied. */
  copy(most: number): number {
    const kept = this.#kept.subarray(this.#copied, this.#copied + most)
    this.#add(kept)
    this.#copied += kept.length
    const from = this.#copiedTo
    this.#copiedTo = this.#before.size
    this.#add(Int32Array.from({ length: this.#copiedTo - from }, (_, i) => from + i))
    return kept.length
  }

  toCodes(codes: Int32Array): Int32Array {
    const missing = codes.filter(
      (code) => code !== ABSENT && (this.#codes[code] ?? ABSENT) === ABSENT,
    )
    this.#add(missing)
    return this.toKnown(codes)
  }

  toKnown(codes: Int32Array): Int32Array {
    const [known, now] = [this.#codes, new Int32Array(codes.length)]
    for (let i = 0; i < codes.length; i++) now[i] = known[codes[i]]
    return now
  }

  #add(codes: Int32Array): void {
    if (codes.length === 0) return
    if (this.#codes.length < this.#before.size) {
      const longer = new Int32Array(this.#before.size * 2)
      longer.set(this.#codes)
      this.#codes = longer
    }
    const now = this.dictionary.codesOf(this.#before.textsOf(codes))
    for (let i = 0; i < codes.length; i++) this.#codes[codes[i]] = now[i]
  }
}
