// Ids in the order in which they came to the job, as checkpoints save them: only ever added to, so that what is saved goes
// on being what it was.
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'
import { ENTRY_WORDS, type RecentIdsState } from '../window/recent-ids.ts'

const CAPACITY_MIN = 1024

export interface IdEntries {
  /** FINGERPRINT_WORDS an entry. */
  readonly fingerprints: Int32Array
  /** When the last window of each entry's event can change no more, epoch milliseconds. */
  readonly deadlinesMs: Float64Array
}

export class IdLog {
  #entries: Int32Array
  #count = 0
  /** How many were in logs before this one and are not in it. */
  readonly #dropped: number
  readonly #deadlinesMs: number[] = []
  readonly #numberOf = new Map<number, number>()

  /** With room for so many; it grows. */
  constructor(capacity = CAPACITY_MIN, dropped = 0) {
    this.#entries = new Int32Array(Math.max(capacity, CAPACITY_MIN) * ENTRY_WORDS)
    this.#dropped = dropped
  }

  get count(): number {
    return this.#count
  }

  /** How many were ever added. */
  get added(): number {
    return this.#dropped + this.#count
  }

  /**
   * Adds the entries `from` to `end`: their fingerprints side by side, and a deadline for each. Those whose deadline is at
   * or before `nowMs` are left out.
   */
  add({ fingerprints, deadlinesMs }: IdEntries, from: number, end: number, nowMs: number): void {
    this.#makeRoom(end - from)
    const entries = this.#entries
    let lastMs = Number.NaN
    let deadline = 0
    let at = this.#count * ENTRY_WORDS
    for (let entry = from; entry < end; entry++) {
      const deadlineMs = deadlinesMs[entry]
      if (deadlineMs <= nowMs) continue
      if (deadlineMs !== lastMs) {
        lastMs = deadlineMs
        deadline = this.#numberAt(lastMs)
      }
      const word = entry * FINGERPRINT_WORDS
      entries[at] = fingerprints[word]
      entries[at + 1] = fingerprints[word + 1]
      entries[at + 2] = fingerprints[word + 2]
      entries[at + FINGERPRINT_WORDS] = deadline
      at += ENTRY_WORDS
    }
    this.#count = at / ENTRY_WORDS
  }

  /** What is in it now; what comes later does not show in it. Deadlines at or before `nowMs` are over. */
  state(nowMs: number): RecentIdsState {
    return {
      entries: this.#entries.subarray(0, this.#count * ENTRY_WORDS),
      deadlinesMs: Float64Array.from(this.#deadlinesMs, (ms) => (ms <= nowMs ? Number.NaN : ms)),
      added: this.added,
    }
  }

  #numberAt(deadlineMs: number): number {
    let number = this.#numberOf.get(deadlineMs)
    if (number === undefined) {
      number = this.#deadlinesMs.push(deadlineMs) - 1
      this.#numberOf.set(deadlineMs, number)
    }
    return number
  }

  #makeRoom(count: number): void {
    const neededWords = (this.#count + count) * ENTRY_WORDS
    if (neededWords <= this.#entries.length) return
    const entries = new Int32Array(Math.max(neededWords, this.#entries.length * 2))
    entries.set(this.#entries)
    this.#entries = entries
  }
}

/** Calls `each` with every id that is not forgotten: the place of its fingerprint in `entries`, and its deadline. */
export function forEachId(
  { entries, deadlinesMs }: Pick<RecentIdsState, 'entries' | 'deadlinesMs'>,
  each: (at: number, deadlineMs: number) => void,
): void {
  for (let at = 0; at < entries.length; at += ENTRY_WORDS) {
    const deadlineMs = deadlinesMs[entries[at + FINGERPRINT_WORDS]]
    if (!Number.isNaN(deadlineMs)) each(at, deadlineMs)
  }
}
