// Rows that are written one after the other and never again, in chunks of so many: what a checkpoint writes of them is what
// came since the one before. A row that is out of date is left behind; chunks that have many of these are given up, the
// earliest first, what is still of use in them being written again.
import { roomFor } from '../aggregates/aggregate.ts'

/** Of a chunk: a part of what is there, within these bounds. */
const ROWS_MIN = 64
const ROWS_MAX = 4096
const CHUNKS = 16
/** So many rows for each that is of use. */
const ROWS_PER_USE = 2
/** So many are looked at for each that is written, so that no checkpoint has to write everything again. */
const LOOKS_PER_ROW = 2

type Codes = Int32Array

export interface Chunk {
  readonly serial: number
  /** Rows before it. */
  readonly first: number
  readonly numbers: readonly Float64Array<ArrayBuffer>[]
  readonly codes: readonly Codes[]
  count: number
  /** Lists beside the rows. */
  readonly lists: readonly List[]
}

/** Numbers that are only added to. */
export class List {
  #numbers = new Float64Array(0)
  #count = 0

  add(number: number): void {
    this.#numbers = roomFor(this.#count, this.#numbers)
    this.#numbers[this.#count++] = number
  }

  get all(): Float64Array {
    return this.#numbers.subarray(0, this.#count)
  }
}

export class RowLog {
  readonly #numberColumns: number
  readonly #codeColumns: number
  readonly #lists: number
  #chunks: Chunk[] = []
  /** Rows and chunks that ever were. */
  #rows = 0
  #serial = 0

  constructor(columns: {
    readonly numbers: number
    readonly codes: number
    readonly lists: number
  }) {
    this.#numberColumns = columns.numbers
    this.#codeColumns = columns.codes
    this.#lists = columns.lists
  }

  /** The earliest first. */
  get chunks(): readonly Chunk[] {
    return this.#chunks
  }

  /** The number that the next row will have. */
  get next(): number {
    return this.#rows
  }

  /** The chunk that the next row goes to, at its `count`, which is to be raised by `wrote`. */
  open(): Chunk {
    const last = this.#chunks.at(-1)
    if (last !== undefined && last.count < last.numbers[0].length) return last
    const size = Math.ceil((this.#rows - (this.#chunks[0]?.first ?? this.#rows)) / CHUNKS)
    const rows = Math.min(ROWS_MAX, Math.max(ROWS_MIN, size))
    const chunk: Chunk = {
      serial: this.#serial++,
      first: this.#rows,
      numbers: Array.from({ length: this.#numberColumns }, () => new Float64Array(rows)),
      codes: Array.from({ length: this.#codeColumns }, () => new Int32Array(rows)),
      count: 0,
      lists: Array.from({ length: this.#lists }, () => new List()),
    }
    this.#chunks.push(chunk)
    return chunk
  }

  wrote(chunk: Chunk): void {
    chunk.count++
    this.#rows++
  }

  /** Gives up the earliest chunks while there are too many rows for so many that are of use; `fresh` are to be written. */
  *giveUp(inUse: number, fresh: number): Generator<Chunk> {
    let looks = fresh * LOOKS_PER_ROW + ROWS_MAX
    while (looks > 0 && this.#chunks.length > 1) {
      const [chunk] = this.#chunks
      if (this.#rows - chunk.first <= inUse * ROWS_PER_USE + ROWS_MIN) return
      this.#chunks.shift()
      looks -= chunk.count
      yield chunk
    }
  }

  /** Has from now on what another has, which has it no more. `recoded` leaves the codes of a column as they are. */
  moveFrom(before: RowLog, recoded: (codes: Codes, column: number) => Codes): void {
    this.#chunks = before.#chunks.map((chunk) => ({
      ...chunk,
      codes: chunk.codes.map(recoded),
    }))
    this.#rows = before.#rows
    this.#serial = before.#serial
  }

  clear(): void {
    this.#chunks = []
  }
}
