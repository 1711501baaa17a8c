// Distinct counts in bounded memory, with a standard error that is asked for; exact while there are few.
import { CodeTable } from '../../decode/code-table.ts'
import type { TextColumn } from '../../decode/columns.ts'
import { ABSENT } from '../../decode/dictionary.ts'
import type { AbsorbingSlots, Aggregate, AggregateState } from './aggregate.ts'
import { HyperLogLog, keyOf, registerBitsFor } from './hyper-log-log.ts'
import { Sketches } from './sketches.ts'

/** Number of different values, about; an absent value is none. */
export class ApproxDistinct implements Aggregate {
  readonly #sketches: Sketches<HyperLogLog>
  readonly #column: TextColumn
  readonly #keys: CodeTable
  readonly #least: number

  /** `countsAbsent`: code 0 is a value like any other, as in a field that is always there. */
  constructor(column: TextColumn, countsAbsent: boolean, error: number) {
    const bits = registerBitsFor(error)
    this.#sketches = new Sketches(() => new HyperLogLog(bits))
    this.#column = column
    this.#keys = new CodeTable(column.dictionary, keyOf)
    this.#least = countsAbsent ? ABSENT : ABSENT + 1
  }

  open(slot: number): void {
    this.#sketches.open(slot)
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    const { codes } = this.#column
    const keys = this.#keys.upToNow()
    const least = this.#least
    for (let i = 0; i < count; i++) {
      const code = codes[rows[i]]
      if (code >= least) this.#sketches.of(slots[i]).add(keys[code])
    }
  }

  result(slot: number): number {
    return this.#sketches.of(slot).estimate
  }

  close(startMs: number, slots: readonly number[]): void {
    this.#sketches.close(startMs, slots)
  }

  save(slots: Int32Array): AggregateState {
    return this.#sketches.save(slots)
  }

  absorb(state: AggregateState, into: AbsorbingSlots): void {
    this.#sketches.absorb(state, into)
  }
}
