// Cumulative windows of one metric: what happened since the start of the day, or of any length, at the end of each step.
// Kept are the whole so far, of the steps that are closed, and the steps that are open. Pure.
import type { Metric } from '../../data/definitions/metric.ts'
import { type CumulativeNode, stepsOf } from '../../data/definitions/nodes.ts'
import { type Windows, windowsOf } from '../../data/definitions/windows.ts'
import type { Point } from '../../data/point.ts'
import type { CodeMap } from './aggregates/aggregate.ts'
import type { WindowRows } from './choice.ts'
import type { Groups, GroupsState } from './groups.ts'
import { asTheyAre, Merger } from './merger.ts'
import type {
  Folding,
  MetricState,
  MetricWindows,
  WindowState,
  WindowSummary,
} from './metric-windows.ts'
import { OpenWindows } from './open-windows.ts'
import type { WindowGroups } from './slots.ts'
import { isClosed } from './watermark.ts'
import { WindowPoints } from './window-points.ts'

/** What the closed steps of a window come to. */
interface Whole {
  readonly startMs: number
  /** Start of the last closed step. */
  stepMs: number
  readonly groups: WindowGroups
}

export class CumulativeWindows implements MetricWindows, Folding {
  readonly metric: Metric
  readonly #windows: Windows
  readonly #steps: Windows
  readonly #stepGroups: Groups
  readonly #open: OpenWindows
  readonly #wholeGroups: Groups
  readonly #merger: Merger
  readonly #points: WindowPoints
  #whole: Whole | undefined

  constructor(metric: Metric, window: CumulativeNode, newGroups: () => Groups) {
    this.metric = metric
    this.#windows = windowsOf({ ...window, kind: 'tumbling' })
    this.#steps = windowsOf(stepsOf(window))
    this.#stepGroups = newGroups()
    this.#open = new OpenWindows(this.#steps, this.#stepGroups)
    this.#wholeGroups = newGroups()
    this.#merger = new Merger(newGroups())
    this.#points = new WindowPoints(metric, newGroups)
  }

  /** Also of a step without events: what is known is written at its end as well. */
  get nextChangeMs(): number {
    const startMs = this.#nextStepMs
    return Number.isFinite(startMs) ? this.#steps.endOf(startMs) : Number.POSITIVE_INFINITY
  }

  get lastEndMs(): number {
    return this.#open.lastEndMs
  }

  get summaries(): WindowSummary[] {
    const { summaries } = this.#open
    if (this.#whole === undefined) return summaries
    const { stepMs: startMs, groups } = this.#whole
    const endMs = this.#steps.endOf(startMs)
    return [{ startMs, endMs, isClosed: true, groupCount: groups.slots.length }, ...summaries]
  }

  fold(chosen: WindowRows, slots: Int32Array): void {
    this.#open.fold(chosen, slots)
  }

  closeThrough(watermarkMs: number): Point[] {
    const points: Point[] = []
    // A watermark of Infinity closes all there is, and then no more.
    while (isClosed(this.nextChangeMs, Math.min(watermarkMs, Number.MAX_VALUE)))
      for (const point of this.#closeStep(this.#nextStepMs)) points.push(point)
    return points
  }

  openPoints(): Point[] {
    return this.#open.inOrder.flatMap(({ startMs }) => {
      const windowMs = this.#windows.startOf(startMs)
      return this.#merger.merged(windowMs, this.#statesThrough(startMs), (groups) =>
        this.#points.openOf(this.#merger.groups, groups, windowMs, startMs),
      )
    })
  }

  save(toIds: CodeMap): MetricState {
    const open = this.#open.save(toIds)
    return {
      windows: this.#whole ? [this.#saveWhole(this.#whole, toIds), ...open] : open,
      tables: {},
    }
  }

  take(toIds: CodeMap): MetricState {
    const state = this.save(toIds)
    this.#open.forgetAll()
    this.#forgetWhole()
    return state
  }

  absorb({ windows }: MetricState, toCodes: CodeMap): void {
    for (const state of windows) if (state.isClosed) this.#absorbWhole(state, toCodes)
    this.#open.absorb(
      windows.filter((state) => !state.isClosed),
      toCodes,
    )
  }

  /** Start of the step that closes next; Infinity when there is nothing to write of any. */
  get #nextStepMs(): number {
    return this.#whole ? this.#steps.endOf(this.#whole.stepMs) : this.#open.firstStartMs
  }

  #closeStep(stepMs: number): Point[] {
    const startMs = this.#windows.startOf(stepMs)
    this.#whole ??= { startMs, stepMs, groups: this.#wholeGroups.ofNewWindow() }
    const { groups } = this.#whole
    const step = this.#open.find(stepMs)
    if (step !== undefined) {
      const state = this.#stepGroups.save(step.groups, stepMs, asTheyAre)
      this.#wholeGroups.absorb(groups, startMs, state, asTheyAre)
      this.#open.forget(step)
    }
    this.#whole.stepMs = stepMs
    const points = this.#points.of(this.#wholeGroups, groups, startMs, stepMs)
    if (this.#windows.endOf(startMs) <= this.#steps.endOf(stepMs)) this.#forgetWhole()
    return points
  }

  /** Of the whole so far and the open steps after it, up to one, which are of the same window. */
  #statesThrough(stepMs: number): GroupsState[] {
    const windowMs = this.#windows.startOf(stepMs)
    const whole = this.#whole?.startMs === windowMs ? this.#whole : undefined
    const open = this.#open.inOrder.filter(
      ({ startMs }) => startMs >= windowMs && startMs <= stepMs,
    )
    return [
      ...(whole ? [this.#wholeGroups.save(whole.groups, windowMs, asTheyAre)] : []),
      ...open.map(({ groups, startMs }) => this.#stepGroups.save(groups, startMs, asTheyAre)),
    ]
  }

  /** Under the time of the last closed step; no open step is known by it. */
  #saveWhole({ startMs, stepMs, groups }: Whole, toIds: CodeMap): WindowState {
    const state = this.#wholeGroups.save(groups, startMs, toIds)
    return { startMs: stepMs, generation: 1, isClosed: true, corrected: [], ...state }
  }

  /** Of two windows the later one stays: the other is over. */
  #absorbWhole(state: WindowState, toCodes: CodeMap): void {
    const stepMs = state.startMs
    const startMs = this.#windows.startOf(stepMs)
    if (this.#whole !== undefined && this.#whole.startMs > startMs) return
    if (this.#whole !== undefined && this.#whole.startMs < startMs) this.#forgetWhole()
    this.#whole ??= { startMs, stepMs, groups: this.#wholeGroups.ofNewWindow() }
    this.#whole.stepMs = Math.max(this.#whole.stepMs, stepMs)
    this.#wholeGroups.absorb(this.#whole.groups, startMs, state, toCodes)
  }

  #forgetWhole(): void {
    if (this.#whole === undefined) return
    this.#wholeGroups.release(this.#whole.groups, this.#whole.startMs)
    this.#whole = undefined
  }
}
