// The ids of events that were counted, each for as long as one of its windows can still change: what makes an event that
// comes twice count once. Ids rest in the order in which they came, and stay as they are until all are moved elsewhere, so
// that a checkpoint can be made of them later without copying them; a hash table tells where each is.
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'
import type { Fates } from './fates.ts'

/** An entry: the fingerprint, then the number of its deadline. */
export const ENTRY_WORDS = FINGERPRINT_WORDS + 1
/** Of the table: what is there of what there is room for. */
const LOAD_MAX = 0.5
/** Of the entries, after they were moved. */
const LOAD_AFTER = 0.75
const CAPACITY_MIN = 1024
/** In the table: nothing is here. Entries are counted from 1, so that a new table is empty. */
const FREE = 0

export interface RecentIdsState {
  /** Of each id FINGERPRINT_WORDS, then the place of its deadline in `deadlinesMs`. */
  readonly entries: Int32Array
  /** When its last window can change no more, epoch milliseconds; NaN: its ids are forgotten already. */
  readonly deadlinesMs: Float64Array
  /** How many were ever added: the last of `entries` came since it was less, as many as it was less, or all of them. */
  readonly added: number
}

export class RecentIds {
  #entries = new Int32Array(CAPACITY_MIN * ENTRY_WORDS)
  #table = new Int32Array(CAPACITY_MIN / LOAD_MAX)
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
    let lastMs = Number.NaN
    let deadline = 0
    for (let row = 0; row < count; row++) {
      if (counted[row] === 0) continue
      const at = row * FINGERPRINT_WORDS
      // The fingerprint of an empty text.
      if ((ids[at] | ids[at + 1] | ids[at + 2]) === 0) continue
      if (deadlineMs[row] !== lastMs) {
        lastMs = deadlineMs[row]
        deadline = this.#deadlineAt(lastMs)
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
    this.#rebuild(state.entries.length / ENTRY_WORDS)
    this.#take(state)
    // Any of them may have another deadline now.
    this.#dropped += this.#used
  }

  /** Where there is room. `prolongs`: an id that is remembered already is so until the later of both deadlines. */
  #add(words: Int32Array, at: number, deadline: number, prolongs = false): boolean {
    const table = this.#table
    const entries = this.#entries
    const mask = table.length - 1
    let place = words[at] & mask
    for (let entry = table[place]; entry !== FREE; entry = table[place]) {
      const own = (entry - 1) * ENTRY_WORDS
      if (
        entries[own] === words[at] &&
        entries[own + 1] === words[at + 1] &&
        entries[own + 2] === words[at + 2]
      ) {
        const known = entries[own + FINGERPRINT_WORDS]
        const knownMs = this.#deadlinesMs[known]
        // Forgotten but not cleared away: it is new again.
        if (Number.isNaN(knownMs)) break
        if (!prolongs || knownMs >= this.#deadlinesMs[deadline]) return false
        entries[own + FINGERPRINT_WORDS] = deadline
        this.#leaving[known]--
        this.#leaving[deadline]++
        return false
      }
      place = (place + 1) & mask
    }
    const own = this.#used++ * ENTRY_WORDS
    entries[own] = words[at]
    entries[own + 1] = words[at + 1]
    entries[own + 2] = words[at + 2]
    entries[own + FINGERPRINT_WORDS] = deadline
    table[place] = this.#used
    this.#leaving[deadline]++
    return true
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
    if (this.#used + count > this.capacity) this.#rebuild(count)
  }

  /** The ids that are remembered, and room for `more`. */
  #rebuild(more: number): void {
    const state = this.snapshot()
    const before = this.#used
    let capacity = CAPACITY_MIN
    while (capacity * LOAD_AFTER < this.size + more) capacity *= 2
    this.#entries = new Int32Array(capacity * ENTRY_WORDS)
    this.#table = new Int32Array(capacity / LOAD_MAX)
    this.#used = 0
    this.#expired = 0
    this.#deadlinesMs = []
    this.#leaving = []
    this.#numberOf.clear()
    this.#take(state)
    this.#dropped += before - this.#used
  }

  /** Only where ids were just moved: no checkpoint is being made of entries that this changes. */
  #take({ entries, deadlinesMs }: Pick<RecentIdsState, 'entries' | 'deadlinesMs'>): void {
    const numbers = Int32Array.from(deadlinesMs, (ms) =>
      Number.isNaN(ms) ? -1 : this.#deadlineAt(ms),
    )
    for (let at = 0; at < entries.length; at += ENTRY_WORDS) {
      const deadline = numbers[entries[at + FINGERPRINT_WORDS]]
      if (deadline >= 0) this.#add(entries, at, deadline, true)
    }
  }
}
