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

const emptyEntry = (): LedgerEntry => ({
  read: 0,
  counted: 0,
  filtered: 0,
  late: 0,
  rejected: 0,
  duplicates: 0,
})

export class Ledger {
  readonly #partitions = new Map<number, LedgerEntry>()
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

  addReason(reason: string): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1)
  }

  /** All partitions added up. */
  total(): LedgerEntry {
    const total = emptyEntry()
    for (const entry of this.#partitions.values()) {
      for (const key of Object.keys(total) as (keyof LedgerEntry)[]) total[key] += entry[key]
    }
    return total
  }

  /** Partitions whose books do not balance; empty when all is well. */
  unbalanced(): number[] {
    return [...this.#partitions]
      .filter(([, e]) => e.read !== e.counted + e.filtered + e.late + e.rejected + e.duplicates)
      .map(([partition]) => partition)
  }

  snapshot(): LedgerState {
    return { partitions: structuredClone([...this.#partitions]), reasons: [...this.reasons] }
  }

  restore(state: LedgerState): void {
    for (const [partition, entry] of state.partitions) this.#partitions.set(partition, { ...entry })
    for (const [reason, count] of state.reasons) this.reasons.set(reason, count)
  }
}

export interface LedgerState {
  readonly partitions: readonly (readonly [number, LedgerEntry])[]
  readonly reasons: readonly (readonly [string, number])[]
}
