// Counts of events.
import type { Condition } from '../conditions.ts'
import {
  type AbsorbingSlots,
  type Aggregate,
  type AggregateState,
  gather,
  ofShape,
  roomFor,
} from './aggregate.ts'

/** Number of events, or of those that satisfy `where`. */
export class Count implements Aggregate {
  #counts = new Float64Array(256)
  readonly #where: Condition | undefined

  constructor(where: Condition | undefined) {
    this.#where = where
  }

  open(slot: number): void {
    this.#counts = roomFor(slot, this.#counts)
    this.#counts[slot] = 0
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    const counts = this.#counts
    const mask = this.#where?.mask
    if (mask === undefined) for (let i = 0; i < count; i++) counts[slots[i]]++
    else for (let i = 0; i < count; i++) counts[slots[i]] += mask[rows[i]]
  }

  result(slot: number): number {
    return this.#counts[slot]
  }

  close(): void {}

  save(slots: Int32Array): AggregateState {
    return { shape: 'numbers', numbers: gather(this.#counts, slots), beyond: [] }
  }

  absorb(state: AggregateState, { slots }: AbsorbingSlots): void {
    const { numbers } = ofShape('numbers', state)
    for (let i = 0; i < slots.length; i++) this.#counts[slots[i]] += numbers[i]
  }
}
