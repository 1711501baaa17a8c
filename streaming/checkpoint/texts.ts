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
const SLICE_TEXTS = 1 << 14

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
      const all = known.take()
      const parts: SavedTexts[] = []
      for (let from = 0; from < all.length; from += SLICE_TEXTS) {
        const codes = all.subarray(from, from + SLICE_TEXTS)
        parts.push({ codes, texts: dictionary.textsOf(codes) })
        if (all.length > SLICE_TEXTS) yield
      }
      byField.set(dictionary.name, parts)
    }
    return byField
  }
}

/** Those of one dictionary. */
class KnownCodes {
  /** A bit for each code. */
  #bits = new Uint8Array(1024)
  #fresh: number[] = []

  add(codes: Int32Array): void {
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]
      const at = code >>> 3
      const bit = 1 << (code & 7)
      if (at >= this.#bits.length) this.#grow(at)
      if ((this.#bits[at] & bit) !== 0) continue
      this.#bits[at] |= bit
      this.#fresh.push(code)
    }
  }

  take(): Int32Array {
    const codes = Int32Array.from(this.#fresh)
    this.#fresh = []
    return codes
  }

  #grow(at: number): void {
    const bits = new Uint8Array(Math.max(at + 1, this.#bits.length * 2))
    bits.set(this.#bits)
    this.#bits = bits
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
