// Ids in the order in which they came to the job, as checkpoints save them. Those that are over make room for others: what
// the log is made of serves in turn, as new memory makes the engine collect garbage (window/decisions/memory-of-ids.md).
import { FINGERPRINT_WORDS } from '../decode/fingerprint.ts'
import { ENTRY_WORDS, moveAll } from '../window/id-table.ts'
import type { RecentIdsState } from '../window/recent-ids.ts'

const CAPACITY_MIN = 1024
/** So many entries are copied for a snapshot, so that their memory serves again. */
const COPIED_MAX = 1 << 18
/** Room once it is full: so many times what is not over. */
const ROOM_AFTER = 2

export interface IdEntries {
  /** FINGERPRINT_WORDS an entry. */
  readonly fingerprints: Int32Array
  /** When the last window of each entry's event can change no more, epoch milliseconds. */
  readonly deadlinesMs: Float64Array
}

export class IdLog {
  #entries: Int32Array
  /** Was used before. */
  #spare: Int32Array | undefined
  /** A snapshot has part of the entries: they are never used again. */
  #isShown = false
  #count = 0
  /** How many were in this log, or in logs before it, and are not in it. */
  #dropped: number
  readonly #deadlinesMs: number[] = []
  /** By number of the deadline, how many entries have it. */
  readonly #countOf: number[] = []
  readonly #numberOf = new Map<number, number>()

  readonly #copiedMax: number

  /** With room for so many; it grows. `copiedMax`: snapshots of more entries are not copied. */
  constructor(capacity = CAPACITY_MIN, dropped = 0, copiedMax = COPIED_MAX) {
    this.#entries = new Int32Array(Math.max(capacity, CAPACITY_MIN) * ENTRY_WORDS)
    this.#dropped = dropped
    this.#copiedMax = copiedMax
  }

  /** How many it has room for. */
  get capacity(): number {
    return this.#entries.length / ENTRY_WORDS
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
    let count = 0
    for (let entry = from; entry < end; entry++) count += deadlinesMs[entry] > nowMs ? 1 : 0
    this.#makeRoom(count, nowMs)
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
      this.#countOf[deadline]++
      at += ENTRY_WORDS
    }
    this.#count = at / ENTRY_WORDS
  }

  /** What is in it now; what comes later does not show in it. Deadlines at or before `nowMs` are over. */
  state(nowMs: number): RecentIdsState {
    const inUse = this.#entries.subarray(0, this.#count * ENTRY_WORDS)
    const isCopied = this.#count <= this.#copiedMax
    if (!isCopied) this.#isShown = true
    return {
      entries: isCopied ? inUse.slice() : inUse,
      deadlinesMs: Float64Array.from(this.#deadlinesMs, (ms) => (ms <= nowMs ? Number.NaN : ms)),
      added: this.added,
    }
  }

  #numberAt(deadlineMs: number): number {
    let number = this.#numberOf.get(deadlineMs)
    if (number === undefined) {
      number = this.#deadlinesMs.push(deadlineMs) - 1
      this.#countOf.push(0)
      this.#numberOf.set(deadlineMs, number)
    }
    return number
  }

  /** Drops what is over when there is no room for so many more. */
  #makeRoom(count: number, nowMs: number): void {
    if ((this.#count + count) * ENTRY_WORDS <= this.#entries.length) return
    const numbers = Int32Array.from(this.#deadlinesMs, (ms, number) => (ms <= nowMs ? -1 : number))
    for (const [deadline, number] of numbers.entries()) if (number < 0) this.#countOf[deadline] = 0
    const alive = this.#countOf.reduce((sum, one) => sum + one, 0)
    const before = this.#entries
    this.#entries = this.#takeEntries((alive + count) * ENTRY_WORDS)
    moveAll(before, this.#count, numbers, this.#entries)
    this.#dropped += this.#count - alive
    this.#count = alive
    this.#spare = this.#isShown ? undefined : before
    this.#isShown = false
  }

  #takeEntries(words: number): Int32Array {
    const spare = this.#spare
    return spare !== undefined && spare.length >= words
      ? spare
      : new Int32Array(Math.max(CAPACITY_MIN * ENTRY_WORDS, words * ROOM_AFTER))
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
