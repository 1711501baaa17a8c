// Texts that do not fit into a head, one after the other. They rest in chunks that are never moved: growing to millions of
// texts neither pauses nor needs room twice.
import { HEAD_TEXT_MAX } from './assembly/layout.ts'

const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT
/** Words of a chunk: 1 MiB. A text begins at a word, counted through all chunks. */
const CHUNK_BITS = 18
const CHUNK_WORDS = 1 << CHUNK_BITS
const CHUNK_MASK = CHUNK_WORDS - 1

/** Where no text begins. */
export const NO_TEXT = 0

/** Of no meaning: what is read for nothing would be left out. */
const WARMED = new Int32Array(1)

export class LongTexts {
  /** The first is small, as most dictionaries are. A text that is larger than a chunk has a larger one, and its places. */
  readonly #words: Int32Array[] = [new Int32Array(HEAD_TEXT_MAX + 1)]
  readonly #bytes: Uint8Array[] = [new Uint8Array(this.#words[0].buffer)]
  #next = NO_TEXT + 1

  /** Fetches the beginnings of so many texts, many at the same time. */
  warm(texts: Int32Array, count: number): void {
    const chunks = this.#words
    let warmed = 0
    for (let n = 0; n < count; n++) warmed ^= chunks[texts[n] >>> CHUNK_BITS][texts[n] & CHUNK_MASK]
    WARMED[0] = warmed
  }

  /** Whether the text that begins at `text`, of the same length, is `bytes[start..start + length)`. */
  isAt(text: number, bytes: DataView, start: number, length: number): boolean {
    const words = this.#words[text >>> CHUNK_BITS]
    const end = start + length
    let at = text & CHUNK_MASK
    let from = start
    for (; from + WORD_BYTES <= end; from += WORD_BYTES)
      if (words[at++] !== bytes.getInt32(from, true)) return false
    // The last word once more, as far as it goes: a long text has more than one.
    if (from === end) return true
    const rest = end - from
    return words[at] === bytes.getInt32(end - WORD_BYTES, true) >>> ((WORD_BYTES - rest) * 8)
  }

  /** Adds `bytes[start..start + length)`; answers where it begins. */
  add(bytes: DataView, start: number, length: number): number {
    const text = this.#room(Math.ceil(length / WORD_BYTES))
    const own = this.#bytes[text >>> CHUNK_BITS]
    const at = (text & CHUNK_MASK) * WORD_BYTES
    own.set(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length), at)
    return text
  }

  /** Copies a text of `length` bytes to `to[at..)`. */
  copy(text: number, length: number, to: Uint8Array, at: number): void {
    const from = (text & CHUNK_MASK) * WORD_BYTES
    to.set(this.#bytes[text >>> CHUNK_BITS].subarray(from, from + length), at)
  }

  /** Where a text of so many words goes. */
  #room(words: number): number {
    const chunk = this.#next >>> CHUNK_BITS
    const at = this.#next & CHUNK_MASK
    const end = at + words
    const own = this.#words[chunk]
    if (own !== undefined && end <= own.length) {
      this.#next += words
      return this.#next - words
    }
    if (chunk === 0 && end <= CHUNK_WORDS) {
      const larger = new Int32Array(Math.min(CHUNK_WORDS, Math.max(own.length * 2, end)))
      larger.set(own)
      this.#put(0, larger)
      return this.#room(words)
    }
    const next = at === 0 ? chunk : chunk + 1
    this.#put(next, new Int32Array(Math.max(CHUNK_WORDS, words)))
    const text = next << CHUNK_BITS
    this.#next = text + words
    return text
  }

  #put(chunk: number, words: Int32Array): void {
    this.#words[chunk] = words
    this.#bytes[chunk] = new Uint8Array(words.buffer)
  }
}
