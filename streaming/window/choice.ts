// Chooses which events of a batch are counted, and in which windows: once for all metrics with the same condition, windows
// and allowed lateness. Pure.

import type { Metric } from '../../data/definitions/metric.ts'
import { stepsOf } from '../../data/definitions/nodes.ts'
import { type Windows, windowsOf } from '../../data/definitions/windows.ts'
import type { Rows } from './conditions.ts'
import type { Fates } from './fates.ts'
import { isClosed } from './watermark.ts'

/** How far event time had come before each event of a batch. */
export interface Progress {
  /** The watermark of the batch's partition before each event; never falls. */
  readonly watermarksMs: Float64Array
  /** The job's watermark. */
  readonly closedMs: number
}

/** The events of a batch that are counted in one window. */
export interface WindowRows extends Rows {
  readonly startMs: number
  readonly endMs: number
  /** The rows among them of events that came after the window's end, and correct it. */
  late: number[]
}

/** What a choice needs to know of a window while it chooses; `rows` are the ones kept from batch to batch. */
interface Candidate extends WindowRows {
  startMs: number
  endMs: number
  deadlineMs: number
  /** From this row on events are late. */
  lateFrom: number
}

const ROWS_MIN = 256

export class Choice {
  readonly #rows: Rows
  readonly #bounds: Windows
  readonly #allowedLatenessMs: number
  /** Those of the batch first, in the order in which they came. */
  readonly #candidates: Candidate[] = []
  #used = 0
  readonly #byStart = new Map<number, Candidate>()

  /** `rows`: the events that satisfy the condition. */
  constructor(rows: Rows, { window, allowedLatenessMs }: Metric) {
    this.#rows = rows
    this.#bounds = windowsOf(stepsOf(window))
    this.#allowedLatenessMs = allowedLatenessMs
  }

  /** The windows of the batch's events. */
  get windows(): readonly WindowRows[] {
    return this.#candidates.slice(0, this.#used)
  }

  /**
   * An event whose window has closed, by its partition's watermark before it or by the job's, is late. (By its own
   * partition's first, as that does not depend on how partitions were interleaved: see decisions/late-by-partition.md.) A
   * late event corrects its window while lateness is allowed; one that comes after that is not counted.
   */
  choose(timeMs: Float64Array, count: number, progress: Progress, fates: Fates): void {
    this.#used = 0
    this.#byStart.clear()
    const { rows } = this.#rows
    const chosen = this.#rows.count
    let [window, previous] = [NONE, NONE]
    for (let i = 0; i < chosen; ) {
      const time = timeMs[rows[i]]
      // Near a window's end events go to and fro between two.
      const next: Candidate = isIn(time, previous)
        ? previous
        : this.#candidateAt(time, count, progress)
      previous = window
      window = next
      i = this.#chooseRun(i, window, timeMs, progress, fates)
    }
  }

  /** From the `first` on, as long as events are in the window; answers the place of the first that is not. */
  #chooseRun(
    first: number,
    window: Candidate,
    timeMs: Float64Array,
    progress: Progress,
    fates: Fates,
  ): number {
    const { rows, count: chosen } = this.#rows
    const { counted, deadlineMs } = fates
    const { lateFrom, deadlineMs: ownDeadlineMs } = window
    let { rows: kept, count } = window
    let i = first
    for (; i < chosen && isIn(timeMs[rows[i]], window); i++) {
      const row = rows[i]
      if (row >= lateFrom && !this.#mayCorrect(window, row, progress, fates)) continue
      if (deadlineMs[row] < ownDeadlineMs) deadlineMs[row] = ownDeadlineMs
      counted[row] = 1
      if (count === kept.length) kept = longer(kept)
      kept[count++] = row
    }
    window.rows = kept
    window.count = count
    return i
  }

  /** Takes out the events that turned out to be duplicates. */
  dropDuplicates({ duplicate }: Fates): void {
    for (const window of this.windows) {
      const { rows } = window
      let kept = 0
      for (let i = 0; i < window.count; i++) {
        rows[kept] = rows[i]
        kept += 1 - duplicate[rows[i]]
      }
      window.count = kept
      if (window.late.length > 0) window.late = window.late.filter((row) => duplicate[row] === 0)
    }
  }

  /** Whether a late event is still counted; notes how late it is. */
  #mayCorrect(window: Candidate, row: number, progress: Progress, fates: Fates): boolean {
    const { endMs, deadlineMs } = window
    const ownMs = progress.watermarksMs[row]
    const lineMs = Math.max(ownMs, progress.closedMs)
    const isFinal = isClosed(deadlineMs, lineMs)
    fates.hasLate = true
    if (!isClosed(endMs, ownMs) || isFinal !== isClosed(deadlineMs, ownMs)) fates.byTick = true
    const byMs = isFinal ? fates.lateByMs : fates.correctsByMs
    byMs[row] = Math.max(byMs[row], lineMs - endMs)
    if (!isFinal) window.late.push(row)
    return !isFinal
  }

  #candidateAt(timeMs: number, count: number, progress: Progress): Candidate {
    const startMs = this.#bounds.startOf(timeMs)
    let window = this.#byStart.get(startMs)
    if (window !== undefined) return window
    const endMs = this.#bounds.endOf(startMs)
    const rows = this.#candidates[this.#used]?.rows ?? new Int32Array(ROWS_MIN)
    const deadlineMs = endMs + this.#allowedLatenessMs
    const lateFrom = firstAfter(endMs, count, progress)
    window = { startMs, endMs, deadlineMs, lateFrom, rows, count: 0, late: [] }
    this.#candidates[this.#used++] = window
    this.#byStart.set(startMs, window)
    return window
  }
}

/** Holds no event. */
const NONE: Candidate = {
  startMs: Number.NaN,
  endMs: Number.NaN,
  deadlineMs: Number.NaN,
  lateFrom: 0,
  rows: new Int32Array(0),
  count: 0,
  late: [],
}

const isIn = (timeMs: number, { startMs, endMs }: Candidate): boolean =>
  timeMs >= startMs && timeMs < endMs

/** The first row before which the window had closed; `count` when it had before none. */
function firstAfter(endMs: number, count: number, { watermarksMs, closedMs }: Progress): number {
  if (isClosed(endMs, closedMs)) return 0
  let [from, to] = [0, count]
  while (from < to) {
    const middle = (from + to) >> 1
    if (isClosed(endMs, watermarksMs[middle])) to = middle
    else from = middle + 1
  }
  return from
}

function longer(rows: Int32Array): Int32Array {
  const twice = new Int32Array(rows.length * 2)
  twice.set(rows)
  return twice
}
