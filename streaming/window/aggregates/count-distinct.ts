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

  save(slots: readonly number[], startMs: number, toId: CodeMap): AggregateState {
    const groupOf = new Map(slots.map((slot, group) => [slot, group]))
    const set = this.#setOfWindow.get(startMs) ?? new PairSet()
    const groups = new Int32Array(set.size)
    const ids = new Int32Array(set.size)
    let at = 0
    set.forEach((slot, code) => {
      groups[at] = groupOf.get(slot) ?? 0
      ids[at++] = toId(this.#column, code)
    })
    return { kind: 'countDistinct', groups, ids }
  }

  load(state: AggregateState, slots: readonly number[], _startMs: number, toCode: CodeMap): void {
    if (state.kind !== 'countDistinct') {
      throw new Error(`expected the state of a distinct count, got ${state.kind}`)
    }
    for (let i = 0; i < state.groups.length; i++) {
      this.#add(slots[state.groups[i]], toCode(this.#column, state.ids[i]))
    }
  }
}
