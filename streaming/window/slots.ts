// Where groups live: each group of each open window has a slot, a row number in the aggregates' arrays. Slots of closed
// windows are used again, so that memory is bounded by what is open at once.
import { finishHash } from './pair-set.ts'

const EMPTY = -1

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

  hasKey(slot: number, key: Int32Array): boolean {
    const at = slot * this.#stride
    for (let i = 0; i < key.length; i++) if (this.#keys[at + i] !== key[i]) return false
    return true
  }

  hashOf(slot: number): number {
    const at = slot * this.#stride
    return hashKey(this.#keys.subarray(at, at + this.#stride))
  }
}

/** The groups of one window: key → slot, by open addressing over the arena's keys. */
export class WindowGroups {
  readonly #arena: SlotArena
  readonly slots: number[] = []
  #table = new Int32Array(64).fill(EMPTY)

  constructor(arena: SlotArena) {
    this.#arena = arena
  }

  /** The slot of a key, or -1 when the window has no such group. */
  find(key: Int32Array): number {
    const mask = this.#table.length - 1
    let at = hashKey(key) & mask
    for (let slot = this.#table[at]; slot !== EMPTY; slot = this.#table[at]) {
      if (this.#arena.hasKey(slot, key)) return slot
      at = (at + 1) & mask
    }
    return EMPTY
  }

  /** Adds a group that `find` did not find. */
  add(key: Int32Array): number {
    const slot = this.#arena.take(key)
    this.slots.push(slot)
    if (this.slots.length * 2 > this.#table.length) this.#grow()
    else this.#insert(slot, hashKey(key))
    return slot
  }

  #grow(): void {
    this.#table = new Int32Array(this.#table.length * 2).fill(EMPTY)
    for (const slot of this.slots) this.#insert(slot, this.#arena.hashOf(slot))
  }

  #insert(slot: number, hash: number): void {
    const mask = this.#table.length - 1
    let at = hash & mask
    while (this.#table[at] !== EMPTY) at = (at + 1) & mask
    this.#table[at] = slot
  }
}

function hashKey(key: Int32Array): number {
  let hash = 0
  for (let i = 0; i < key.length; i++)
    hash = Math.imul(hash, 0x01000193) ^ Math.imul(key[i], 0x9e3779b1)
  return finishHash(hash)
}
