// Which values windows had that have closed, each until so long after the last: what the number of new ones is told from.
import type { TextColumn } from '../../decode/columns.ts'
import type { SideTable } from '../side-table.ts'
import { type CodeMap, roomFor } from './aggregate.ts'

/** What was noted is kept in the order in which it was, up to so many times what is known: then it is written anew. */
const NOTED_MAX = 2
const NOTED_MIN = 4096
const NEVER = Number.NEGATIVE_INFINITY

export class KnownValues {
  readonly #column: TextColumn
  readonly #withinMs: number
  /** By code, when the last window began that had it. */
  #lastMs = new Float64Array(0)
  /** Codes as they were noted, and when the window began: only added to, as a checkpoint writes what was added. */
  #codes = new Int32Array(NOTED_MIN)
  #startsMs = new Float64Array(NOTED_MIN)
  #noted = 0
  #generation = 0
  #notedMax = NOTED_MIN
  #latestMs = NEVER

  /** A value is forgotten when no window that began within so long before had it. */
  constructor(column: TextColumn, withinMs: number) {
    this.#column = column
    this.#withinMs = withinMs
  }

  /** Whether a window before the one that begins then had the value. */
  has(code: number, startMs: number): boolean {
    return code < this.#lastMs.length && this.#lastMs[code] >= startMs - this.#withinMs
  }

  /** A window that began then had these values; one may be named more than once. */
  note(codes: Int32Array, startMs: number): void {
    this.#makeRoomForCodes()
    this.#latestMs = Math.max(this.#latestMs, startMs)
    for (let i = 0; i < codes.length; i++) {
      if (this.#lastMs[codes[i]] >= startMs) continue
      this.#lastMs[codes[i]] = startMs
      this.#append(codes[i], startMs)
    }
    if (this.#noted > this.#notedMax) this.#writeAnew()
  }

  clear(): void {
    this.#lastMs.fill(NEVER)
    this.#codes = new Int32Array(NOTED_MIN)
    this.#startsMs = new Float64Array(NOTED_MIN)
    this.#noted = 0
    this.#generation++
    this.#notedMax = NOTED_MIN
    this.#latestMs = NEVER
  }

  save(toIds: CodeMap): SideTable {
    return {
      generation: this.#generation,
      numbers: [this.#startsMs.subarray(0, this.#noted)],
      codes: [toIds(this.#column, this.#codes.subarray(0, this.#noted))],
    }
  }

  absorb({ numbers, codes }: SideTable, toCodes: CodeMap): void {
    const [startsMs] = numbers
    const own = toCodes(this.#column, codes[0])
    for (let from = 0; from < own.length; ) {
      let to = from + 1
      while (to < own.length && startsMs[to] === startsMs[from]) to++
      this.note(own.subarray(from, to), startsMs[from])
      from = to
    }
  }

  #append(code: number, startMs: number): void {
    if (this.#noted === this.#codes.length) {
      const codes = new Int32Array(this.#noted * 2)
      codes.set(this.#codes)
      this.#codes = codes
    }
    this.#startsMs = roomFor(this.#noted, this.#startsMs)
    this.#codes[this.#noted] = code
    this.#startsMs[this.#noted++] = startMs
  }

  /** Each value that is still known once. What was saved before keeps its arrays. */
  #writeAnew(): void {
    const [codes, startsMs, noted] = [this.#codes, this.#startsMs, this.#noted]
    this.#codes = new Int32Array(codes.length)
    this.#startsMs = new Float64Array(startsMs.length)
    this.#noted = 0
    this.#generation++
    const sinceMs = this.#latestMs - this.#withinMs
    for (let i = 0; i < noted; i++)
      if (startsMs[i] >= sinceMs && this.#lastMs[codes[i]] === startsMs[i])
        this.#append(codes[i], startsMs[i])
    this.#notedMax = Math.max(NOTED_MIN, this.#noted * NOTED_MAX)
  }

  #makeRoomForCodes(): void {
    const before = this.#lastMs.length
    const { size } = this.#column.dictionary
    if (size <= before) return
    this.#lastMs = roomFor(size - 1, this.#lastMs)
    this.#lastMs.fill(NEVER, before)
  }
}
