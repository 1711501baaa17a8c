// What every kind of windows does: closes those of one metric as the watermark passes them, makes their points, and gives
// its state away to be saved or counted elsewhere.
import type { Metric } from '../../data/definitions/metric.ts'
import type { Point } from '../../data/point.ts'
import type { CodeMap } from './aggregates/aggregate.ts'
import type { WindowRows } from './choice.ts'
import type { GroupsState } from './groups.ts'
import type { SideTables } from './side-table.ts'

/** State of one window, or of a step of several, as saved. */
export interface WindowState extends GroupsState {
  readonly startMs: number
  /** While it stays the same, groups and pairs are only added to, as in a side table. */
  readonly generation: number
  readonly isClosed: boolean
  /** Slots of the groups whose correction is not written yet. */
  readonly corrected: readonly number[]
}

/** State of a metric, as saved. */
export interface MetricState {
  readonly windows: readonly WindowState[]
  readonly tables: SideTables
}

/** What people are told of a window. */
export interface WindowSummary {
  readonly startMs: number
  readonly endMs: number
  readonly isClosed: boolean
  readonly groupCount: number
}

/** What events are folded into: the windows of a metric, or what several share. */
export interface Folding {
  /** Folds events into one window, or step. `slots` has room for one of each event. */
  fold(chosen: WindowRows, slots: Int32Array): void
}

export interface MetricWindows {
  readonly metric: Metric
  /** The first watermark at which a window closes or is forgotten; Infinity when there is none. */
  readonly nextChangeMs: number
  /** End of the last window with events that is not closed; -Infinity when none is open. */
  readonly lastEndMs: number
  readonly summaries: readonly WindowSummary[]
  /** Sessions that are not over, where they are what is counted. */
  readonly openSessions?: number
  /** The windows that they are counted in once they are. */
  readonly counted?: MetricWindows
  /** Points before this may be of sessions that are not whole; Infinity: one is open. See `missBefore`. */
  readonly wholeFromMs?: number

  /**
   * Closes every window the watermark has reached, and forgets those that can change no more. The points of the closed
   * and of the corrected windows, earliest window first.
   */
  closeThrough(watermarkMs: number): Point[]

  /** Events before this are missing: sessions that may have begun with one of them are not whole. */
  missBefore?(fromMs: number): void

  /** As `closeThrough`, but for windows of sessions that are over and not counted yet: these stay open. */
  closeCounted?(watermarkMs: number): Point[]

  /** The points of all windows that are not closed, as they stand; they stay open. */
  openPoints(): Point[]

  save(toIds: CodeMap): MetricState

  /** As `save`, and forgets everything: what was taken counts where it is absorbed. */
  take(toIds: CodeMap): MetricState

  /**
   * Adds what was saved or taken, here or elsewhere, to what is there: the same as if its events had been folded here.
   * A window that is closed on either side is closed; groups of the other side are written as corrections.
   */
  absorb(state: MetricState, toCodes: CodeMap): void
}
