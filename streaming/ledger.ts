// The books of a job: what became of every record read. Nothing vanishes:
// read = counted + filtered + late + rejected + duplicates, for every partition.

export interface LedgerEntry {
  /** Records read. */
  read: number
  /** Events counted by at least one metric. */
  counted: number
  /** Events that no metric asks for. */
  filtered: number
  /** Events whose window had closed. */
  late: number
  /** Records that are no event. */
  rejected: number
  /** Events seen before. */
  duplicates: number
}

/** Beside the books: how late events were, those that corrected a window and those that came too late for it. */
export interface Lateness {
  /** Events that corrected a window of some metric; they may be too late for another. */
  corrected: number
  /** Late events of both kinds by how long before them their window had closed: see LATENESS_MS. */
  readonly histogram: number[]
}

/** Upper bounds of the classes of lateness, in milliseconds; the last class has none. */
export const LATENESS_MS: readonly number[] = [
  1_000, 10_000, 60_000, 300_000, 3_600_000, 86_400_000,
]

const emptyEntry = (): LedgerEntry => ({
  read: 0,
  counted: 0,
  filtered: 0,
  late: 0,
  rejected: 0,
  duplicates: 0,
})

const COUNTS = Object.keys(emptyEntry()) as (keyof LedgerEntry)[]

/** Every record read became one of these. */
export const balances = (e: LedgerEntry): boolean =>
  e.read === e.counted + e.filtered + e.late + e.rejected + e.duplicates

export class Ledger {
  readonly #partitions = new Map<number, LedgerEntry>()
  readonly #lateness = new Map<number, Lateness>()
  readonly #begins = new Map<number, number>()
  /** Rejected records by reason, over all partitions. */
  readonly reasons = new Map<string, number>()

  /** The entry of a partition, to be added to. */
  of(partition: number): LedgerEntry {
    let entry = this.#partitions.get(partition)
    if (entry === undefined) {
      entry = emptyEntry()
      this.#partitions.set(partition, entry)
    }
    return entry
  }

  /** The partition was read from this offset on; only the first call counts. */
  beginAt(partition: number, offset: number): void {
    if (!this.#begins.has(partition)) this.#begins.set(partition, offset)
  }

  /** How late the events of a partition were. */
  latenessOf(partition: number): Lateness {
    let lateness = this.#lateness.get(partition)
    if (lateness === undefined) {
      lateness = { corrected: 0, histogram: new Array(LATENESS_MS.length + 1).fill(0) }
      this.#lateness.set(partition, lateness)
    }
    return lateness
  }

  /** Events that corrected a window of some metric, over all partitions. */
  get corrected(): number {
    let sum = 0
    for (const { corrected } of this.#lateness.values()) sum += corrected
    return sum
  }

  /**
   * Enters an event that came after the end of some window: `lateByMs` too late for it, `correctsByMs` in time to correct
   * it; -1 where there is no such window.
   */
  addLate(partition: number, lateByMs: number, correctsByMs: number): void {
    const lateness = this.latenessOf(partition)
    if (correctsByMs >= 0) lateness.corrected++
    const byMs = Math.max(lateByMs, correctsByMs)
    const found = LATENESS_MS.findIndex((boundMs) => byMs <= boundMs)
    lateness.histogram[found < 0 ? LATENESS_MS.length : found]++
  }

  get partitions(): readonly number[] {
    return [...this.#partitions.keys()].sort((a, b) => a - b)
  }

  addReason(reason: string, count = 1): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + count)
  }

  /** All partitions added up. */
  total(): LedgerEntry {
    const total = emptyEntry()
    for (const entry of this.#partitions.values()) {
      for (const key of COUNTS) total[key] += entry[key]
    }
    return total
  }

  /** Partitions whose books do not balance; empty when all is well. */
  unbalanced(): number[] {
    return [...this.#partitions]
      .filter(([, entry]) => !balances(entry))
      .map(([partition]) => partition)
  }

  snapshot(): LedgerState {
    return structuredClone({
      partitions: [...this.#partitions],
      lateness: [...this.#lateness],
      begins: [...this.#begins],
      reasons: [...this.reasons],
    })
  }

  /** Adds the books of another, or of an earlier run, to these. */
  add(state: LedgerState): void {
    for (const [partition, other] of state.partitions) {
      const entry = this.of(partition)
      for (const key of COUNTS) entry[key] += other[key]
    }
    for (const [partition, { corrected, histogram }] of state.lateness) {
      const lateness = this.latenessOf(partition)
      lateness.corrected += corrected
      for (const [i, count] of histogram.entries()) lateness.histogram[i] += count
    }
    for (const [partition, offset] of state.begins) this.beginAt(partition, offset)
    for (const [reason, count] of state.reasons) this.addReason(reason, count)
  }

  /** What is in the books, which are empty then. */
  take(): LedgerState {
    const state = this.snapshot()
    this.#partitions.clear()
    this.#lateness.clear()
    this.#begins.clear()
    this.reasons.clear()
    return state
  }
}

export interface LedgerState {
  readonly partitions: readonly (readonly [number, LedgerEntry])[]
  readonly lateness: readonly (readonly [number, Lateness])[]
  /** The first offset read of each partition that had records. */
  readonly begins: readonly (readonly [number, number])[]
  readonly reasons: readonly (readonly [string, number])[]
}
