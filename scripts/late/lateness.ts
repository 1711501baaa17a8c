// How late the late events are: counted by partition and by how long their window had closed, the latest ones kept.
// Pure.
import type { KeptRecord } from '../../stores/dead-letters/dead-letters.ts'

/** Upper bounds of the columns but the last, which has the rest. */
export const BOUNDS_MS = [1_000, 10_000, 60_000, 300_000, 3_600_000, 86_400_000] as const

export interface Row {
  /** By bound, then later than all of them. */
  readonly counts: number[]
  total: number
  /** Events set aside by an earlier version, which did not note how late they were. */
  unknown: number
  latestMs: number
}

const emptyRow = (): Row => ({
  counts: Array.from({ length: BOUNDS_MS.length + 1 }, () => 0),
  total: 0,
  unknown: 0,
  latestMs: 0,
})

export class Lateness {
  readonly all = emptyRow()
  readonly #partitions = new Map<number, Row>()
  readonly #latestMax: number
  readonly #latest: KeptRecord[] = []
  #latenessMs: number[] = []

  /** `latestMax`: how many of the latest to keep. */
  constructor(latestMax: number) {
    this.#latestMax = latestMax
  }

  add(record: KeptRecord): void {
    const { partition, lateByMs } = record
    const own = this.#partitions.get(partition) ?? emptyRow()
    this.#partitions.set(partition, own)
    for (const row of [own, this.all]) {
      row.total++
      if (lateByMs === undefined) row.unknown++
      else row.counts[columnOf(lateByMs)]++
      row.latestMs = Math.max(row.latestMs, lateByMs ?? 0)
    }
    if (lateByMs === undefined) return
    this.#latenessMs.push(lateByMs)
    this.#keepIfLatest(record)
  }

  /** By number of partition. */
  get partitions(): readonly (readonly [partition: number, row: Row])[] {
    return [...this.#partitions].sort(([a], [b]) => a - b)
  }

  /** The latest first. */
  get latest(): readonly KeptRecord[] {
    return this.#latest
  }

  /** Lateness that so large a share (0 to 1) of the events does not exceed; undefined when none is known. */
  quantileMs(share: number): number | undefined {
    this.#latenessMs = this.#latenessMs.sort((a, b) => a - b)
    return this.#latenessMs[Math.max(0, Math.ceil(share * this.#latenessMs.length) - 1)]
  }

  #keepIfLatest(record: KeptRecord): void {
    const latest = this.#latest
    const lateBy = ({ lateByMs = 0 }: KeptRecord) => lateByMs
    let at = latest.length
    while (at > 0 && lateBy(latest[at - 1]) < lateBy(record)) at--
    if (at >= this.#latestMax) return
    latest.splice(at, 0, record)
    latest.length = Math.min(latest.length, this.#latestMax)
  }
}

function columnOf(lateByMs: number): number {
  const column = BOUNDS_MS.findIndex((boundMs) => lateByMs <= boundMs)
  return column < 0 ? BOUNDS_MS.length : column
}
