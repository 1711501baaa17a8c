// The open sessions of all metrics with the same definition of one: which there are of each value, from when to when, and
// for each metric the tags of their first events. Rows of columns: a session is a slot. Pure.
import type { TextColumn } from '../../decode/columns.ts'
import { ABSENT } from '../../decode/dictionary.ts'
import { type CodeMap, roomFor } from '../aggregates/aggregate.ts'
import type { Rows } from '../conditions.ts'
import { DueLists } from './due-lists.ts'
import type { FirstTags } from './first-tags.ts'
import { longer } from './longer.ts'

/** What was counted in `from[i]` belongs to `into[i]`. */
export interface Joined {
  readonly from: Int32Array
  readonly into: Int32Array
}

/** In `#next` and `#headOf`: no session. Slots are counted from 1 there. */
const NONE = 0
/** No event of a batch: what is added was saved. */
const NO_ROW = -1
/** Slots looked at together. */
const LOOKS_AT_ONCE = 4096

export class OpenSessions {
  /** By slot. */
  firstMs = new Float64Array(256)
  lastMs = new Float64Array(256)
  /** By slot, the code of its value; ABSENT: the slot is of no session. */
  of: Int32Array = new Int32Array(256)
  /** Whose sessions they are. */
  readonly column: TextColumn
  /** Of each metric. */
  readonly #tags: readonly FirstTags[]
  readonly #gapMs: number
  readonly #dueOf: (lastMs: number) => number
  readonly #onOpen: (slot: number) => void
  /** By code, the latest session; by slot, the one before it of the same value. */
  #headOf = new Int32Array(0)
  #next = new Int32Array(256)
  #usedSlots = 0
  #freeSlots: number[] = []
  #size = 0
  #latestMs = Number.NEGATIVE_INFINITY
  /** Every slot in use is listed once, for an instant at or before the one at which its session is due. */
  #due = new DueLists()
  readonly #looks = new Int32Array(LOOKS_AT_ONCE)
  #joinedFrom: number[] = []
  #joinedInto: number[] = []

  /** `dueOf`: an instant after a last event at which it is looked for whether a session is over; `onOpen`: a new slot. */
  constructor(
    column: TextColumn,
    tags: readonly FirstTags[],
    gapMs: number,
    dueOf: (lastMs: number) => number,
    onOpen: (slot: number) => void,
  ) {
    this.column = column
    this.#tags = tags
    this.#gapMs = gapMs
    this.#dueOf = dueOf
    this.#onOpen = onOpen
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
    const { codes } = this.column
    const gapMs = this.#gapMs
    const headOf = this.#headOf
    let { firstMs, lastMs } = this
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      const ms = timeMs[row]
      const slot = headOf[codes[row]] - 1
      if (slot >= 0 && ms > firstMs[slot] && ms < lastMs[slot] + gapMs) {
        if (ms > lastMs[slot]) this.#prolong(slot, ms)
        slots[i] = slot
        continue
      }
      slots[i] = this.#put(codes[row], ms, ms, row)
      firstMs = this.firstMs
      lastMs = this.lastMs
    }
  }

  /**
   * Adds a part of a session; answers the slot of the session that has it now. What is known of the part goes there, and
   * then where `takeJoined` says.
   */
  add(code: number, firstMs: number, lastMs: number): number {
    this.#makeRoomForCodes()
    return this.#put(code, firstMs, lastMs, NO_ROW)
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
   * Takes out sessions that were last listed for an instant at or before `throughMs` and are due by then, as many as `into`
   * has room for; answers how many. What is known of one stays readable until it is released, which must be done before
   * another opens.
   */
  takeOver(throughMs: number, into: Int32Array): number {
    let found = 0
    while (found < into.length) {
      const most = Math.min(LOOKS_AT_ONCE, into.length - found)
      const looked = this.#due.take(throughMs, this.#looks, most)
      if (looked === 0) break
      for (let i = 0; i < looked; i++) {
        const slot = this.#looks[i]
        if (this.of[slot] === ABSENT) {
          this.release(slot)
          continue
        }
        const dueMs = this.#dueOf(this.lastMs[slot])
        if (dueMs > throughMs) this.#due.add(slot, dueMs)
        else {
          this.#unlink(slot)
          into[found++] = slot
        }
      }
    }
    return found
  }

  /** The slot is free for another session. */
  release(slot: number): void {
    this.of[slot] = ABSENT
    this.#freeSlots.push(slot)
  }

  isOpen(slot: number): boolean {
    return this.of[slot] !== ABSENT
  }

  /** Tells the codes that it holds. */
  note(note: CodeMap): void {
    note(this.column, this.of)
  }

  /** Has from now on the sessions of another, which has them no more. Nothing is joined. */
  moveFrom(before: OpenSessions, toCodes: CodeMap): void {
    this.firstMs = before.firstMs
    this.lastMs = before.lastMs
    this.of = toCodes(this.column, before.of)
    this.#headOf = new Int32Array(this.column.dictionary.size)
    for (let slot = 0; slot < before.#usedSlots; slot++)
      if (before.#headOf[before.of[slot]] === slot + 1) this.#headOf[this.of[slot]] = slot + 1
    this.#next = before.#next
    this.#usedSlots = before.#usedSlots
    this.#freeSlots = before.#freeSlots
    this.#size = before.#size
    this.#latestMs = before.#latestMs
    this.#due = before.#due
  }

  /** The slots of all sessions that are open. */
  slots(): Int32Array<ArrayBuffer> {
    const slots = new Int32Array(this.size)
    let count = 0
    for (let slot = 0; count < slots.length; slot++)
      if (this.of[slot] !== ABSENT) slots[count++] = slot
    return slots
  }

  /** The session that has what is from one instant to the other: the event at `row`, or more. */
  #put(code: number, firstMs: number, lastMs: number, row: number): number {
    const gapMs = this.#gapMs
    let later = NONE
    let place = this.#headOf[code]
    while (place !== NONE && this.firstMs[place - 1] >= lastMs + gapMs) {
      later = place
      place = this.#next[place - 1]
    }
    if (place !== NONE && firstMs < this.lastMs[place - 1] + gapMs) {
      const slot = place - 1
      if (firstMs <= this.firstMs[slot]) this.#begin(slot, firstMs, row)
      if (lastMs > this.lastMs[slot]) this.#prolong(slot, lastMs)
      this.#joinEarlier(slot)
      return slot
    }
    const slot = this.#open(lastMs)
    this.of[slot] = code
    this.#begin(slot, firstMs, row)
    this.#prolong(slot, lastMs)
    this.#next[slot] = place
    if (later === NONE) this.#headOf[code] = slot + 1
    else this.#next[later - 1] = slot + 1
    this.#size++
    return slot
  }

  /** A slot that is of no session yet. */
  #open(lastMs: number): number {
    const slot = this.#freeSlots.pop() ?? this.#usedSlots++
    this.#makeRoomFor(slot)
    this.#due.add(slot, this.#dueOf(lastMs))
    for (const tags of this.#tags) tags.open(slot)
    this.#onOpen(slot)
    return slot
  }

  #begin(slot: number, firstMs: number, row: number): void {
    this.firstMs[slot] = firstMs
    if (row !== NO_ROW) for (const tags of this.#tags) tags.offerRow(slot, firstMs, row)
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
      if (this.firstMs[earlier] < this.firstMs[slot]) this.firstMs[slot] = this.firstMs[earlier]
      for (const tags of this.#tags) tags.join(slot, earlier)
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

  #makeRoomForCodes(): void {
    const { size } = this.column.dictionary
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
