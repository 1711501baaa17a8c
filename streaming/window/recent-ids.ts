// The ids of events that were counted, each for as long as one of its windows can still change: what makes an event that
// comes twice count once. Ids rest in the order in which they came, in two generations, each with a hash table of its own:
// when the younger one is full the older one goes, and the few ids of it that are still remembered are added anew. So
// nearly no id is ever moved to another table, memory is used again, and what a checkpoint was shown stays as it was.
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'
import type { Fates } from './fates.ts'
import {
  ENTRY_WORDS,
  FREE,
  liveIn,
  placeEach,
  placeOf,
  tableLength,
  WARM_AT_ONCE,
  warm,
} from './id-table.ts'

export { ENTRY_WORDS }

/** Room of a generation: at least so many times what is remembered when it begins … */
const ROOM_MIN = 1.5
/** … and at most so many times that: more is given back. */
const ROOM_MAX = 8
const CAPACITY_MIN = 1024

export interface RecentIdsState {
  /** Of each id FINGERPRINT_WORDS, then the place of its deadline in `deadlinesMs`. */
  readonly entries: Int32Array
  /** When its last window can change no more, epoch milliseconds; NaN: its ids are forgotten already. */
  readonly deadlinesMs: Float64Array
  /** How many were ever added: the last of `entries` came since it was less, as many as it was less, or all of them. */
  readonly added: number
}

export class RecentIds {
  /** The older generation from the beginning, the younger one from `#start` on. */
  #entries = new Int32Array(2 * CAPACITY_MIN * ENTRY_WORDS)
  /** Some snapshot has part of `#entries`: what is there stays as it is. */
  #isShown = false
  /** Of the older generation: open addressing with linear probing, by the places of its entries. */
  #older = new Int32Array(1)
  /** Of the younger one: its places are counted from `#start`. */
  #table = new Int32Array(tableLength(CAPACITY_MIN))
  #start = 0
  /** Entries of both generations, forgotten ones too. */
  #used = 0
  /** How many entries the younger generation may have. */
  #room = CAPACITY_MIN
  #size = 0
  #added = 0
  /** By number of the deadline; NaN: it is over. */
  #deadlinesMs: number[] = []
  /** By number of the deadline, how many ids it has. */
  #leaving: number[] = []
  readonly #numberOf = new Map<number, number>()
  /** Numbers of deadlines that no entry has. */
  readonly #freeNumbers: number[] = []
  /** Those that were over before the younger generation began, and since: the older, and both, may have entries of them. */
  #overBefore: number[] = []
  #over: number[] = []
  #nowMs = Number.NEGATIVE_INFINITY

  /** Ids there is room for. */
  get capacity(): number {
    return this.#entries.length / ENTRY_WORDS
  }

