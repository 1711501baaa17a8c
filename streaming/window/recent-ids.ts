// The ids of events that were counted, each for as long as one of its windows can still change: what makes an event that
// comes twice count once. Ids rest in the order in which they came, and stay as they are until all are moved elsewhere, so
// that a checkpoint can be made of them later without copying them; a hash table tells where each is. When they are moved
// another table is filled bit by bit, so that nothing waits. Memory is used again: see decisions/memory-of-ids.md.
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'
import type { Fates } from './fates.ts'
import {
  ENTRY_WORDS,
  FREE,
  moveAll,
  placeEach,
  placeOf,
  putEntry,
  tableLength,
  WARM_AT_ONCE,
  warm,
} from './id-table.ts'

export { ENTRY_WORDS }

/** Room for entries, after they were moved: so many times what is remembered. */
const ROOM_AFTER = 2
/** Memory that was used serves again unless it is so many times what is needed. */
const WASTE_MAX = 4
const CAPACITY_MIN = 1024
/** So many entries are copied for a snapshot, in a millisecond or two, so that their memory serves again. */
const COPIED_MAX = 1 << 18
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
  readonly entries: Int32Array<ArrayBuffer>
  readonly isShown: boolean
  readonly table: Int32Array<ArrayBuffer>
  /** By the number that a deadline had then, the one it has now; -1: it was over. */
  readonly numbers: Int32Array
  /** How many entries were moved. */
  readonly moved: number
}

export class RecentIds {
  #entries = new Int32Array(CAPACITY_MIN * ENTRY_WORDS)
  #capacity = CAPACITY_MIN
  /** Open addressing with linear probing: a place in the low bits, and above them those bits of its id; or FREE. */
  #table = new Int32Array(tableLength(CAPACITY_MIN))
  #before: Before | undefined
  /** Are used no more: memory that is new costs more than memory that was used. */
  #spareTable: Int32Array<ArrayBuffer> | undefined
  #spareEntries: Int32Array<ArrayBuffer> | undefined
  /** Some snapshot has part of the entries: they are never used again. */
  #isShown = false
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
  readonly #copiedMax: number

  /** `copiedMax`: snapshots of more entries are not copied. */
  constructor(copiedMax = COPIED_MAX) {
    this.#copiedMax = copiedMax
  }

