// The open sessions of one metric: which there are of each value, from when to when, and the tags of their first events.
// Rows of columns: a session is a slot. Pure.
import type { TextColumn } from '../../decode/columns.ts'
import { ABSENT } from '../../decode/dictionary.ts'
import { roomFor } from '../aggregates/aggregate.ts'
import type { Rows } from '../conditions.ts'
import { SlotArena } from '../slots.ts'
import { DueLists } from './due-lists.ts'
import { longer } from './longer.ts'

export interface SessionColumns {
  /** Whose sessions they are. */
  readonly of: TextColumn
  readonly tags: readonly TextColumn[]
}

/** What was counted in `from[i]` belongs to `into[i]`. */
export interface Joined {
  readonly from: Int32Array
  readonly into: Int32Array
}

/** In `#next` and `#headOf`: no session. Slots are counted from 1 there. */
const NONE = 0

export class OpenSessions {
  /** By slot. */
  firstMs = new Float64Array(256)
  lastMs = new Float64Array(256)
  /** By slot, the code of its value; ABSENT: the slot is of no session. */
  of = new Int32Array(256)
  readonly columns: SessionColumns
  readonly #gapMs: number
  readonly #dueOf: (lastMs: number) => number
  readonly #onOpen: (slot: number) => void
  readonly #keys: SlotArena
  readonly #key: Int32Array
  /** By code, the latest session; by slot, the one before it of the same value. */
  #headOf = new Int32Array(0)
  #next = new Int32Array(256)
  #size = 0
  #latestMs = Number.NEGATIVE_INFINITY
  /** Every slot in use is listed once, for an instant at or before the one at which its session is due. */
  readonly #due = new DueLists()
  #joinedFrom: number[] = []
  #joinedInto: number[] = []

  /** `dueOf`: an instant after a last event at which it is looked for whether a session is over; `onOpen`: a new slot. */
  constructor(
    columns: SessionColumns,
    gapMs: number,
    dueOf: (lastMs: number) => number,
    onOpen: (slot: number) => void,
  ) {
    this.columns = columns
    this.#gapMs = gapMs
    this.#dueOf = dueOf
    this.#onOpen = onOpen
    this.#keys = new SlotArena(columns.tags.length)
    this.#key = new Int32Array(columns.tags.length)
  }

  /** How many are open. */
  get size(): number {
    return this.#size
  }

  /** The latest event of all; -Infinity: no session is open. */
  get latestMs(): number {
    return this.#latestMs
  }

  /** The first instant at which `takeOver` may find a session; Infinity: none is open. */
  get firstDueMs(): number {
    return this.#due.firstMs
  }

  /** Puts events into sessions; writes the slot of each to `slots`. Sessions may have become one: see `takeJoined`. */
  fold({ rows, count }: Rows, timeMs: Float64Array, slots: Int32Array): void {
    this.#makeRoomForCodes()
    const { codes } = this.columns.of
    const gapMs = this.#gapMs
    let { firstMs, lastMs } = this
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      const ms = timeMs[row]
      const slot = this.#headOf[codes[row]] - 1
      if (slot >= 0 && ms > firstMs[slot] && ms < lastMs[slot] + gapMs) {
        if (ms > lastMs[slot]) this.#prolong(slot, ms)
        slots[i] = slot
        continue
      }
      for (let tag = 0; tag < this.#key.length; tag++)
        this.#key[tag] = this.columns.tags[tag].codes[row]
      slots[i] = this.#put(codes[row], ms, ms)
      firstMs = this.firstMs
      lastMs = this.lastMs
    }
  }

  /** Adds a part of a session; answers a slot of its own, for what was counted in it. See `takeJoined`. */
  add(code: number, firstMs: number, lastMs: number, key: Int32Array): number {
    this.#makeRoomForCodes()
    this.#key.set(key)
    const slot = this.#open(lastMs)
    const into = this.#put(code, firstMs, lastMs, slot)
    if (into !== slot) {
      this.#joinedFrom.push(slot)
      this.#joinedInto.push(into)
    }
    return slot
  }

