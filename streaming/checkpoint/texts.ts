// The texts that codes stand for, saved beside what holds the codes: in another process the codes are other ones.
import type { Dictionary, Texts } from '../decode/dictionary.ts'
import type { CodeMap } from '../window/aggregates/aggregate.ts'

/** Text i is that of codes[i]. */
export interface SavedTexts {
  readonly codes: Int32Array
  readonly texts: Texts
}

/** By field. Parts may say the same twice. */
export type TextsByField = ReadonlyMap<string, readonly SavedTexts[]>

/** Codes looked at, and texts copied, in one slice. */
const SLICE_CODES = 1 << 16
const SLICE_TEXTS = 1 << 13

/** Collects codes, each once. */
export class CodeCollector {
  readonly #known = new Map<Dictionary, KnownCodes>();

  /** Yields between slices. */
  *add(dictionary: Dictionary, codes: Int32Array): Generator<void> {
    let known = this.#known.get(dictionary)
    if (known === undefined) {
      known = new KnownCodes()
      this.#known.set(dictionary, known)
    }
    for (let from = 0; from < codes.length; from += SLICE_CODES) {
      known.add(codes.subarray(from, from + SLICE_CODES))
      if (codes.length > SLICE_CODES) yield
    }
  }

  /** The texts of the codes that were collected since the last time. Yields between slices. */
  *takeTexts(): Generator<void, TextsByField> {
    const byField = new Map<string, SavedTexts[]>()
    for (const [dictionary, known] of this.#known) {
      const parts: SavedTexts[] = []
      for (const codes of known.take()) {
        parts.push({ codes, texts: dictionary.textsOf(codes) })
        if (codes.length === SLICE_TEXTS) yield
      }
      byField.set(dictionary.name, parts)
    }
    return byField
  }
}

/** Those of one dictionary. */
class KnownCodes {
  /** A bit for each code: whether it is known, and whether it was taken. */
  #known = new Int32Array(256)
  #taken = new Int32Array(256)

  add(codes: Int32Array): void {
    for (let i = 0; i < codes.length; i++) {
      const word = codes[i] >>> 5
      if (word >= this.#known.length) this.#grow(word)
      this.#known[word] |= 1 << (codes[i] & 31)
    }
  }

  /** Some at a time; rising, so that what is looked up for them lies side by side. */
  *take(): Generator<Int32Array> {
    let codes = new Int32Array(SLICE_TEXTS)
    let count = 0
    for (let word = 0; word < this.#known.length; word++) {
      let fresh = this.#known[word] & ~this.#taken[word]
      this.#taken[word] |= fresh
      for (; fresh !== 0; fresh &= fresh - 1) {
        codes[count++] = word * 32 + 31 - Math.clz32(fresh & -fresh)
        if (count < SLICE_TEXTS) continue
        yield codes
        codes = new Int32Array(SLICE_TEXTS)
        count = 0
      }
    }
    if (count > 0) yield codes.slice(0, count)
  }

  #grow(word: number): void {
    const size = Math.max(word + 1, this.#known.length * 2)
    const [known, taken] = [new Int32Array(size), new Int32Array(size)]
    known.set(this.#known)
    taken.set(this.#taken)
    this.#known = known
    this.#taken = taken
  }
}

/** Saved codes → codes of the dictionaries of now. */
export function codesOfNow(saved: TextsByField): CodeMap {
  const codesOfField = new Map<Dictionary, Int32Array>()
  return ({ dictionary }, codes) => {
    let now = codesOfField.get(dictionary)
    if (now === undefined) {
      now = tableOf(dictionary, saved.get(dictionary.name) ?? [])
      codesOfField.set(dictionary, now)
    }
    const found = new Int32Array(codes.length)
    for (let i = 0; i < codes.length; i++) found[i] = now[codes[i]]
    return found
  }
}

/** At each saved code that of now. */
function tableOf(dictionary: Dictionary, parts: readonly SavedTexts[]): Int32Array {
  let size = 0
  for (const { codes } of parts)
    for (let i = 0; i < codes.length; i++) size = Math.max(size, codes[i] + 1)
  const table = new Int32Array(size)
  for (const { codes, texts } of parts) {
    const now = dictionary.codesOf(texts)
    for (let i = 0; i < codes.length; i++) table[codes[i]] = now[i]
  }
  return table
}
