// The windows of a metric that hold groups, or the steps of longer ones: folded into, saved, and added to.
import type { Windows } from '../../data/definitions/windows.ts'
import type { CodeMap } from './aggregates/aggregate.ts'
import type { WindowRows } from './choice.ts'
import type { Groups } from './groups.ts'
import type { WindowState, WindowSummary } from './metric-windows.ts'
import { OpenWindow } from './open-window.ts'

export class OpenWindows {
  readonly #bounds: Windows
  readonly #groups: Groups
  readonly #windows = new Map<number, OpenWindow>()

  /** `groups`: those of its windows. */
  constructor(bounds: Windows, groups: Groups) {
    this.#bounds = bounds
    this.#groups = groups
  }

  /** In no order. */
  get all(): Iterable<OpenWindow> {
    return this.#windows.values()
  }

  get inOrder(): OpenWindow[] {
    return [...this.#windows.values()].sort((a, b) => a.startMs - b.startMs)
  }

  /** Start of the first; Infinity when there is none. */
  get firstStartMs(): number {
    let firstMs = Number.POSITIVE_INFINITY
    for (const startMs of this.#windows.keys()) if (startMs < firstMs) firstMs = startMs
    return firstMs
  }

  /** End of the last that is not closed; -Infinity when there is none. */
  get lastEndMs(): number {
    let lastMs = Number.NEGATIVE_INFINITY
    for (const { isClosed, endMs } of this.#windows.values())
      if (!isClosed) lastMs = Math.max(lastMs, endMs)
    return lastMs
  }

  get summaries(): WindowSummary[] {
    return this.inOrder.map(({ startMs, endMs, isClosed, groups }) => ({
      startMs,
      endMs,
      isClosed,
      groupCount: groups.slots.length,
    }))
  }

  find(startMs: number): OpenWindow | undefined {
    return this.#windows.get(startMs)
  }

  /** The one that starts then, or a new one. */
  at(startMs: number): OpenWindow {
    let window = this.#windows.get(startMs)
    if (window === undefined) {
      window = new OpenWindow(startMs, this.#bounds.endOf(startMs), this.#groups.ofNewWindow())
      this.#windows.set(startMs, window)
    }
    return window
  }

  forget(window: OpenWindow): void {
    this.#groups.release(window.groups, window.startMs)
    this.#windows.delete(window.startMs)
  }

  forgetAll(): void {
    for (const window of [...this.#windows.values()]) this.forget(window)
  }

  /** Folds events into one window. `slots` has room for one of each event. */
  fold(chosen: WindowRows, slots: Int32Array): void {
    const { startMs } = chosen
    const window = this.at(startMs)
    this.#groups.fold(window.groups, startMs, chosen, slots)
    for (const row of chosen.late) {
      const slot = this.#groups.revise(window.groups, row)
      if (window.isClosed) window.corrected.add(slot)
    }
  }

  save(toIds: CodeMap): WindowState[] {
    return this.inOrder.map(({ startMs, isClosed, corrected, groups }) => ({
      startMs,
      generation: 0,
      isClosed,
      corrected: [...corrected],
      ...this.#groups.save(groups, startMs, toIds),
    }))
  }

  /** A window that is closed on either side is closed; groups of the other side are to be written as corrections. */
  absorb(states: readonly WindowState[], toCodes: CodeMap): void {
    for (const state of states) {
      const window = this.at(state.startMs)
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
}
