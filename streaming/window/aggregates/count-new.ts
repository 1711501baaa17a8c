// Counts of values that no window before had.
import type { TextColumn } from '../../decode/columns.ts'
import type { SideTable } from '../side-table.ts'
import {
  type AbsorbingSlots,
  type Aggregate,
  type AggregateState,
  type CodeMap,
  type FoldAcrossWindows,
  roomFor,
} from './aggregate.ts'
import { CountDistinct } from './count-distinct.ts'
import { KnownValues } from './known-values.ts'

/** Exact number of different values that none of the metric's windows had that began within so long before. */
export class CountNew implements Aggregate, FoldAcrossWindows {
  readonly #distinct: CountDistinct
  readonly #known: KnownValues
  readonly #withinMs: number
  /** By slot, as told last. */
  #counts = new Float64Array(256)
  /** Open windows that were told of since one closed, the earliest first: those after it do not count what it has. */
  #told: number[] = []

  constructor(column: TextColumn, countsAbsent: boolean, withinMs: number) {
    this.#distinct = new CountDistinct(column, countsAbsent)
    this.#known = new KnownValues(column, withinMs)
    this.#withinMs = withinMs
  }

  open(slot: number): void {
    this.#distinct.open(slot)
    this.#counts = roomFor(slot, this.#counts)
    this.#counts[slot] = 0
  }

  fold(rows: Int32Array, slots: Int32Array, count: number, startMs: number): void {
    this.#distinct.fold(rows, slots, count, startMs)
  }

  tell(startMs: number, slots: readonly number[], isClosing: boolean): void {
    const { left, right } = this.#distinct.pairsOf(startMs)
    for (const slot of slots) this.#counts[slot] = 0
    const earlier = isClosing ? undefined : this.#valuesBefore(startMs)
    for (let i = 0; i < left.length; i++)
      if (!this.#known.has(right[i], startMs) && earlier?.has(right[i]) !== true)
        this.#counts[left[i]]++
    if (isClosing) {
      this.#told = []
      this.#known.note(right, startMs)
    } else this.#told.push(startMs)
  }

  result(slot: number): number {
    return this.#counts[slot]
  }

  close(startMs: number): void {
    this.#distinct.close(startMs)
  }

  save(slots: Int32Array, startMs: number, toIds: CodeMap): AggregateState {
    return this.#distinct.save(slots, startMs, toIds)
  }

  absorb(state: AggregateState, into: AbsorbingSlots, toCodes: CodeMap): void {
    this.#distinct.absorb(state, into, toCodes)
  }

  saveBeside(toIds: CodeMap): SideTable {
    return this.#known.save(toIds)
  }

  absorbBeside(table: SideTable, toCodes: CodeMap): void {
    this.#known.absorb(table, toCodes)
  }

  forgetBeside(): void {
    this.#known.clear()
  }

  /** Of windows that are open as well. They are told of in their order, each time all of them. */
  #valuesBefore(startMs: number): ReadonlySet<number> {
    this.#told = this.#told.filter((before) => before < startMs)
    const values = new Set<number>()
    for (const before of this.#told)
      if (before >= startMs - this.#withinMs)
        for (const code of this.#distinct.pairsOf(before).right) values.add(code)
    return values
  }
}
