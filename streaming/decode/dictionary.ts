// Strings as small numbers, so that columns, keys and sets hold integers. Strings are kept as UTF-8, so that they can be
// looked up straight from a record's bytes.
import { UNKNOWN } from '../../data/point.ts'

/** The code of a value that is absent; its text is `unknown`. */
export const ABSENT = 0

const EMPTY = -1

/** One step of the hash of a string's bytes (FNV-1a); start with `HASH_START`. */
export const hashStep = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193)
export const HASH_START = 0x811c9dc5 | 0

/** Strings side by side, as UTF-8: string i is bytes[ends[i - 1] .. ends[i]). */
export interface Texts {
  readonly bytes: Uint8Array
  readonly ends: Int32Array
}

/** Gives each string a code, counted up from 1; the same string always has the same code. 0 is the absent value. */
export class Dictionary {
  /** The field whose values these are. */
  readonly name: string
  /** Open addressing: code or EMPTY, then the string's hash, at twice the place that the hash tells. */
  #table = new Int32Array(2 * 256).fill(EMPTY)
  /** Bytes of code c are #bytes[#ends[c - 1] .. #ends[c]). */
  #ends = new Int32Array(128)
  #bytes = new Uint8Array(2048)
  #size = 0
  /** Texts that were asked for. */
  readonly #texts: (string | undefined)[] = []

  constructor(name: string) {
    this.name = name
    this.codeOf(UNKNOWN)
  }

  get size(): number {
    return this.#size
  }

  /** The code of `text`, a new one when it was never seen. */
  codeOf(text: string): number {
    const bytes = Buffer.from(text, 'utf8')
    let hash = HASH_START
    for (let i = 0; i < bytes.length; i++) hash = hashStep(hash, bytes[i])
    return this.codeOfBytes(bytes, 0, bytes.length, hash)
  }

  /** The code of the string whose UTF-8 is `bytes[start..end)` and whose hash is `hash`, a new one when never seen. */
  codeOfBytes(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const at = this.#placeOf(bytes, start, end, hash)
    const code = this.#table[at]
    return code === EMPTY ? this.#add(bytes, start, end, hash, at) : code
  }

  /** Whether the string was seen before; the text of the absent value never is. */
  hasBytes(bytes: Uint8Array, start: number, end: number, hash: number): boolean {
    return this.#table[this.#placeOf(bytes, start, end, hash)] > ABSENT
  }

  textOf(code: number): string {
    const known = this.#texts[code]
    if (known !== undefined) return known
    const start = this.#startOf(code)
    const text = Buffer.from(this.#bytes.buffer, start, this.#ends[code] - start).toString('utf8')
    this.#texts[code] = text
    return text
  }

  /** The strings of these codes as bytes, one after the other. */
  textsOf(codes: Int32Array): Texts {
    const ends = new Int32Array(codes.length)
    let sizeBytes = 0
    for (let i = 0; i < codes.length; i++) {
      sizeBytes += this.#ends[codes[i]] - this.#startOf(codes[i])
      ends[i] = sizeBytes
    }
    const bytes = new Uint8Array(sizeBytes)
    let to = 0
    for (let i = 0; i < codes.length; i++) {
      const end = this.#ends[codes[i]]
      for (let from = this.#startOf(codes[i]); from < end; from++) bytes[to++] = this.#bytes[from]
    }
    return { bytes, ends }
  }

  /** The codes of strings, new ones where they were never seen. */
  codesOf({ bytes, ends }: Texts): Int32Array<ArrayBuffer> {
    const codes = new Int32Array(ends.length)
    let start = 0
    for (let i = 0; i < ends.length; i++) {
      let hash = HASH_START
      for (let at = start; at < ends[i]; at++) hash = hashStep(hash, bytes[at])
      codes[i] = this.codeOfBytes(bytes, start, ends[i], hash)
      start = ends[i]
    }
    return codes
  }

  /** Where in the table the string is, or belongs. */
  #placeOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const table = this.#table
    const mask = table.length - 2
    let at = placeIn(mask, hash)
    for (let code = table[at]; code !== EMPTY; code = table[at]) {
      if (table[at + 1] === hash && this.#isAt(code, bytes, start, end)) break
      at = (at + 2) & mask
    }
    return at
  }

  #startOf(code: number): number {
    return code === 0 ? 0 : this.#ends[code - 1]
  }

  #isAt(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const own = this.#startOf(code)
    const ownBytes = this.#bytes
    const length = end - start
    if (this.#ends[code] - own !== length) return false
    for (let i = 0; i < length; i++) if (ownBytes[own + i] !== bytes[start + i]) return false
    return true
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, at: number): number {
    const code = this.#size++
    const from = this.#startOf(code)
    const to = from + end - start
    if (to > this.#bytes.length)
      this.#bytes = longer(this.#bytes, new Uint8Array(Math.max(to, this.#bytes.length * 2)))
    for (let i = start, out = from; i < end; i++) this.#bytes[out++] = bytes[i]
    if (code === this.#ends.length) this.#ends = longer(this.#ends, new Int32Array(code * 2))
    this.#ends[code] = to
    this.#table[at] = code
    this.#table[at + 1] = hash
    if (this.#size * 4 > this.#table.length) this.#rehash()
    return code
  }

  #rehash(): void {
    const from = this.#table
    const table = new Int32Array(from.length * 2).fill(EMPTY)
    const mask = table.length - 2
    for (let old = 0; old < from.length; old += 2) {
      if (from[old] === EMPTY) continue
      let at = placeIn(mask, from[old + 1])
      while (table[at] !== EMPTY) at = (at + 2) & mask
      table[at] = from[old]
      table[at + 1] = from[old + 1]
    }
    this.#table = table
  }
}

/** Where the search for a hash begins. */
const placeIn = (mask: number, hash: number): number => ((hash ^ (hash >>> 15)) << 1) & mask

function longer<T extends Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(from: T, to: T): T {
  to.set(from)
  return to
}
