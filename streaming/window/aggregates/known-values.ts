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
  /** Since it was written anew, of values that were noted before. */
  #notedAgain = 0
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
    this.#makeRoomFor(codes.length)
    const [lastMs, own, startsMs] = [this.#lastMs, this.#codes, this.#startsMs]
    let noted = this.#noted
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]
      if (lastMs[code] >= startMs) continue
      if (lastMs[code] !== NEVER) this.#notedAgain++
      lastMs[code] = startMs
      own[noted] = code
      startsMs[noted++] = startMs
    }
    this.#noted = noted
    const useful = noted - this.#notedAgain - this.#forgottenCount
    if (noted > NOTED_MIN && noted > useful * NOTED_MAX) this.#writeAnew()
  }

  clear(): void {
    this.#lastMs.fill(NEVER)
    this.#codes = new Int32Array(NOTED_MIN)
    this.#startsMs = new Float64Array(NOTED_MIN)
    this.#noted = 0
    this.#generation++
    this.#notedAgain = 0
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

  /** What was saved keeps its arrays. */
  #makeRoomFor(more: number): void {
    this.#startsMs = roomFor(this.#noted + more, this.#startsMs)
    if (this.#startsMs.length === this.#codes.length) return
    const codes = new Int32Array(this.#startsMs.length)
    codes.set(this.#codes.subarray(0, this.#noted))
    this.#codes = codes
  }

  /** Each value that is still known once. What was saved before keeps its arrays. */
  #writeAnew(): void {
    const [codes, startsMs, lastMs] = [this.#codes, this.#startsMs, this.#lastMs]
    const ownCodes = new Int32Array(codes.length)
    const ownStartsMs = new Float64Array(startsMs.length)
    const sinceMs = this.#latestMs - this.#withinMs
    let noted = 0
    for (let i = 0; i < this.#noted; i++) {
      if (startsMs[i] < sinceMs || lastMs[codes[i]] !== startsMs[i]) continue
      ownCodes[noted] = codes[i]
      ownStartsMs[noted++] = startsMs[i]
    }
    this.#codes = ownCodes
    this.#startsMs = ownStartsMs
    this.#noted = noted
    this.#generation++
    this.#notedAgain = 0
  }

  /** Noted so long ago that it is not known any more: the first ones. */
  get #forgottenCount(): number {
    const sinceMs = this.#latestMs - this.#withinMs
    let [from, to] = [0, this.#noted]
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.#startsMs[middle] < sinceMs) from = middle + 1
      else to = middle
    }
    return from
  }

  #makeRoomForCodes(): void {
    const before = this.#lastMs.length
    const { size } = this.#column.dictionary
    if (size <= before) return
    this.#lastMs = roomFor(size - 1, this.#lastMs)
    this.#lastMs.fill(NEVER, before)
  }
}
