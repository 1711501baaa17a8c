// The tumbling windows of one metric, from their first event until they can change no more: folds events into them, closes
// them, makes their points. Pure.

import type { Metric } from '../../data/definitions/metric.ts'
import { stepsOf } from '../../data/definitions/nodes.ts'
import { type Windows, windowsOf } from '../../data/definitions/windows.ts'
import type { Point } from '../../data/point.ts'
import type { CodeMap } from './aggregates/aggregate.ts'
import type { WindowRows } from './choice.ts'
import type { Groups, GroupsState } from './groups.ts'
import { OpenWindow } from './open-window.ts'
import { isClosed } from './watermark.ts'

/** State of one window, as saved. */
export interface WindowState extends GroupsState {
  readonly startMs: number
  readonly isClosed: boolean
  /** Slots of the groups whose correction is not written yet. */
  readonly corrected: readonly number[]
}

/** What people are told of a window. */
export interface WindowSummary {
  readonly startMs: number
  readonly endMs: number
  readonly isClosed: boolean
  readonly groupCount: number
}

export class MetricWindows {
  readonly metric: Metric
  readonly #bounds: Windows
  readonly #groups: Groups
  readonly #windows = new Map<number, OpenWindow>()

  constructor(metric: Metric, groups: Groups) {
    this.metric = metric
    this.#bounds = windowsOf(stepsOf(metric.window))
    this.#groups = groups
  }

  /** The first watermark at which a window closes or is forgotten; Infinity when there is none. */
  get nextChangeMs(): number {
    let firstMs = Number.POSITIVE_INFINITY
    for (const window of this.#windows.values())
      firstMs = Math.min(firstMs, window.isClosed ? this.#deadlineOf(window) : window.endMs)
    return firstMs
  }

  /** End of the last window that is not closed; -Infinity when none is open. */
  get lastEndMs(): number {
    let lastMs = Number.NEGATIVE_INFINITY
    for (const { isClosed, endMs } of this.#windows.values())
      if (!isClosed) lastMs = Math.max(lastMs, endMs)
    return lastMs
  }

  get summaries(): WindowSummary[] {
    return this.#inOrder().map(({ startMs, endMs, isClosed, groups }) => ({
      startMs,
      endMs,
      isClosed,
      groupCount: groups.slots.length,
    }))
  }

  /** Folds events into one window. `slots` has room for one of each event. */
  fold(chosen: WindowRows, slots: Int32Array): void {
    const { startMs } = chosen
    const window = this.#windowAt(startMs)
    this.#groups.fold(window.groups, startMs, chosen, slots)
    for (const row of chosen.late) {
      const slot = this.#groups.revise(window.groups, row)
      if (window.isClosed) window.corrected.add(slot)
    }
  }

  /**
   * Closes every window the watermark has reached, and forgets those that can change no more. The points of the closed
   * and of the corrected windows, earliest window first.
   */
  closeThrough(watermarkMs: number): Point[] {
    const points: Point[] = []
    for (const window of this.#inOrder()) {
      const { startMs, endMs, groups, corrected } = window
      if (!isClosed(endMs, watermarkMs)) break
      const slots = window.isClosed ? corrected : groups.slots
      for (const slot of slots) points.push(this.#groups.pointOf(slot, startMs))
      window.isClosed = true
      corrected.clear()
      if (isClosed(this.#deadlineOf(window), watermarkMs)) this.#forget(window)
    }
    return points
  }

  /** The points of all windows that are not closed, as they stand; they stay open. */
  openPoints(): Point[] {
    return this.#inOrder().flatMap(({ isClosed, groups, startMs }) =>
      isClosed ? [] : groups.slots.map((slot) => this.#groups.pointOf(slot, startMs)),
    )
  }

  save(toIds: CodeMap): WindowState[] {
    return this.#inOrder().map(({ startMs, isClosed, corrected, groups }) => ({
      startMs,
      isClosed,
      corrected: [...corrected],
      ...this.#groups.save(groups, startMs, toIds),
    }))
  }

  /** As `save`, and forgets every window: what was taken counts where it is absorbed. */
  take(toIds: CodeMap): WindowState[] {
    const states = this.save(toIds)
    for (const window of [...this.#windows.values()]) this.#forget(window)
    return states
  }

  /**
   * Adds what was saved or taken, here or elsewhere, to what is there: the same as if its events had been folded here.
   * A window that is closed on either side is closed; groups of the other side are written as corrections.
   */
  absorb(states: readonly WindowState[], toCodes: CodeMap): void {
    for (const state of states) {
      const window = this.#windowAt(state.startMs)
      const { groups, corrected } = window
      if (state.isClosed && !window.isClosed) {
        window.isClosed = true
        for (const slot of groups.slots) corrected.add(slot)
      }
      const slotOf = this.#groups.absorb(groups, state.startMs, state, toCodes)
      const isCorrection = window.isClosed && !state.isClosed
      for (const slot of isCorrection ? state.slots : state.corrected) corrected.add(slotOf[slot])
    }
  }

  #inOrder(): OpenWindow[] {
    return [...this.#windows.values()].sort((a, b) => a.startMs - b.startMs)
  }

  #deadlineOf(window: OpenWindow): number {
    return window.endMs + this.metric.allowedLatenessMs
  }

  #windowAt(startMs: number): OpenWindow {
    let window = this.#windows.get(startMs)
    if (window === undefined) {
      window = new OpenWindow(startMs, this.#bounds.endOf(startMs), this.#groups.ofNewWindow())
      this.#windows.set(startMs, window)
    }
    return window
  }

  #forget(window: OpenWindow): void {
    this.#groups.release(window.groups, window.startMs)
    this.#windows.delete(window.startMs)
  }
}