  /** Of sessions that have become one since the last time. */
  takeJoined(): Joined | undefined {
    const [from, into] = [this.#joinedFrom, this.#joinedInto]
    if (from.length === 0) return undefined
    this.#joinedFrom = []
    this.#joinedInto = []
    const last = new Map<number, number>()
    for (let i = from.length - 1; i >= 0; i--) last.set(from[i], last.get(into[i]) ?? into[i])
    return {
      from: Int32Array.from(from),
      into: Int32Array.from(from, (slot) => last.get(slot) ?? slot),
    }
  }

  /**
   * Takes out sessions that were last listed for an instant at or before `throughMs` and are due by then. What is known of
   * one stays readable until it is released, which must be done before another opens.
   */
  *takeOver(throughMs: number): Generator<number> {
    for (const list of this.#due.take(throughMs))
      for (const slot of list) {
        if (this.of[slot] === ABSENT) {
          this.release(slot)
          continue
        }
        const dueMs = this.#dueOf(this.lastMs[slot])
        if (dueMs > throughMs) {
          this.#due.add(slot, dueMs)
          continue
        }
        this.#unlink(slot)
        yield slot
      }
  }

  /** The slot is free for another session. */
  release(slot: number): void {
    this.of[slot] = ABSENT
    this.#keys.release(slot)
  }

  isOpen(slot: number): boolean {
    return this.of[slot] !== ABSENT
  }

  /** The code of a tag of the first event. */
  keyCode(slot: number, tag: number): number {
    return this.#keys.keyCode(slot, tag)
  }

  /** The slots of all sessions that are open. */
  slots(): Int32Array<ArrayBuffer> {
    const slots = new Int32Array(this.size)
    let count = 0
    for (let slot = 0; count < slots.length; slot++)
      if (this.of[slot] !== ABSENT) slots[count++] = slot
    return slots
  }

  /** The session that has what is from one instant to the other, with the tags in `#key`; `own`: a slot for a new one. */
  #put(code: number, firstMs: number, lastMs: number, own?: number): number {
    const gapMs = this.#gapMs
    let later = NONE
    let place = this.#headOf[code]
    while (place !== NONE && this.firstMs[place - 1] >= lastMs + gapMs) {
      later = place
      place = this.#next[place - 1]
    }
    if (place !== NONE && firstMs < this.lastMs[place - 1] + gapMs) {
      const slot = place - 1
      this.#keepFirst(slot, firstMs, this.#key)
      if (lastMs > this.lastMs[slot]) this.#prolong(slot, lastMs)
      this.#joinEarlier(slot)
      return slot
    }
    const slot = own ?? this.#open(lastMs)
    this.of[slot] = code
    this.firstMs[slot] = firstMs
    this.#prolong(slot, lastMs)
    this.#next[slot] = place
    if (later === NONE) this.#headOf[code] = slot + 1
    else this.#next[later - 1] = slot + 1
    this.#size++
    return slot
  }

  /** A slot that is of no session yet. */
  #open(lastMs: number): number {
    const slot = this.#keys.take(this.#key)
    this.#makeRoomFor(slot)
    this.#due.add(slot, this.#dueOf(lastMs))
    this.#onOpen(slot)
    return slot
  }

  #prolong(slot: number, lastMs: number): void {
    this.lastMs[slot] = lastMs
    if (lastMs > this.#latestMs) this.#latestMs = lastMs
  }

  /** The session that has grown may have come near those before it. */
  #joinEarlier(slot: number): void {
    while (this.#next[slot] !== NONE) {
      const earlier = this.#next[slot] - 1
      if (this.firstMs[slot] >= this.lastMs[earlier] + this.#gapMs) return
      this.#keepFirst(slot, this.firstMs[earlier], this.#keys.keyOf(earlier))
      this.#next[slot] = this.#next[earlier]
      this.of[earlier] = ABSENT
      this.#size--
      this.#joinedFrom.push(earlier)
      this.#joinedInto.push(slot)
    }
  }

  #unlink(slot: number): void {
    const code = this.of[slot]
    let later = NONE
    let place = this.#headOf[code]
    while (place !== slot + 1) {
      later = place
      place = this.#next[place - 1]
    }
    if (later === NONE) this.#headOf[code] = this.#next[slot]
    else this.#next[later - 1] = this.#next[slot]
    if (--this.#size === 0) this.#latestMs = Number.NEGATIVE_INFINITY
  }

  /** The tags are those of the first event; of several at once, of the one whose texts come first. */
  #keepFirst(slot: number, firstMs: number, key: Int32Array): void {
    const own = this.#keys.keyOf(slot)
    if (firstMs > this.firstMs[slot]) return
    if (firstMs < this.firstMs[slot] || this.#isBefore(key, own)) own.set(key)
    this.firstMs[slot] = firstMs
  }

  #isBefore(one: Int32Array, other: Int32Array): boolean {
    for (const [tag, { dictionary }] of this.columns.tags.entries()) {
      if (one[tag] === other[tag]) continue
      return dictionary.textOf(one[tag]) < dictionary.textOf(other[tag])
    }
    return false
  }

  #makeRoomForCodes(): void {
    const { size } = this.columns.of.dictionary
    if (size <= this.#headOf.length) return
    this.#headOf = longer(this.#headOf, Math.max(size, this.#headOf.length * 2))
  }

  #makeRoomFor(slot: number): void {
    this.firstMs = roomFor(slot, this.firstMs)
    this.lastMs = roomFor(slot, this.lastMs)
    if (slot < this.of.length) return
    this.of = longer(this.of, this.firstMs.length)
    this.#next = longer(this.#next, this.firstMs.length)
  }
}
