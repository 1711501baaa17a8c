// A text in 16 bytes: a short one is in it whole, so that it is found and compared without a look elsewhere; of a long one
// it tells where it is. The same as the compiled short way makes; see HEAD in assembly/layout.ts.
import { HEAD_BYTES, HEAD_LENGTH, HEAD_LONG, HEAD_MARK, HEAD_TEXT_MAX } from './assembly/layout.ts'
import { hash32, hashOfWords } from './hash.ts'

export const HEAD_WORDS = HEAD_BYTES / Int32Array.BYTES_PER_ELEMENT
/** Words of a long text's head after the first, which tells where it begins. */
export const LENGTH_WORD = HEAD_LENGTH / Int32Array.BYTES_PER_ELEMENT
export const MARK_WORD = HEAD_MARK / Int32Array.BYTES_PER_ELEMENT
export const LONG = HEAD_LONG | 0
/** Of a short text's mark. */
export const LENGTH_SHIFT = 24

/** Heads side by side, and the bytes in which their long texts begin. */
export interface Heads {
  readonly words: Int32Array
  readonly bytes: DataView
}

/** The bytes of the text with head `i`. */
export function bytesOfHead({ words, bytes }: Heads, i: number): Buffer {
  const head = i * HEAD_WORDS
  const mark = words[head + MARK_WORD]
  return mark === LONG
    ? Buffer.from(bytes.buffer, bytes.byteOffset + words[head], words[head + LENGTH_WORD])
    : Buffer.from(words.buffer, words.byteOffset + head * 4, mark >>> LENGTH_SHIFT)
}

/** Writes the head of a short text, which is `bytes[start..end)`. */
export function writeHead(bytes: Uint8Array, start: number, end: number, head: Uint8Array): void {
  const length = end - start
  for (let i = 0; i < length; i++) head[i] = bytes[start + i]
  for (let i = length; i < HEAD_TEXT_MAX; i++) head[i] = 0
  head[HEAD_TEXT_MAX] = length
}

/** The head and the hash of one text after the other. */
export class HeadWriter {
  readonly #own = new Uint8Array(HEAD_BYTES)
  readonly #words = new Int32Array(this.#own.buffer)
  hash = 0

  /** Of `bytes[start..end)`; it holds until the next. `view`: of the same bytes. */
  write(bytes: Uint8Array, view: DataView, start: number, end: number): Heads {
    const length = end - start
    const words = this.#words
    if (length > HEAD_TEXT_MAX) {
      words[0] = start
      words[LENGTH_WORD] = length
      words[2] = 0
      words[MARK_WORD] = LONG
      this.hash = hash32(bytes, start, end)
    } else {
      writeHead(bytes, start, end, this.#own)
      this.hash = hashOfWords(words[0], words[1], words[2], words[3])
    }
    return { words, bytes: view }
  }
}
