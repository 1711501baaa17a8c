// The texts of a dictionary, 16 bytes each, in the order of their codes: short ones whole, of long ones where they are.
// Rows rest in chunks that are never moved: growing to millions of texts neither pauses nor needs room twice.
import { HEAD_WORDS, type Heads, LENGTH_SHIFT, LENGTH_WORD, LONG, MARK_WORD } from './head.ts'
import { LongTexts, NO_TEXT } from './long-texts.ts'
import { BLOCK_MAX, NO_ROW, ROWS } from './text-index.ts'

const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT
/** Instead of the code of a text that has none. */
export const UNSEEN = NO_ROW - 1
const ROW_WORDS = HEAD_WORDS
/** Rows of a chunk: 1 MiB. */
const CHUNK_BITS = 16
const CHUNK_ROWS = 1 << CHUNK_BITS
const CHUNK_MASK = CHUNK_ROWS - 1

/** Of no meaning: what is read for nothing would be left out. */
const WARMED = new Int32Array(1)
/** Scratch: of a block, the long texts' heads and where those that may be the same begin. */
const LONG_HEADS = new Int32Array(BLOCK_MAX)
const LONG_TEXTS = new Int32Array(BLOCK_MAX)

export class TextRows {
  /** Heads of texts, where a long one begins in `#long`. The first is small, as most dictionaries are. */
  readonly #words: Int32Array[] = [new Int32Array(64 * HEAD_WORDS)]
  readonly #bytes: Uint8Array[] = [new Uint8Array(this.#words[0].buffer)]
  readonly #long = new LongTexts()
  /** A row is one more than its code. The first is no text's: no head is like it. */
  #end = 1

  constructor() {
    this.#words[0].fill(-1, 0, HEAD_WORDS)
  }

  get count(): number {
    return this.#end - 1
  }

  /** Whether the row is of the text with head `i`. */
  isAt(row: number, heads: Heads, i: number): boolean {
    const words = this.#words[row >>> CHUNK_BITS]
    const at = (row & CHUNK_MASK) * HEAD_WORDS
    const one = heads.words
    const other = i * HEAD_WORDS
    if (words[at + 3] !== one[other + 3] || words[at + 1] !== one[other + 1]) return false
    if (words[at + 2] !== one[other + 2]) return false
    if (one[other + MARK_WORD] !== LONG) return words[at] === one[other]
    return this.#long.isAt(words[at], heads.bytes, one[other], one[other + LENGTH_WORD])
  }

  /** Rows `codes[row + from..)` become the codes of the heads `from` to `to`, UNSEEN where a row has another text. */
  codesAt(heads: Heads, from: number, to: number, codes: Int32Array, row: number): void {
    const chunks = this.#words
    const { words } = heads
    // First all that is needed is fetched, many at the same time; then nothing waits.
    let warmed = 0
    for (let i = 0; i < to - from; i += 4) {
      const one = ROWS[i]
      const two = ROWS[i + 1]
      const three = ROWS[i + 2]
      const four = ROWS[i + 3]
      warmed ^= chunks[one >>> CHUNK_BITS][(one & CHUNK_MASK) << 2]
      warmed ^= chunks[two >>> CHUNK_BITS][(two & CHUNK_MASK) << 2]
      warmed ^= chunks[three >>> CHUNK_BITS][(three & CHUNK_MASK) << 2]
      warmed ^= chunks[four >>> CHUNK_BITS][(four & CHUNK_MASK) << 2]
    }
    WARMED[0] = warmed
    let longs = 0
    for (let i = from; i < to; i++) {
      const own = ROWS[i - from]
      const chunk = chunks[own >>> CHUNK_BITS]
      const at = (own & CHUNK_MASK) * ROW_WORDS
      const head = i * HEAD_WORDS
      const mark = words[head + MARK_WORD]
      const differing =
        (chunk[at + 1] ^ words[head + 1]) |
        (chunk[at + 2] ^ words[head + 2]) |
        (chunk[at + 3] ^ mark)
      if (mark === LONG) {
        LONG_HEADS[longs] = i
        LONG_TEXTS[longs++] = differing === 0 ? chunk[at] : NO_TEXT
      }
      codes[row + i] =
        mark === LONG || (differing | (chunk[at] ^ words[head])) === 0 ? own - 1 : UNSEEN
    }
    if (longs > 0) this.#dropOtherLongs(heads, longs, codes, row)
  }

  /** Of the first so many LONG_HEADS, those whose text is not that of LONG_TEXTS have no row in `codes`. */
  #dropOtherLongs({ words, bytes }: Heads, count: number, codes: Int32Array, row: number): void {
    this.#long.warm(LONG_TEXTS, count)
    for (let n = 0; n < count; n++) {
      const i = LONG_HEADS[n]
      const text = LONG_TEXTS[n]
      const head = i * HEAD_WORDS
      const isIt =
        text !== NO_TEXT && this.#long.isAt(text, bytes, words[head], words[head + LENGTH_WORD])
      if (!isIt) codes[row + i] = UNSEEN
    }
  }

  /** A row for the text with head `i`; answers which. */
  add(heads: Heads, i: number): number {
    const row = this.#end++
    const chunk = row >>> CHUNK_BITS
    const at = (row & CHUNK_MASK) * HEAD_WORDS
    if (!(at < this.#words[chunk]?.length)) this.#makeRoom(chunk)
    const words = this.#words[chunk]
    const { words: from, bytes } = heads
    const head = i * HEAD_WORDS
    for (let word = 0; word < HEAD_WORDS; word++) words[at + word] = from[head + word]
    if (from[head + MARK_WORD] === LONG)
      words[at] = this.#long.add(bytes, from[head], from[head + LENGTH_WORD])
    return row
  }

  lengthOf(code: number): number {
    const row = code + 1
    const words = this.#words[row >>> CHUNK_BITS]
    const at = (row & CHUNK_MASK) * HEAD_WORDS
    const mark = words[at + MARK_WORD]
    return mark === LONG ? words[at + LENGTH_WORD] : mark >>> LENGTH_SHIFT
  }

  textOf(code: number): string {
    const bytes = new Uint8Array(this.lengthOf(code))
    this.copy(code, bytes, 0)
    return Buffer.from(bytes.buffer).toString('utf8')
  }

  /** Copies the bytes of a text to `to[at..)`. */
  copy(code: number, to: Uint8Array, at: number): void {
    const row = code + 1
    const chunk = row >>> CHUNK_BITS
    const words = this.#words[chunk]
    const first = (row & CHUNK_MASK) * HEAD_WORDS
    const mark = words[first + MARK_WORD]
    if (mark === LONG) {
      this.#long.copy(words[first], words[first + LENGTH_WORD], to, at)
      return
    }
    const bytes = this.#bytes[chunk]
    const from = first * WORD_BYTES
    const length = mark >>> LENGTH_SHIFT
    for (let i = 0; i < length; i++) to[at + i] = bytes[from + i]
  }

  #makeRoom(chunk: number): void {
    const before = this.#words[chunk] ?? new Int32Array(0)
    const rows = chunk === 0 ? (before.length / HEAD_WORDS) * 2 : CHUNK_ROWS
    const words = new Int32Array(rows * HEAD_WORDS)
    words.set(before)
    this.#words[chunk] = words
    this.#bytes[chunk] = new Uint8Array(words.buffer)
  }
}
