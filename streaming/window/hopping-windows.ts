// Hopping windows of one metric. An event is counted once, in its step; a window is the sum of its steps. Pure.
import type { Metric } from '../../data/definitions/metric.ts'
import { type HoppingNode, stepsOf } from '../../data/definitions/nodes.ts'
import { startAfter, type Windows, windowsOf } from '../../data/definitions/windows.ts'
import type { Point } from '../../data/point.ts'
import type { CodeMap } from './aggregates/aggregate.ts'
import type { WindowRows } from './choice.ts'
import { ClosedSteps } from './closed-steps.ts'
import type { Groups, GroupsState } from './groups.ts'
import { asTheyAre, Merger } from './merger.ts'
import type { Folding, MetricState, MetricWindows, WindowSummary } from './metric-windows.ts'
import { OpenWindows } from './open-windows.ts'
import type { SideTables } from './side-table.ts'
import { isClosed } from './watermark.ts'
import { WindowPoints } from './window-points.ts'

export class HoppingWindows implements MetricWindows, Folding {
  readonly metric: Metric
  readonly #bounds: Windows
  /** Steps in a window. */
  readonly #count: number
  readonly #groups: Groups
  /** Steps that are open, and what came late for closed ones. */
  readonly #open: OpenWindows
  readonly #closed: ClosedSteps
  readonly #merger: Merger
  readonly #points: WindowPoints
  /** Windows that end up to here are written: a step's end. */
  #closedMs = Number.NEGATIVE_INFINITY

  constructor(metric: Metric, window: HoppingNode, newGroups: () => Groups) {
    this.metric = metric
    this.#bounds = windowsOf(stepsOf(window))
    this.#count = window.sizeMs / window.everyMs
    this.#groups = newGroups()
    this.#open = new OpenWindows(this.#bounds, this.#groups)
    this.#merger = new Merger(newGroups())
    this.#closed = new ClosedSteps(this.#bounds, window.everyMs, this.#count, this.#merger)
    this.#points = new WindowPoints(metric, newGroups)
  }

  get nextChangeMs(): number {
    const { first } = this.#closed
    const forgetMs = first ? first.lastEndMs + this.metric.allowedLatenessMs : Infinity
    return Math.min(this.#nextEndMs, forgetMs)
  }

  get lastEndMs(): number {
    return this.#open.lastEndMs
  }

  /** Of the windows that end with a step that had events. */
  get summaries(): WindowSummary[] {
    const closed = Array.from(this.#closed.all, ({ startMs, state }) => ({
      startMs,
      endMs: this.#bounds.endOf(startMs),
      isClosed: true,
      groupCount: state.slots.length,
    }))
    return [...closed, ...this.#open.summaries]
  }

  fold(chosen: WindowRows, slots: Int32Array): void {
    this.#open.fold(chosen, slots)
  }

