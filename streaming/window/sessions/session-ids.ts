// Ids of sessions: a slot is of many sessions, one after the other, and what was written of one must not be taken for
// another's.
import { longer } from './longer.ts'

/** An id is the slot, and how many sessions it was of before. */
const SLOTS_MAX = 2 ** 26

export class SessionIds {
  /** By slot. */
  #before = new Int32Array(256)

  /** Of the session that a slot is of now. */
  of(slot: number): number {
    return (slot < this.#before.length ? this.#before[slot] : 0) * SLOTS_MAX + slot
  }

  slotOf(id: number): number {
    return id % SLOTS_MAX
  }

  /** Whether the slot is still of the session. */
  isCurrent(id: number): boolean {
    return this.of(id % SLOTS_MAX) === id
  }

  /** Has from now on what another has. */
  moveFrom(before: SessionIds): void {
    this.#before = before.#before
  }

  /** The slot will be of another session. */
  next(slot: number): void {
    if (slot >= this.#before.length)
      this.#before = longer(this.#before, Math.max(slot + 1, this.#before.length * 2))
    this.#before[slot]++
  }
}
