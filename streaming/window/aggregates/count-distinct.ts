// Distinct counts that are exact: a set of (group, value) pairs per window.
import type { TextColumn } from '../../decode/columns.ts'
import { ABSENT } from '../../decode/dictionary.ts'
import { PairSet, type Pairs } from '../pair-set.ts'
import { Spares } from '../spares.ts'
import {
  type AbsorbingSlots,
  type Aggregate,
  type AggregateState,
  type CodeMap,
  ofShape,
  roomFor,
} from './aggregate.ts'

/** A set with room for more than so many times what it had is not used again, unless it is small. */
const ROOM_MAX = 8
const SMALL = 1024
const ABSORBED_AT_ONCE = 4096
const NO_PAIRS: Pairs = { left: new Int32Array(0), right: new Int32Array(0) }

/** Exact number of different values; an absent value is none. */
export class CountDistinct implements Aggregate {
  #counts = new Float64Array(256)
  readonly #setOfWindow = new Map<number, PairSet>()
  /** Empty. */
  readonly #spares = new Spares<PairSet>()
  /** As many pairs as the last window had: a new one need not grow to it. */
  #expected = 0
  /** Scratch: the pairs of a batch. */
  #left = new Int32Array(0)
  #right = new Int32Array(0)
  readonly #column: TextColumn
  readonly #countsAbsent: boolean

  /** `countsAbsent`: code 0 is a value like any other, as in a field that is always there. */
  constructor(column: TextColumn, countsAbsent: boolean) {
    this.#column = column
    this.#countsAbsent = countsAbsent
  }

  open(slot: number): void {
    this.#counts = roomFor(slot, this.#counts)
    this.#counts[slot] = 0
  }

  fold(rows: Int32Array, slots: Int32Array, count: number, startMs: number): void {
    const { codes } = this.#column
    const least = this.#countsAbsent ? ABSENT : ABSENT + 1
    if (count > this.#left.length) {
      this.#left = new Int32Array(rows.length)
      this.#right = new Int32Array(rows.length)
    }
    const [left, right] = [this.#left, this.#right]
    let there = 0
    for (let i = 0; i < count; i++) {
      const code = codes[rows[i]]
      left[there] = slots[i]
      right[there] = code
      there += code < least ? 0 : 1
    }
    this.#setAt(startMs).addEach(left, right, there, this.#counts)
  }

  result(slot: number): number {
    return this.#counts[slot]
  }

  /** Slots and codes of a window, to be read before anything is folded. */
  pairsOf(startMs: number): Pairs {
    return this.#setOfWindow.get(startMs)?.peek() ?? NO_PAIRS
  }

  close(startMs: number): void {
    const set = this.#setOfWindow.get(startMs)
    this.#expected = set?.size ?? 0
    if (set === undefined) return
    this.#setOfWindow.delete(startMs)
    if (set.capacity > Math.max(SMALL, this.#expected * ROOM_MAX)) return
    set.clear()
    this.#spares.keep(set)
  }

  save(_slots: Int32Array, startMs: number, toIds: CodeMap): AggregateState {
    const { left, right } = (this.#setOfWindow.get(startMs) ?? new PairSet()).pairs()
    return { shape: 'pairs', slots: left, ids: toIds(this.#column, right) }
  }

  absorb(state: AggregateState, { startMs, slotOf }: AbsorbingSlots, toCodes: CodeMap): void {
    const pairs = ofShape('pairs', state)
    const codes = toCodes(this.#column, pairs.ids)
    const set = this.#setAt(startMs, codes.length)
    // Block by block, so that many at once leave no memory behind.
    const slots = new Int32Array(Math.min(codes.length, ABSORBED_AT_ONCE))
    for (let from = 0; from < codes.length; from += slots.length) {
      const some = codes.subarray(from, from + slots.length)
      for (let i = 0; i < some.length; i++) slots[i] = slotOf[pairs.slots[from + i]]
      set.addEach(slots, some, some.length, this.#counts)
    }
  }

  /** `expected`: how many pairs it is going to have at least. */
  #setAt(startMs: number, expected = 0): PairSet {
    let set = this.#setOfWindow.get(startMs)
    if (set === undefined) {
      set = this.#spares.take() ?? new PairSet(Math.max(expected, this.#expected))
      this.#setOfWindow.set(startMs, set)
    }
    return set
  }
}