  /** Ids there is room for. */
  get capacity(): number {
    return this.#capacity
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
    for (let from = 0; from < count; from += WARM_AT_ONCE) {
      const to = Math.min(from + WARM_AT_ONCE, count)
      warm(this.#table, ids, FINGERPRINT_WORDS, from, to)
      this.#markSome(ids, from, to, fates)
    }
  }

  /** Everything stays at hand, as long as an id is nowhere to be found. */
  #markSome(ids: Int32Array, from: number, to: number, fates: Fates): void {
    const { counted, deadlineMs, duplicate } = fates
    const [table, entries, isMoved] = [this.#table, this.#entries, this.#before === undefined]
    const mask = table.length - 1
    let used = this.#used
    let [lastMs, deadline, fresh] = [Number.NaN, 0, 0]
    let [previousMs, previous] = [Number.NaN, 0]
    for (let row = from; row < to; row++) {
      if (counted[row] === 0) continue
      const at = row * FINGERPRINT_WORDS
      // The fingerprint of an empty text.
      if ((ids[at] | ids[at + 1] | ids[at + 2]) === 0) continue
      const ms = deadlineMs[row]
      if (ms !== lastMs) {
        if (fresh > 0) this.#leaving[deadline] += fresh
        fresh = 0
        // Deadlines go to and fro between two where metrics allow more lateness for some events.
        const next = ms === previousMs ? previous : this.#deadlineAt(ms)
        previousMs = lastMs
        previous = deadline
        lastMs = ms
        deadline = next
      }
      const place = placeOf(table, entries, ids, at)
      if (!isMoved || table[place] !== FREE) {
        this.#used = used
        if (!this.#add(ids, at, deadline)) duplicate[row] = 1
        used = this.#used
        continue
      }
      putEntry(entries, used, ids, at, deadline)
      used++
      fresh++
      table[place] = (ids[at + 1] & ~mask) | used
    }
    if (fresh > 0) this.#leaving[deadline] += fresh
    this.#used = used
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
    const inUse = this.#entries.subarray(0, this.#used * ENTRY_WORDS)
    const isCopied = this.#used <= this.#copiedMax
    if (!isCopied) this.#isShown = true
    return {
      entries: isCopied ? inUse.slice() : inUse,
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
    const place = placeOf(table, entries, words, at)
    if (table[place] !== FREE) {
      if (this.#isRemembered(table[place], deadline, prolongs)) return false
    } else if (this.#before !== undefined && this.#wasThere(this.#before, words, at)) return false
    putEntry(entries, this.#used++, words, at, deadline)
    table[place] = (words[at + 1] & ~(table.length - 1)) | this.#used
    this.#leaving[deadline]++
    return true
  }

  /** Whether the id that a word of the table tells of is: forgotten but not cleared away it is new again. */
  #isRemembered(word: number, deadline: number, prolongs: boolean): boolean {
    const own = ((word & (this.#table.length - 1)) - 1) * ENTRY_WORDS + FINGERPRINT_WORDS
    const known = this.#entries[own]
    const knownMs = this.#deadlinesMs[known]
    if (Number.isNaN(knownMs)) return false
    if (!prolongs || knownMs >= this.#deadlinesMs[deadline]) return true
    this.#entries[own] = deadline
    this.#leaving[known]--
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
    const [entries, deadlinesMs, leaving] = [this.#entries, this.#deadlinesMs, this.#leaving]
    this.#deadlinesMs = []
    this.#leaving = []
    this.#numberOf.clear()
    const numbers = this.#numbersOf(deadlinesMs)
    for (const [before, now] of numbers.entries())
      if (now >= 0) this.#leaving[now] = leaving[before]
    this.#capacity = Math.max(CAPACITY_MIN, this.size * ROOM_AFTER) + more
    this.#entries = this.#takeEntries(this.#capacity * ENTRY_WORDS)
    const used = this.#used
    this.#used = moveAll(entries, used, numbers, this.#entries)
    this.#expired = 0
    this.#dropped += used - this.#used
    const isShown = this.#isShown
    this.#isShown = false
    this.#before = { entries, isShown, table: this.#table, numbers, moved: this.#used }
    this.#table = this.#takeTable(tableLength(this.capacity))
    this.#placed = 0
    this.#place(PLACED_AT_ONCE)
  }

  /** Puts the next `count` of the moved entries into the table, but for those that are forgotten by now. */
  #place(count: number): void {
    if (this.#before === undefined) return
    const { moved, table, entries, isShown } = this.#before
    const end = Math.min(this.#placed + count, moved)
    placeEach(this.#table, this.#entries, this.#deadlinesMs, this.#placed, end)
    this.#placed = end
    if (end < moved) return
    this.#spareTable = new Int32Array(table.buffer)
    if (!isShown) this.#spareEntries = entries
    this.#before = undefined
  }

  #takeEntries(words: number): Int32Array<ArrayBuffer> {
    const spare = this.#spareEntries
    this.#spareEntries = undefined
    // Sizes go up and down: those that are much the same share memory.
    return isFit(spare, words) ? spare : new Int32Array(2 ** Math.ceil(Math.log2(words)))
  }

  #takeTable(length: number): Int32Array<ArrayBuffer> {
    const spare = this.#spareTable
    this.#spareTable = undefined
    if (!isFit(spare, length)) return new Int32Array(length)
    return new Int32Array(spare.buffer, 0, length).fill(FREE)
  }

  /** By the number that a deadline has elsewhere, the one it has here; -1: it is over. */
  #numbersOf(deadlinesMs: ArrayLike<number>): Int32Array {
    return Int32Array.from(deadlinesMs, (ms) => (Number.isNaN(ms) ? -1 : this.#deadlineAt(ms)))
  }
}

const isFit = (
  spare: Int32Array<ArrayBuffer> | undefined,
  words: number,
): spare is Int32Array<ArrayBuffer> =>
  spare !== undefined && spare.length >= words && spare.length <= words * WASTE_MAX
