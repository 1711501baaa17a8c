// The ids of events that were counted, each for as long as one of its windows can still change: what makes an event that
// comes twice count once. Open addressing over fingerprints, without an object per id.
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'
import type { Fates } from './fates.ts'

const LOAD_MAX = 0.7
/** Load at most after moving to a new table. */
const LOAD_AFTER = 0.5
const CAPACITY_MIN = 1024
/** In `#deadlines`: nothing is here. */
const FREE = 0

export interface RecentIdsState {
  /** FINGERPRINT_WORDS of each id. */
  readonly words: Int32Array
  /** When its last window can change no more, epoch milliseconds. */
  readonly deadlinesMs: Float64Array
}

export class RecentIds {
  #words = new Int32Array(CAPACITY_MIN * FINGERPRINT_WORDS)
  #deadlines = new Float64Array(CAPACITY_MIN)
  #used = 0
  /** How many ids are forgotten at each deadline. */
  readonly #leaving = new Map<number, number>()
  #expired = 0
  #nowMs = Number.NEGATIVE_INFINITY

  /** Ids there is room for. */
  get capacity(): number {
    return this.#deadlines.length
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
    for (let row = 0; row < count; row++) {
      if (fates.counted[row] === 0) continue
      const at = row * FINGERPRINT_WORDS
      // The fingerprint of an empty text.
      if ((ids[at] | ids[at + 1] | ids[at + 2] | ids[at + 3]) === 0) continue
      if (!this.add(ids, at, fates.deadlineMs[row])) fates.duplicate[row] = 1
    }
  }

  /**
   * Remembers the id whose fingerprint is `words[at..)` until `deadlineMs`, epoch milliseconds above 0; false: it is
   * remembered already.
   */
  add(words: Int32Array, at: number, deadlineMs: number): boolean {
    const table = this.#words
    const mask = this.#deadlines.length - 1
    let place = words[at] & mask
    while (this.#deadlines[place] !== FREE) {
      const own = place * FINGERPRINT_WORDS
      if (
        table[own] === words[at] &&
        table[own + 1] === words[at + 1] &&
        table[own + 2] === words[at + 2] &&
        table[own + 3] === words[at + 3]
      )
        return this.#renew(place, deadlineMs)
      place = (place + 1) & mask
    }
    table.set(words.subarray(at, at + FINGERPRINT_WORDS), place * FINGERPRINT_WORDS)
    this.#deadlines[place] = deadlineMs
    this.#count(deadlineMs, 1)
    this.#used++
    if (this.#used > this.#deadlines.length * LOAD_MAX) this.#rebuild()
    return true
  }

  /** Forgets the ids whose deadline is at or before `nowMs`. */
  expire(nowMs: number): void {
    if (nowMs <= this.#nowMs) return
    this.#nowMs = nowMs
    for (const [deadlineMs, count] of this.#leaving) {
      if (deadlineMs > nowMs) continue
      this.#expired += count
      this.#leaving.delete(deadlineMs)
    }
    // Moving what is left costs as much as was forgotten: a constant per id.
    if (this.#expired > CAPACITY_MIN && this.#expired * 2 > this.#used) this.#rebuild()
  }

  snapshot(): RecentIdsState {
    const { size } = this
    const from = this.#words
    const deadlines = this.#deadlines
    const nowMs = Math.max(this.#nowMs, FREE)
    const words = new Int32Array(size * FINGERPRINT_WORDS)
    const deadlinesMs = new Float64Array(size)
    let count = 0
    for (let place = 0; place < deadlines.length; place++) {
      if (deadlines[place] <= nowMs) continue
      const own = place * FINGERPRINT_WORDS
      const to = count * FINGERPRINT_WORDS
      words[to] = from[own]
      words[to + 1] = from[own + 1]
      words[to + 2] = from[own + 2]
      words[to + 3] = from[own + 3]
      deadlinesMs[count++] = deadlines[place]
    }
    return { words, deadlinesMs }
  }

  restore({ words, deadlinesMs }: RecentIdsState): void {
    for (let i = 0; i < deadlinesMs.length; i++)
      this.add(words, i * FINGERPRINT_WORDS, deadlinesMs[i])
  }

  #isLive(place: number): boolean {
    return this.#deadlines[place] > Math.max(this.#nowMs, FREE)
  }

  /** An id that was forgotten but not cleared away yet is new again. */
  #renew(place: number, deadlineMs: number): boolean {
    if (this.#isLive(place)) return false
    this.#deadlines[place] = deadlineMs
    this.#expired--
    this.#count(deadlineMs, 1)
    return true
  }

  #count(deadlineMs: number, by: number): void {
    this.#leaving.set(deadlineMs, (this.#leaving.get(deadlineMs) ?? 0) + by)
  }

  /** A table of the right size with the live ids only. */
  #rebuild(): void {
    const words = this.#words
    const deadlines = this.#deadlines
    const live = this.size
    let capacity = CAPACITY_MIN
    while (live > capacity * LOAD_AFTER) capacity *= 2
    const mask = capacity - 1
    const nextWords = new Int32Array(capacity * FINGERPRINT_WORDS)
    const nextDeadlines = new Float64Array(capacity)
    for (let from = 0; from < deadlines.length; from++) {
      if (!this.#isLive(from)) continue
      let to = words[from * FINGERPRINT_WORDS] & mask
      while (nextDeadlines[to] !== FREE) to = (to + 1) & mask
      nextDeadlines[to] = deadlines[from]
      for (let i = 0; i < FINGERPRINT_WORDS; i++)
        nextWords[to * FINGERPRINT_WORDS + i] = words[from * FINGERPRINT_WORDS + i]
    }
    this.#words = nextWords
    this.#deadlines = nextDeadlines
    this.#used = live
    this.#expired = 0
  }
}
