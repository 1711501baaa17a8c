// Tumbling windows of one metric in which a series that had events not long before has a point also without: zeros. Pure.
import type { Metric } from '../../data/definitions/metric.ts'
import { stepsOf } from '../../data/definitions/nodes.ts'
import { type Windows, windowsOf } from '../../data/definitions/windows.ts'
import type { Point } from '../../data/point.ts'
import type { CodeMap } from './aggregates/aggregate.ts'
import type { WindowRows } from './choice.ts'
import type { Groups } from './groups.ts'
import { KnownSeries } from './known-series.ts'
import type { Folding, MetricState, MetricWindows, WindowSummary } from './metric-windows.ts'
import { OpenWindows } from './open-windows.ts'
import { isClosed } from './watermark.ts'
import { WindowPoints } from './window-points.ts'

export class FilledWindows implements MetricWindows, Folding {
  readonly metric: Metric
  readonly #bounds: Windows
  readonly #groups: Groups
  readonly #open: OpenWindows
  readonly #series: KnownSeries
  readonly #points: WindowPoints

  /** `zerosForMs`: how long after the end of the last window with events of it a series is known. */
  constructor(metric: Metric, zerosForMs: number, newGroups: () => Groups) {
    this.metric = metric
    this.#bounds = windowsOf(stepsOf(metric.window))
    this.#groups = newGroups()
    this.#open = new OpenWindows(this.#bounds, this.#groups)
    this.#series = new KnownSeries(this.#groups.numbers, zerosForMs)
    this.#points = new WindowPoints(metric, newGroups)
  }

  /** Also of a window without events, while series are known. */
  get nextChangeMs(): number {
    const startMs = this.#nextStartMs
    return Number.isFinite(startMs) ? this.#bounds.endOf(startMs) : Number.POSITIVE_INFINITY
  }

  get lastEndMs(): number {
    return this.#open.lastEndMs
  }

  get summaries(): WindowSummary[] {
    return this.#open.summaries
  }

  fold(chosen: WindowRows, slots: Int32Array): void {
    this.#open.fold(chosen, slots)
  }

  closeThrough(watermarkMs: number): Point[] {
    const points: Point[] = []
    // A watermark of Infinity closes all there is, and then no more.
    while (isClosed(this.nextChangeMs, Math.min(watermarkMs, Number.MAX_VALUE))) {
      const startMs = this.#nextStartMs
      const window = this.#open.at(startMs)
      this.#series.fill(this.#groups, window)
      for (const point of this.#points.of(this.#groups, window.groups, startMs, startMs))
        points.push(point)
      this.#open.forget(window)
    }
    return points
  }

  openPoints(): Point[] {
    return this.#open.inOrder.flatMap(({ groups, startMs }) =>
      this.#points.openOf(this.#groups, groups, startMs, startMs),
    )
  }

  save(toIds: CodeMap): MetricState {
    return {
      windows: this.#open.save(toIds),
      tables: { ...this.#series.save(toIds), ...this.#groups.saveBeside(toIds) },
    }
  }

  take(toIds: CodeMap): MetricState {
    const state = this.save(toIds)
    this.#open.forgetAll()
    this.#series.clear()
    this.#groups.forgetBeside()
    return state
  }

  absorb({ windows, tables }: MetricState, toCodes: CodeMap): void {
    this.#open.absorb(windows, toCodes)
    this.#series.absorb(tables, toCodes)
    this.#groups.absorbBeside(tables, toCodes)
  }

  /** The window that closes next; Infinity: none. */
  get #nextStartMs(): number {
    const firstMs = this.#open.firstStartMs
    return this.#series.isEmpty ? firstMs : Math.min(firstMs, this.#series.filledThroughMs)
  }
}
