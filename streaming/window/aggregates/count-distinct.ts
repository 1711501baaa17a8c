// Distinct counts that are exact: a set of (group, value) pairs per window.
import type { TextColumn } from '../../decode/columns.ts'
import { ABSENT } from '../../decode/dictionary.ts'
import { PairSet } from '../pair-set.ts'
import { type Aggregate, type AggregateState, type CodeMap, roomFor } from './aggregate.ts'

/** Exact number of different values; an absent value is none. */
export class CountDistinct implements Aggregate {
  #counts = new Float64Array(256)
  /** The set of (slot, value) pairs of each slot's window. */
  readonly #setOfSlot: PairSet[] = []
  readonly #setOfWindow = new Map<number, PairSet>()
  readonly #column: TextColumn
  readonly #countsAbsent: boolean

  /** `countsAbsent`: code 0 is a value like any other, as in a field that is always there. */
  constructor(column: TextColumn, countsAbsent: boolean) {
    this.#column = column
    this.#countsAbsent = countsAbsent
  }

  open(slot: number, startMs: number): void {
    this.#counts = roomFor(slot, this.#counts)
    this.#counts[slot] = 0
    let set = this.#setOfWindow.get(startMs)
    if (set === undefined) {
      set = new PairSet()
      this.#setOfWindow.set(startMs, set)
    }
    this.#setOfSlot[slot] = set
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    const { codes } = this.#column
    for (let i = 0; i < count; i++) {
      const code = codes[rows[i]]
      if (code !== ABSENT || this.#countsAbsent) this.#add(slots[i], code)
    }
  }

  #add(slot: number, code: number): void {
    if (this.#setOfSlot[slot].add(slot, code)) this.#counts[slot]++
  }

  result(slot: number): number {
    return this.#counts[slot]
  }

  close(startMs: number): void {
    this.#setOfWindow.delete(startMs)
  }

  save(_slots: Int32Array, startMs: number, toIds: CodeMap): AggregateState {
    const { left, right } = (this.#setOfWindow.get(startMs) ?? new PairSet()).pairs()
    return { kind: 'countDistinct', slots: left, ids: toIds(this.#column, right) }
  }

  absorb(state: AggregateState, _slots: Int32Array, slotOf: Int32Array, toCodes: CodeMap): void {
    if (state.kind !== 'countDistinct') {
      throw new Error(`expected the state of a distinct count, got ${state.kind}`)
    }
    const codes = toCodes(this.#column, state.ids)
    for (let i = 0; i < codes.length; i++) this.#add(slotOf[state.slots[i]], codes[i])
  }
}
