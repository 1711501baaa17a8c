// Chooses which events of a batch are counted in sessions. Pure.
//
// A session is over when the watermark has passed its last event by the gap and what lateness is allowed; so an event that
// is not further behind than that lateness meets its session open, and one that is further behind is late.
import type { Progress, WindowRows } from '../choice.ts'
import type { Rows } from '../conditions.ts'
import type { Fates } from '../fates.ts'
import { isClosed } from '../watermark.ts'

/** Ids are remembered until a multiple of this, so that there are few deadlines: longer than need be, and no harm. */
const REMEMBERED_BY_MS = 10_000

export class SessionChoice {
  readonly #rows: Rows
  readonly #allowedLatenessMs: number
  readonly #chosen: Rows & WindowRows = {
    startMs: Number.NEGATIVE_INFINITY,
    endMs: Number.POSITIVE_INFINITY,
    rows: new Int32Array(0),
    count: 0,
    late: [],
  }
  readonly windows: readonly WindowRows[] = [this.#chosen]

  /** `rows`: the events that satisfy the metric's condition, and that a session can be told of. */
  constructor(rows: Rows, allowedLatenessMs: number) {
    this.#rows = rows
    this.#allowedLatenessMs = allowedLatenessMs
  }

  /** As `Choice.choose`: late by its own partition, or by the job's watermark. Nothing is corrected. */
  choose(timeMs: Float64Array, count: number, progress: Progress, fates: Fates): void {
    const chosen = this.#chosen
    const { rows } = this.#rows
    if (count > chosen.rows.length) chosen.rows = new Int32Array(count)
    const { watermarksMs, closedMs } = progress
    const { counted, deadlineMs } = fates
    const kept = chosen.rows
    let keptCount = 0
    for (let i = 0; i < this.#rows.count; i++) {
      const row = rows[i]
      const endMs = timeMs[row] + 1
      const ownMs = endMs + this.#allowedLatenessMs
      const lineMs = watermarksMs[row] > closedMs ? watermarksMs[row] : closedMs
      if (isClosed(ownMs, lineMs)) {
        fates.hasLate = true
        if (!isClosed(ownMs, watermarksMs[row])) fates.byTick = true
        fates.lateByMs[row] = Math.max(fates.lateByMs[row], lineMs - endMs)
        continue
      }
      counted[row] = 1
      kept[keptCount++] = row
      const untilMs = Math.ceil(ownMs / REMEMBERED_BY_MS) * REMEMBERED_BY_MS
      if (deadlineMs[row] < untilMs) deadlineMs[row] = untilMs
    }
    chosen.count = keptCount
  }

  dropDuplicates({ duplicate }: Fates): void {
    const chosen = this.#chosen
    const { rows } = chosen
    let kept = 0
    for (let i = 0; i < chosen.count; i++) {
      rows[kept] = rows[i]
      kept += 1 - duplicate[rows[i]]
    }
    chosen.count = kept
  }
}
