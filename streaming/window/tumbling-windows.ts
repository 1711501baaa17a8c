// The tumbling windows of one metric, from their first event until they can change no more: folds events into them, closes
// them, makes their points. Pure.

import type { Metric } from '../../data/definitions/metric.ts'
import { stepsOf } from '../../data/definitions/nodes.ts'
import { type Windows, windowsOf } from '../../data/definitions/windows.ts'
import type { Point } from '../../data/point.ts'
import type { CodeMap } from './aggregates/aggregate.ts'
import type { WindowRows } from './choice.ts'
import type { Groups } from './groups.ts'
import type { MetricState, MetricWindows, WindowSummary } from './metric-windows.ts'
import { OpenWindow } from './open-window.ts'
import { isClosed } from './watermark.ts'

export class TumblingWindows implements MetricWindows {
  readonly metric: Metric
  readonly #bounds: Windows
  readonly #groups: Groups
  readonly #windows = new Map<number, OpenWindow>()

  constructor(metric: Metric, groups: Groups) {
    this.metric = metric
    this.#bounds = windowsOf(stepsOf(metric.window))
    this.#groups = groups
  }

  get nextChangeMs(): number {
    let firstMs = Number.POSITIVE_INFINITY
    for (const window of this.#windows.values())
      firstMs = Math.min(firstMs, window.isClosed ? this.#deadlineOf(window) : window.endMs)
    return firstMs
  }

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

  fold(chosen: WindowRows, slots: Int32Array): void {
    const { startMs } = chosen
    const window = this.#windowAt(startMs)
    this.#groups.fold(window.groups, startMs, chosen, slots)
    for (const row of chosen.late) {
      const slot = this.#groups.revise(window.groups, row)
      if (window.isClosed) window.corrected.add(slot)
    }
  }

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

  openPoints(): Point[] {
    return this.#inOrder().flatMap(({ isClosed, groups, startMs }) =>
      isClosed ? [] : groups.slots.map((slot) => this.#groups.pointOf(slot, startMs)),
    )
  }

  save(toIds: CodeMap): MetricState {
    const windows = this.#inOrder().map(({ startMs, isClosed, corrected, groups }) => ({
      startMs,
      isClosed,
      corrected: [...corrected],
      ...this.#groups.save(groups, startMs, toIds),
    }))
    return { windows, tables: {} }
  }

  take(toIds: CodeMap): MetricState {
    const state = this.save(toIds)
    for (const window of [...this.#windows.values()]) this.#forget(window)
    return state
  }

  absorb({ windows }: MetricState, toCodes: CodeMap): void {
    for (const state of windows) {
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
