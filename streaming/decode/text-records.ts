// The texts of a dictionary, each with its hash and code in one record, so that a lookup touches one place in memory.
// Records rest in chunks that are never moved: growing to millions of texts neither pauses nor needs room twice.

import { PLACE_BYTES } from './assembly/layout.ts'

/** A place: where a text starts, its length, its hash, its code; see assembly/layout.ts. */
export const PLACE_WORDS = PLACE_BYTES / Int32Array.BYTES_PER_ELEMENT

/** Records that are looked at together, at most. */
export const BLOCK_MAX = 128

export const NO_RECORD = 0
/** Instead of the code of a text that has none. */
export const UNSEEN = -1

/** Of a record, before its bytes: code, length in bytes. */
const HEADER_WORDS = 2
const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT
/** Words of a chunk: 1 MiB. A record is the number of its first word, counted through all chunks. */
const CHUNK_BITS = 18
const CHUNK_WORDS = 1 << CHUNK_BITS
const CHUNK_MASK = CHUNK_WORDS - 1

export class TextRecords {
  /** The first is small, as most dictionaries are. A text that is larger than a chunk has a larger one, and its places. */
  readonly #words: Int32Array[] = [new Int32Array(1024)]
  readonly #bytes: Uint8Array[] = [new Uint8Array(this.#words[0].buffer)]
  readonly #lengths = new Int32Array(BLOCK_MAX)
  /** By code. */
  #records = new Int32Array(128)
  #count = 0
  #next = NO_RECORD + 1

  get count(): number {
    return this.#count
  }

  recordOf(code: number): number {
    return this.#records[code]
  }

  codeAt(record: number): number {
    return this.#words[record >>> CHUNK_BITS][record & CHUNK_MASK]
  }

  /** Whether the text of the record is `bytes[start..end)`. */
  isAt(record: number, bytes: DataView, start: number, end: number): boolean {
    const words = this.#words[record >>> CHUNK_BITS]
    let at = record & CHUNK_MASK
    const length = end - start
    if (words[at + 1] !== length) return false
    at += HEADER_WORDS
    let from = start
    for (; from + WORD_BYTES <= end; from += WORD_BYTES)
      if (words[at++] !== bytes.getInt32(from, true)) return false
    return from === end || words[at] === lastWord(bytes, from, end)
  }

  /**
   * Records `codes[row + from..)`, one for each place, become codes: UNSEEN where the text at the place is another, 0 where
   * there is none. Three bytes after each text must be there.
   */
  codesAt(
    memory: DataView,
    places: Int32Array,
    from: number,
    to: number,
    codes: Int32Array,
    row: number,
  ): void {
    const chunks = this.#words
    const lengths = this.#lengths
    for (let i = from; i < to; i++) {
      const record = codes[row + i]
      lengths[i - from] = chunks[record >>> CHUNK_BITS][(record & CHUNK_MASK) + 1]
    }
    for (let i = from; i < to; i++) {
      const place = i * PLACE_WORDS
      if (places[place + 3] === 0) {
        codes[row + i] = 0
        continue
      }
      const record = codes[row + i]
      const words = chunks[record >>> CHUNK_BITS]
      let at = (record & CHUNK_MASK) + HEADER_WORDS
      let start = places[place]
      const length = places[place + 1]
      const end = start + length
      let differing = (length ^ lengths[i - from]) | (record === NO_RECORD ? 1 : 0)
      for (; start + WORD_BYTES <= end && differing === 0; start += WORD_BYTES)
        differing = words[at++] ^ memory.getInt32(start, true)
      if (start < end && differing === 0)
        differing = words[at] ^ (memory.getInt32(start, true) & ((1 << ((end - start) * 8)) - 1))
      codes[row + i] = differing === 0 ? words[record & CHUNK_MASK] : UNSEEN
    }
  }

  /** A new record, whose code is the count so far. */
  add(bytes: DataView, start: number, end: number): number {
    const record = this.#room(HEADER_WORDS + Math.ceil((end - start) / WORD_BYTES))
    const chunk = record >>> CHUNK_BITS
    const words = this.#words[chunk]
    const at = record & CHUNK_MASK
    words[at] = this.#count
    words[at + 1] = end - start
    const own = this.#bytes[chunk]
    let to = (at + HEADER_WORDS) * WORD_BYTES
    for (let from = start; from < end; from++) own[to++] = bytes.getUint8(from)
    if (this.#count === this.#records.length) {
      const records = new Int32Array(this.#count * 2)
      records.set(this.#records)
      this.#records = records
    }
    this.#records[this.#count++] = record
    return record
  }

  lengthOf(code: number): number {
    const record = this.#records[code]
    return this.#words[record >>> CHUNK_BITS][(record & CHUNK_MASK) + 1]
  }

  textOf(code: number): string {
    const bytes = new Uint8Array(this.lengthOf(code))
    this.copy(code, bytes, 0)
    return Buffer.from(bytes.buffer).toString('utf8')
  }

  /** Copies the bytes of a text to `to[at..)`. */
  copy(code: number, to: Uint8Array, at: number): void {
    const record = this.#records[code]
    const chunk = record >>> CHUNK_BITS
    const own = this.#bytes[chunk]
    const from = ((record & CHUNK_MASK) + HEADER_WORDS) * WORD_BYTES
    const end = from + this.#words[chunk][(record & CHUNK_MASK) + 1]
    for (let i = from, out = at; i < end; i++) to[out++] = own[i]
  }

  /** Where a record of so many words goes. */
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
    const record = next << CHUNK_BITS
    this.#next = record + words
    return record
  }

  #put(chunk: number, words: Int32Array): void {
    this.#words[chunk] = words
    this.#bytes[chunk] = new Uint8Array(words.buffer)
  }
}

/** The one to three bytes before `end`, as the word that they begin. */
function lastWord(bytes: DataView, from: number, end: number): number {
  let word = 0
  for (let i = from; i < end; i++) word |= bytes.getUint8(i) << ((i - from) * 8)
  return word
}
