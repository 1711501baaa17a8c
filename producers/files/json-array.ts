// Elements of one large JSON array, read as a stream: what lies between its commas, not parsed.
import { RefusedError } from '../../kit/errors.ts'
import { type RawRow, ROW_BYTES_MAX, withoutMark } from './lines.ts'

const [QUOTE, BACKSLASH, COMMA, OPEN, CLOSE, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}')

/** The elements, as many as a chunk has at a time; position 1 is the first. An array that ends early gives what it has. */
export async function* splitArray(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawRow[]> {
  const scan = new ArrayScanner()
  let isFirst = true
  for await (const chunk of chunks) {
    const rows = scan.push(isFirst ? withoutMark(chunk) : chunk)
    isFirst = false
    if (rows.length > 0) yield rows
  }
  const last = scan.end()
  if (last.length > 0) yield last
}

class ArrayScanner {
  #depth = 0
  #inString = false
  #isEscaped = false
  #position = 0
  #rest: Buffer[] = []
  #restBytes = 0

  push(chunk: Buffer): RawRow[] {
    const rows: RawRow[] = []
    let from = this.#depth > 0 ? 0 : -1
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false
        else if (byte === BACKSLASH) this.#isEscaped = true
        else if (byte === QUOTE) this.#inString = false
      } else if (byte === QUOTE) this.#inString = true
      else if (byte === OPEN || byte === OPEN_OBJECT) {
        if (this.#depth++ === 0) from = i + 1
      } else if (byte === CLOSE || byte === CLOSE_OBJECT) {
        if (this.#depth-- === 1) {
          this.#finish(rows, chunk.subarray(from, i))
          from = -1
        }
      } else if (byte === COMMA && this.#depth === 1) {
        this.#finish(rows, chunk.subarray(from, i))
        from = i + 1
      }
    }
    if (from !== -1 && from < chunk.length) this.#keep(chunk.subarray(from))
    return rows
  }

  /** What is left when the array is not closed. */
  end(): RawRow[] {
    const rows: RawRow[] = []
    this.#finish(rows, Buffer.alloc(0))
    return rows
  }

  #keep(piece: Buffer): void {
    this.#rest.push(piece)
    this.#restBytes += piece.length
    if (this.#restBytes > ROW_BYTES_MAX) {
      throw new RefusedError(
        `element ${this.#position + 1} of the JSON array is longer than ${ROW_BYTES_MAX >> 20} MiB: is a bracket or a quote missing?`,
      )
    }
  }

  #finish(rows: RawRow[], piece: Buffer): void {
    const whole = this.#rest.length === 0 ? piece : Buffer.concat([...this.#rest, piece])
    this.#rest = []
    this.#restBytes = 0
    const raw = trimmed(whole)
    if (raw.length > 0) rows.push({ position: ++this.#position, raw })
  }
}

const isSpace = (byte: number) => byte === 32 || byte === 10 || byte === 13 || byte === 9

function trimmed(bytes: Buffer): Buffer {
  let from = 0
  let to = bytes.length
  while (from < to && isSpace(bytes[from])) from++
  while (to > from && isSpace(bytes[to - 1])) to--
  return bytes.subarray(from, to)
}
