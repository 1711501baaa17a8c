// Where groups live: each group of each open window has a slot, a row number in the aggregates' arrays. Slots of closed
// windows are used again, so that memory is bounded by what is open at once.
import type { GroupNumbers } from './group-numbers.ts'

/** Hands out slots and keeps the key (one code per tag) of each. */
export class SlotArena {
  readonly #stride: number
  #keys = new Int32Array(0)
  #used = 0
  readonly #free: number[] = []

  /** `stride`: number of codes in a key. */
  constructor(stride: number) {
    this.#stride = stride
  }

  take(key: Int32Array): number {
    const slot = this.#free.pop() ?? this.#used++
    const at = slot * this.#stride
    if (at + this.#stride > this.#keys.length) {
      const keys = new Int32Array(Math.max(256, this.#keys.length * 2, at + this.#stride))
      keys.set(this.#keys)
      this.#keys = keys
    }
    this.#keys.set(key, at)
    return slot
  }

  release(slot: number): void {
    this.#free.push(slot)
  }

  keyCode(slot: number, tag: number): number {
    return this.#keys[slot * this.#stride + tag]
  }

  /** The codes of one tag in the keys of these slots. */
  keyCodes(slots: Int32Array, tag: number): Int32Array<ArrayBuffer> {
    const codes = new Int32Array(slots.length)
    for (let i = 0; i < slots.length; i++) codes[i] = this.#keys[slots[i] * this.#stride + tag]
    return codes
  }

  /** The whole key; valid until another is taken. */
  keyOf(slot: number): Int32Array {
    return this.#keys.subarray(slot * this.#stride, (slot + 1) * this.#stride)
  }
}

/** The groups of one window: their slots, by the number of their key. */
export class WindowGroups {
  /** In the order in which they came. */
  readonly slots: number[] = []
  readonly #arena: SlotArena
  readonly #numbers: GroupNumbers
  /** By number: the slot and one more; 0: the window has no such group. */
  #slotOf = new Int32Array(0)
  #version = -1

  constructor(arena: SlotArena, numbers: GroupNumbers) {
    this.#arena = arena
    this.#numbers = numbers
  }

  /**
   * By the numbers of now, the slot of each group and one more; 0: the window has no such group. To be asked for again
   * when a group was added or numbers were made.
   */
  slotsByNumber(): Int32Array {
    const numbers = this.#numbers
    if (this.#version !== numbers.version) {
      this.#version = numbers.version
      this.#slotOf = new Int32Array(numbers.bound)
      for (const slot of this.slots) this.#put(numbers.numberOf(this.#arena.keyOf(slot)), slot)
    }
    this.#makeRoom(numbers.bound)
    return this.#slotOf
  }

  /** Adds the group of a key that has none here; answers its slot. */
  add(key: Int32Array, number: number): number {
    const slot = this.#arena.take(key)
    this.slots.push(slot)
    this.#put(number, slot)
    return slot
  }

  /** Forgets all groups, so that another window may have them. */
  clear(): void {
    this.slots.length = 0
    this.#slotOf.fill(0)
  }

  #put(number: number, slot: number): void {
    this.#makeRoom(number + 1)
    this.#slotOf[number] = slot + 1
  }

  #makeRoom(bound: number): void {
    if (bound <= this.#slotOf.length) return
    const longer = new Int32Array(Math.max(bound, this.#slotOf.length * 2))
    longer.set(this.#slotOf)
    this.#slotOf = longer
  }
}