  closeThrough(watermarkMs: number): Point[] {
    this.#settle()
    const points = this.#corrections()
    // A watermark of Infinity closes all there is, and then no more.
    while (isClosed(this.#nextEndMs, Math.min(watermarkMs, Number.MAX_VALUE))) {
      const endMs = this.#nextEndMs
      const startMs = this.#bounds.startOf(endMs - 1)
      const step = this.#open.find(startMs)
      if (step !== undefined) {
        this.#closed.put(startMs, this.#groups.save(step.groups, startMs, this.#closed.keep))
        this.#open.forget(step)
      }
      this.#closedMs = endMs
      for (const point of this.#pointsOf(startMs, [])) points.push(point)
    }
    if (isClosed(this.nextChangeMs, watermarkMs))
      this.#closed.forgetThrough(watermarkMs, this.metric.allowedLatenessMs)
    return points
  }

  openPoints(): Point[] {
    this.#settle()
    const open = this.#open.inOrder
    return open.flatMap(({ startMs: lastMs, endMs }) => {
      const fromMs = this.#startOfWindow(lastMs)
      const own = open.filter(({ startMs }) => startMs >= fromMs && startMs < endMs)
      const states = own.map(({ groups, startMs }) => this.#groups.save(groups, startMs, asTheyAre))
      return this.#pointsOf(lastMs, states)
    })
  }

  save(toIds: CodeMap): MetricState {
    this.#settle()
    return {
      windows: [...this.#closed.save(toIds), ...this.#open.save(toIds)],
      tables: this.#saveClosedMs(),
    }
  }

  take(toIds: CodeMap): MetricState {
    const state = this.save(toIds)
    this.#open.forgetAll()
    this.#closed.forgetAll()
    this.#closedMs = Number.NEGATIVE_INFINITY
    return state
  }

  absorb({ windows, tables }: MetricState, toCodes: CodeMap): void {
    if (tables.closed !== undefined)
      this.#closedMs = Math.max(this.#closedMs, tables.closed.numbers[0][0])
    for (const state of windows)
      if (state.isClosed) this.#closed.add(state.startMs, state, state.corrected, toCodes)
    this.#open.absorb(
      windows.filter((state) => !state.isClosed),
      toCodes,
    )
  }

  /** Until a window without any event comes, one ends with each step. Infinity: none can end. */
  get #nextEndMs(): number {
    const { last } = this.#closed
    if (last !== undefined && last.lastEndMs > this.#closedMs)
      return this.#bounds.endOf(this.#closedMs)
    const firstMs = this.#open.firstStartMs
    return Number.isFinite(firstMs) ? this.#bounds.endOf(firstMs) : Number.POSITIVE_INFINITY
  }

  #startOfWindow(lastStepMs: number): number {
    return startAfter(this.#bounds, lastStepMs, 1 - this.#count)
  }

  /** What came late for closed steps is added to them. */
  #settle(): void {
    for (const window of [...this.#open.all]) {
      const { startMs, endMs, groups } = window
      if (!isClosed(endMs, this.#closedMs)) continue
      const state = this.#groups.save(groups, startMs, asTheyAre)
      this.#closed.add(startMs, state, [...state.slots])
      this.#open.forget(window)
    }
  }

  /** Every closed window that has a corrected step is written again, for the groups that were corrected. */
  #corrections(): Point[] {
    /** By the start of the window's last step: keys of groups. */
    const wanted = new Map<number, Set<string>>()
    for (const step of this.#closed.all) {
      if (step.corrected.length === 0) continue
      const slots = new Set(step.corrected)
      const keys = keysOf(step.state, slots)
      let lastMs = step.startMs
      for (let i = 0; i < this.#count; i++, lastMs = this.#bounds.endOf(lastMs)) {
        if (!isClosed(this.#bounds.endOf(lastMs), this.#closedMs)) break
        const own = wanted.get(lastMs) ?? new Set()
        wanted.set(lastMs, own)
        for (const key of keys) own.add(key)
      }
      step.corrected = []
    }
    return [...wanted]
      .sort(([a], [b]) => a - b)
      .flatMap(([lastMs, keys]) => this.#pointsOf(lastMs, [], keys))
  }

  /** Of the window that ends with a step, closed steps and `open` ones; of all groups, or of those with such keys. */
  #pointsOf(lastStepMs: number, open: readonly GroupsState[], keys?: ReadonlySet<string>): Point[] {
    const fromMs = this.#startOfWindow(lastStepMs)
    const endMs = this.#bounds.endOf(lastStepMs)
    const parts = [...this.#closed.partsOf(fromMs, endMs, this.#closedMs), ...open]
    const { groups } = this.#merger
    return this.#merger.merged(fromMs, parts, (window) =>
      keys === undefined
        ? this.#points[open.length > 0 ? 'openOf' : 'of'](groups, window, fromMs, lastStepMs)
        : window.slots
            .filter((slot) => keys.has(groups.keyOf(slot).join()))
            .map((slot) => groups.pointOf(slot, lastStepMs)),
    )
  }

  #saveClosedMs(): SideTables {
    const closedMs = this.#closedMs
    if (!Number.isFinite(closedMs)) return {}
    return {
      closed: { generation: closedMs, numbers: [Float64Array.of(closedMs)], codes: [] },
    }
  }
}

/** Keys of some of the groups, by their slots: codes, as text. */
function keysOf({ slots, keys }: GroupsState, wanted: ReadonlySet<number>): string[] {
  const texts: string[] = []
  for (const [group, slot] of slots.entries())
    if (wanted.has(slot)) texts.push(keys.map((codes) => codes[group]).join())
  return texts
}
