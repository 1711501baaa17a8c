// Tumbling windows of one metric, from their first event until they can change no more. Pure.

import type { Metric } from '../../data/definitions/metric.ts'
import { stepsOf } from '../../data/definitions/nodes.ts'
import { windowsOf } from '../../data/definitions/windows.ts'
import type { Point } from '../../data/point.ts'
import type { CodeMap } from './aggregates/aggregate.ts'
import type { WindowRows } from './choice.ts'
import type { Groups } from './groups.ts'
import type { Folding, MetricState, MetricWindows, WindowSummary } from './metric-windows.ts'
import type { OpenWindow } from './open-window.ts'
import { OpenWindows } from './open-windows.ts'
import { isClosed } from './watermark.ts'
import { WindowPoints } from './window-points.ts'

export class TumblingWindows implements MetricWindows, Folding {
  readonly metric: Metric
  readonly #groups: Groups
  readonly #windows: OpenWindows
  readonly #points: WindowPoints

  constructor(metric: Metric, newGroups: () => Groups) {
    this.metric = metric
    this.#groups = newGroups()
    this.#windows = new OpenWindows(windowsOf(stepsOf(metric.window)), this.#groups)
    this.#points = new WindowPoints(metric, newGroups)
  }

  get nextChangeMs(): number {
    let firstMs = Number.POSITIVE_INFINITY
    for (const window of this.#windows.all)
      firstMs = Math.min(firstMs, window.isClosed ? this.#deadlineOf(window) : window.endMs)
    return firstMs
  }

  get lastEndMs(): number {
    return this.#windows.lastEndMs
  }

  get summaries(): WindowSummary[] {
    return this.#windows.summaries
  }

  fold(chosen: WindowRows, slots: Int32Array): void {
    this.#windows.fold(chosen, slots)
  }

  closeThrough(watermarkMs: number): Point[] {
    const points: Point[] = []
    for (const window of this.#windows.inOrder) {
      if (!isClosed(window.endMs, watermarkMs)) break
      for (const point of window.isClosed ? this.#corrections(window) : this.#pointsOf(window))
        points.push(point)
      window.isClosed = true
      window.corrected.clear()
      if (isClosed(this.#deadlineOf(window), watermarkMs)) this.#windows.forget(window)
    }
    return points
  }

  openPoints(): Point[] {
    return this.#windows.inOrder.flatMap((window) =>
      window.isClosed
        ? []
        : this.#points.openOf(this.#groups, window.groups, window.startMs, window.startMs),
    )
  }

  save(toIds: CodeMap): MetricState {
    return { windows: this.#windows.save(toIds), tables: this.#groups.saveBeside(toIds) }
  }

  take(toIds: CodeMap): MetricState {
    const state = this.save(toIds)
    this.#windows.forgetAll()
    this.#groups.forgetBeside()
    return state
  }

  absorb({ windows, tables }: MetricState, toCodes: CodeMap): void {
    this.#windows.absorb(windows, toCodes)
    this.#groups.absorbBeside(tables, toCodes)
  }

  #pointsOf({ groups, startMs }: OpenWindow): Point[] {
    return this.#points.of(this.#groups, groups, startMs, startMs)
  }

  #corrections({ corrected, startMs }: OpenWindow): Point[] {
    return Array.from(corrected, (slot) => this.#groups.pointOf(slot, startMs))
  }

  #deadlineOf({ endMs }: OpenWindow): number {
    return endMs + this.metric.allowedLatenessMs
  }
}