  /** Ids that are remembered. */
  get size(): number {
    return this.#size
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
      if (row % WARM_AT_ONCE === 0) {
        const end = Math.min(row + WARM_AT_ONCE, count)
        warm(this.#table, ids, FINGERPRINT_WORDS, row, end)
        warm(this.#older, ids, FINGERPRINT_WORDS, row, end)
      }
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
      this.#size -= this.#leaving[deadline]
      this.#deadlinesMs[deadline] = Number.NaN
      this.#numberOf.delete(deadlineMs)
      this.#over.push(deadline)
    }
    if (this.#room <= roomFor(this.#size) * ROOM_MAX) return
    // Twice: both generations are larger than they need be.
    this.#beginGeneration(0)
    this.#beginGeneration(0)
  }

  /** What is remembered now; what comes later does not show in it. */
  snapshot(): RecentIdsState {
    this.#isShown = true
    return {
      entries: this.#entries.subarray(0, this.#used * ENTRY_WORDS),
      deadlinesMs: Float64Array.from(this.#deadlinesMs),
      added: this.#added,
    }
  }

  /** Remembers what another did; an id that is remembered already until the later of both deadlines. */
  restore(state: Pick<RecentIdsState, 'entries' | 'deadlinesMs'>): void {
    const { entries, deadlinesMs } = state
    // After that nobody else has the entries, so that they may change.
    this.#beginGeneration(entries.length / ENTRY_WORDS)
    const numbers = this.#numbersOf(deadlinesMs)
    for (let at = 0; at < entries.length; at += ENTRY_WORDS) {
      const deadline = numbers[entries[at + FINGERPRINT_WORDS]]
      if (deadline >= 0) this.#add(entries, at, deadline, true)
    }
    // Any of them may have another deadline now.
    this.#added += this.#used
  }

  /** Where there is room. `prolongs`: an id that is remembered already is so until the later of both deadlines. */
  #add(words: Int32Array, at: number, deadline: number, prolongs = false): boolean {
    const table = this.#table
    const entries = this.#entries
    const start = this.#start
    const mask = table.length - 1
    const place = placeOf(table, entries, start, words, at)
    const word = table[place]
    const known = word === FREE ? this.#placeInOlder(words, at) : start + (word & mask) - 1
    if (known >= 0) {
      const own = known * ENTRY_WORDS + FINGERPRINT_WORDS
      // Forgotten but not cleared away it is new again.
      if (!Number.isNaN(this.#deadlinesMs[entries[own]])) {
        if (prolongs) this.#prolong(own, deadline)
        return false
      }
    }
    const own = this.#used * ENTRY_WORDS
    entries[own] = words[at]
    entries[own + 1] = words[at + 1]
    entries[own + 2] = words[at + 2]
    entries[own + FINGERPRINT_WORDS] = deadline
    this.#used++
    this.#added++
    this.#size++
    this.#leaving[deadline]++
    table[place] = (words[at + 1] & ~mask) | (this.#used - start)
    return true
  }

  /** Of the id in the older generation; -1: it is not there. */
  #placeInOlder(words: Int32Array, at: number): number {
    const table = this.#older
    return (table[placeOf(table, this.#entries, 0, words, at)] & (table.length - 1)) - 1
  }

  /** `own`: where the number of an entry's deadline is. */
  #prolong(own: number, deadline: number): void {
    const known = this.#entries[own]
    if (this.#deadlinesMs[known] >= this.#deadlinesMs[deadline]) return
    this.#entries[own] = deadline
    this.#leaving[known]--
    this.#leaving[deadline]++
  }

  #deadlineAt(deadlineMs: number): number {
    let deadline = this.#numberOf.get(deadlineMs)
    if (deadline === undefined) {
      deadline = this.#freeNumbers.pop() ?? this.#deadlinesMs.length
      this.#deadlinesMs[deadline] = deadlineMs
      this.#leaving[deadline] = 0
      this.#numberOf.set(deadlineMs, deadline)
    }
    return deadline
  }

  #makeRoom(count: number): void {
    if (this.#used + count > this.#start + this.#room) this.#beginGeneration(count)
  }

  /** The older generation goes, the younger one is the older one, and the next has room for `more`. */
  #beginGeneration(more: number): void {
    const kept = liveIn(this.#entries, this.#start, this.#deadlinesMs)
    const count = this.#used - this.#start
    this.#chooseRoom(more)
    const beforeThat = this.#older
    this.#older = count === 0 ? new Int32Array(1) : this.#table
    this.#table = emptied(beforeThat, tableLength(this.#room))
    this.#moveYounger(count)
    this.#start = count
    this.#used = count + kept.length / ENTRY_WORDS
    this.#added += kept.length / ENTRY_WORDS
    this.#entries.set(kept, count * ENTRY_WORDS)
    placeEach(this.#table, kept)
    // What was over before the generation that is the older one now has no entries any more.
    this.#freeNumbers.push(...this.#overBefore)
    this.#overBefore = this.#over
    this.#over = []
  }

  /** It does not follow what is remembered up and down. */
  #chooseRoom(more: number): void {
    const least = roomFor(this.#size + more)
    if (this.#room < least || this.#room > least * ROOM_MAX) this.#room = least
  }

  /** Moves the `count` entries of the younger generation to the beginning, where there is room for the next. */
  #moveYounger(count: number): void {
    const [from, to] = [this.#start * ENTRY_WORDS, this.#used * ENTRY_WORDS]
    const length = Math.max(count + this.#room, 2 * this.#room) * ENTRY_WORDS
    const before = this.#entries
    if (this.#isShown || before.length < length || before.length > length * ROOM_MAX) {
      this.#entries = new Int32Array(length)
      this.#entries.set(before.subarray(from, to))
      this.#isShown = false
    } else before.copyWithin(0, from, to)
  }

  /** By the number that a deadline has elsewhere, the one it has here; -1: it is over. */
  #numbersOf(deadlinesMs: Float64Array): Int32Array {
    return Int32Array.from(deadlinesMs, (ms) => (Number.isNaN(ms) ? -1 : this.#deadlineAt(ms)))
  }
}

/** Of a generation that begins when so many are remembered. */
const roomFor = (size: number): number =>
  2 ** Math.ceil(Math.log2(Math.max(CAPACITY_MIN, size * ROOM_MIN)))

/** Memory that is new costs more than memory that was used. */
const emptied = (table: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> =>
  table.length === length ? table.fill(FREE) : new Int32Array(length)
