// The ids of events that were counted, each for as long as one of its windows can still change: what makes an event that
// comes twice count once. Ids rest in the order in which they came, and stay as they are until all are moved elsewhere, so
// that a checkpoint can be made of them later without copying them; a hash table tells where each is. When they are moved a
// new table is filled bit by bit, so that nothing waits.
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'
import type { Fates } from './fates.ts'
import {
  ENTRY_WORDS,
  FREE,
  moveAll,
  placeEach,
  placeOf,
  tableLength,
  WARM_AT_ONCE,
  warm,
} from './id-table.ts'

export { ENTRY_WORDS }

/** Room for entries, after they were moved: so many times what is remembered. */
const ROOM_AFTER = 2
const CAPACITY_MIN = 1024
/** Entries put into a new table at once: a few milliseconds. */
const PLACED_AT_ONCE = 1 << 16

export interface RecentIdsState {
  /** Of each id FINGERPRINT_WORDS, then the place of its deadline in `deadlinesMs`. */
  readonly entries: Int32Array
  /** When its last window can change no more, epoch milliseconds; NaN: its ids are forgotten already. */
  readonly deadlinesMs: Float64Array
  /** How many were ever added: the last of `entries` came since it was less, as many as it was less, or all of them. */
  readonly added: number
}

/** Where entries were before they were moved, for those that the new table does not have yet. */
interface Before {
  readonly entries: Int32Array
  readonly table: Int32Array<ArrayBuffer>
  /** By the number that a deadline had then, the one it has now; -1: it was over. */
  readonly numbers: Int32Array
  /** How many entries were moved. */
  readonly moved: number
}

export class RecentIds {
  #entries = new Int32Array(CAPACITY_MIN * ENTRY_WORDS)
  /** Open addressing with linear probing: a place in the low bits, and above them those bits of its id; or FREE. */
  #table = new Int32Array(tableLength(CAPACITY_MIN))
  #before: Before | undefined
  /** A table that is used no more: memory that is new costs more than memory that was used. */
  #spare: Int32Array<ArrayBuffer> | undefined
  /** Moved entries that the table has. */
  #placed = 0
  /** Entries, forgotten ones too. */
  #used = 0
  #expired = 0
  /** Entries that are gone since they were forgotten. */
  #dropped = 0
  /** By number of the deadline; NaN: it is over. */
  #deadlinesMs: number[] = []
  /** By number of the deadline, how many ids it has. */
  #leaving: number[] = []
  readonly #numberOf = new Map<number, number>()
  #nowMs = Number.NEGATIVE_INFINITY

  /** Ids there is room for. */
  get capacity(): number {
    return this.#entries.length / ENTRY_WORDS
  }

  /** Ids that are remembered. */
  get size(): number {
    return this.#used - this.#expired
  }

