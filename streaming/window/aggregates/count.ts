// Counts of events.
import type { Predicate } from '../predicate.ts'
import { type Aggregate, type AggregateState, gather, roomFor } from './aggregate.ts'

/** Number of events, or of those that satisfy `where`. */
export class Count implements Aggregate {
  #counts = new Float64Array(256)
  readonly #where: Predicate | undefined

  constructor(where: Predicate | undefined) {
    this.#where = where
  }

  open(slot: number): void {
    this.#counts = roomFor(slot, this.#counts)
    this.#counts[slot] = 0
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    const counts = this.#counts
    const where = this.#where
    if (where === undefined) for (let i = 0; i < count; i++) counts[slots[i]]++
    else for (let i = 0; i < count; i++) if (where(rows[i])) counts[slots[i]]++
  }

  result(slot: number): number {
    return this.#counts[slot]
  }

  close(): void {}

  save(slots: Int32Array): AggregateState {
    return { kind: 'count', counts: gather(this.#counts, slots) }
  }

  absorb(state: AggregateState, slots: Int32Array): void {
    if (state.kind !== 'count') throw new Error(`expected the state of a count, got ${state.kind}`)
    for (let i = 0; i < slots.length; i++) this.#counts[slots[i]] += state.counts[i]
  }
}