  /**
   * Marks the counted events whose id is remembered as duplicates, and remembers the others' until their last window can
   * change no more. An event without id is never a duplicate.
   */
  mark(ids: Int32Array, count: number, fates: Fates): void {
    this.#makeRoom(count)
    const { counted, deadlineMs, duplicate } = fates
    let [lastMs, deadline] = [Number.NaN, 0]
    let [previousMs, previous] = [Number.NaN, 0]
    for (let row = 0; row < count; row++) {
      if (row % WARM_AT_ONCE === 0)
        warm(this.#table, ids, FINGERPRINT_WORDS, row, Math.min(row + WARM_AT_ONCE, count))
      if (counted[row] === 0) continue
      const at = row * FINGERPRINT_WORDS
      // The fingerprint of an empty text.
      if ((ids[at] | ids[at + 1] | ids[at + 2]) === 0) continue
      const ms = deadlineMs[row]
      if (ms !== lastMs) {
        // Deadlines go to and fro between two where metrics allow more lateness for some events.
        const next = ms === previousMs ? previous : this.#deadlineAt(ms)
        previousMs = lastMs
        previous = deadline
        lastMs = ms
        deadline = next
      }
      if (!this.#add(ids, at, deadline)) duplicate[row] = 1
    }
  }

  /** Remembers the id whose fingerprint is `words[at..)` until `deadlineMs`; false: it is remembered already. */
  add(words: Int32Array, at: number, deadlineMs: number): boolean {
    this.#makeRoom(1)
    return this.#add(words, at, this.#deadlineAt(deadlineMs))
  }

  /** Forgets the ids whose deadline is at or before `nowMs`. */
  expire(nowMs: number): void {
    if (nowMs <= this.#nowMs) return
    this.#nowMs = nowMs
    for (const [deadlineMs, deadline] of this.#numberOf) {
      if (deadlineMs > nowMs) continue
      this.#expired += this.#leaving[deadline]
      this.#deadlinesMs[deadline] = Number.NaN
      this.#numberOf.delete(deadlineMs)
    }
    // Moving what is left costs as much as was forgotten: a constant per id.
    if (this.#expired > CAPACITY_MIN && this.#expired * 2 > this.#used) this.#rebuild(0)
  }

  /** What is remembered now; what comes later does not show in it. */
  snapshot(): RecentIdsState {
    return {
      entries: this.#entries.subarray(0, this.#used * ENTRY_WORDS),
      deadlinesMs: Float64Array.from(this.#deadlinesMs),
      added: this.#dropped + this.#used,
    }
  }

  /** Remembers what another did; an id that is remembered already until the later of both deadlines. */
  restore(state: Pick<RecentIdsState, 'entries' | 'deadlinesMs'>): void {
    const { entries, deadlinesMs } = state
    this.#rebuild(entries.length / ENTRY_WORDS)
    this.#place(Number.POSITIVE_INFINITY)
    const numbers = this.#numbersOf(deadlinesMs)
    for (let at = 0; at < entries.length; at += ENTRY_WORDS) {
      const deadline = numbers[entries[at + FINGERPRINT_WORDS]]
      if (deadline >= 0) this.#add(entries, at, deadline, true)
    }
    // Any of them may have another deadline now.
    this.#dropped += this.#used
  }

  /** Where there is room. `prolongs`: an id that is remembered already is so until the later of both deadlines. */
  #add(words: Int32Array, at: number, deadline: number, prolongs = false): boolean {
    const table = this.#table
    const entries = this.#entries
    const mask = table.length - 1
    const place = placeOf(table, entries, words, at)
    if (table[place] !== FREE) {
      const own = ((table[place] & mask) - 1) * ENTRY_WORDS + FINGERPRINT_WORDS
      const known = entries[own]
      const knownMs = this.#deadlinesMs[known]
      // Forgotten but not cleared away it is new again.
      if (!Number.isNaN(knownMs)) {
        if (!prolongs || knownMs >= this.#deadlinesMs[deadline]) return false
        entries[own] = deadline
        this.#leaving[known]--
        this.#leaving[deadline]++
        return false
      }
    } else if (this.#before !== undefined && this.#wasThere(this.#before, words, at)) return false
    const own = this.#used++ * ENTRY_WORDS
    entries[own] = words[at]
    entries[own + 1] = words[at + 1]
    entries[own + 2] = words[at + 2]
    entries[own + FINGERPRINT_WORDS] = deadline
    table[place] = (words[at + 1] & ~mask) | this.#used
    this.#leaving[deadline]++
    return true
  }

  /** Whether the id is among those that were moved, and not forgotten. */
  #wasThere({ table, entries, numbers }: Before, words: Int32Array, at: number): boolean {
    const word = table[placeOf(table, entries, words, at)]
    if (word === FREE) return false
    const own = ((word & (table.length - 1)) - 1) * ENTRY_WORDS
    const deadline = numbers[entries[own + FINGERPRINT_WORDS]]
    return deadline >= 0 && !Number.isNaN(this.#deadlinesMs[deadline])
  }

  #deadlineAt(deadlineMs: number): number {
    let deadline = this.#numberOf.get(deadlineMs)
    if (deadline === undefined) {
      deadline = this.#deadlinesMs.push(deadlineMs) - 1
      this.#leaving.push(0)
      this.#numberOf.set(deadlineMs, deadline)
    }
    return deadline
  }

  #makeRoom(count: number): void {
    this.#place(PLACED_AT_ONCE)
    if (this.#used + count > this.capacity) this.#rebuild(count)
  }

  /** Moves the ids that are remembered, in their order, to where there is room for `more`. */
  #rebuild(more: number): void {
    this.#place(Number.POSITIVE_INFINITY)
    const { entries, deadlinesMs, added } = this.snapshot()
    const leaving = this.#leaving
    const capacity = Math.max(CAPACITY_MIN, this.size * ROOM_AFTER) + more
    this.#deadlinesMs = []
    this.#leaving = []
    this.#numberOf.clear()
    const numbers = this.#numbersOf(deadlinesMs)
    for (const [before, now] of numbers.entries())
      if (now >= 0) this.#leaving[now] = leaving[before]
    this.#entries = new Int32Array(capacity * ENTRY_WORDS)
    this.#used = moveAll(entries, numbers, this.#entries)
    this.#expired = 0
    this.#dropped = added - this.#used
    this.#before = { entries, table: this.#table, numbers, moved: this.#used }
    this.#table = this.#emptyTable(capacity)
    this.#placed = 0
    this.#place(PLACED_AT_ONCE)
  }

  /** Puts the next `count` of the moved entries into the table, but for those that are forgotten by now. */
  #place(count: number): void {
    if (this.#before === undefined) return
    const { moved } = this.#before
    const end = Math.min(this.#placed + count, moved)
    placeEach(this.#table, this.#entries, this.#deadlinesMs, this.#placed, end)
    this.#placed = end
    if (end < moved) return
    this.#spare = this.#before.table
    this.#before = undefined
  }

  #emptyTable(capacity: number): Int32Array<ArrayBuffer> {
    const spare = this.#spare
    this.#spare = undefined
    const length = tableLength(capacity)
    return spare?.length === length ? spare.fill(FREE) : new Int32Array(length)
  }

  /** By the number that a deadline has elsewhere, the one it has here; -1: it is over. */
  #numbersOf(deadlinesMs: Float64Array): Int32Array {
    return Int32Array.from(deadlinesMs, (ms) => (Number.isNaN(ms) ? -1 : this.#deadlineAt(ms)))
  }
}
