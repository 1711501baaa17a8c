// The closed steps of hopping windows, as they were saved: small, and not changed any more but by late events. The sum of
// many is put together of sums of 8, 64, 512 … of them, each made once: see decisions/hopping-windows.md.
import { startAfter, type Windows } from '../../data/definitions/windows.ts'
import type { TextColumn } from '../decode/columns.ts'
import type { AggregateState, CodeMap } from './aggregates/aggregate.ts'
import type { GroupsState } from './groups.ts'
import { asTheyAre, type Merger } from './merger.ts'
import type { WindowState } from './metric-windows.ts'

const STEPS_EACH = 8

/** A closed step that had events. */
export interface ClosedStep {
  readonly startMs: number
  /** End of the last window that it is in. */
  readonly lastEndMs: number
  readonly state: GroupsState
  /** Raised with each state. */
  readonly generation: number
  /** Slots of the groups whose correction is not written yet. */
  corrected: readonly number[]
}

interface Level {
  readonly lengthMs: number
  /** By start. */
  readonly sums: Map<number, GroupsState>
}

export class ClosedSteps {
  readonly #bounds: Windows
  readonly #count: number
  readonly #merger: Merger
  /** By start, rising. */
  #steps = new Map<number, ClosedStep>()
  #last: ClosedStep | undefined
  /** The shortest sums first. */
  readonly #levels: Level[] = []
  readonly #columnOf = new WeakMap<Int32Array, TextColumn>()
  #generation = 0

  /** `count`: steps in a window; `everyMs`: the length of one. */
  constructor(bounds: Windows, everyMs: number, count: number, merger: Merger) {
    this.#bounds = bounds
    this.#count = count
    this.#merger = merger
    for (let steps = STEPS_EACH; steps <= count; steps *= STEPS_EACH)
      this.#levels.push({ lengthMs: steps * everyMs, sums: new Map() })
  }

  get all(): Iterable<ClosedStep> {
    return this.#steps.values()
  }

  get first(): ClosedStep | undefined {
    const [first] = this.#steps.values()
    return first
  }

  get last(): ClosedStep | undefined {
    return this.#last
  }

  /** A map for what is saved to stay here. */
  readonly keep: CodeMap = (column, codes) => {
    this.#columnOf.set(codes, column)
    return codes
  }

  /** Adds a step that is not there; `state` was saved with `keep`. */
  put(startMs: number, state: GroupsState, corrected: readonly number[] = []): void {
    const lastEndMs = this.#bounds.endOf(startAfter(this.#bounds, startMs, this.#count - 1))
    this.#steps.set(startMs, {
      startMs,
      lastEndMs,
      state,
      generation: ++this.#generation,
      corrected,
    })
    if (startMs < (this.#last?.startMs ?? Number.NEGATIVE_INFINITY))
      this.#steps = new Map([...this.#steps].sort(([a], [b]) => a - b))
    else this.#last = this.#steps.get(startMs)
    for (const { lengthMs, sums } of this.#levels)
      sums.delete(Math.floor(startMs / lengthMs) * lengthMs)
  }

  /** Adds what was counted in a step, which may be there already; `corrected` are slots of `state`. */
  add(
    startMs: number,
    state: GroupsState,
    corrected: readonly number[],
    toCodes: CodeMap = asTheyAre,
  ): void {
    const { groups } = this.#merger
    const known = this.#steps.get(startMs)
    const window = groups.ofNewWindow()
    const before = known && groups.absorb(window, startMs, known.state, asTheyAre)
    const slots = groups.absorb(window, startMs, state, toCodes)
    const all = new Set(corrected.map((slot) => slots[slot]))
    if (known && before) for (const slot of known.corrected) all.add(before[slot])
    const sum = groups.save(window, startMs, this.keep)
    groups.release(window, startMs)
    this.put(startMs, sum, [...all])
  }

  /** What the closed steps that start in the stretch come to, in parts to be added up; those up to `closedMs` are closed. */
  partsOf(fromMs: number, toMs: number, closedMs: number): GroupsState[] {
    const parts: GroupsState[] = []
    this.#collect(this.#levels.length - 1, fromMs, Math.min(toMs, closedMs), parts)
    return parts
  }

  /** Forgets steps whose windows are final before the watermark. `latenessMs`: how long after its end a window is not. */
  forgetThrough(watermarkMs: number, latenessMs: number): void {
    for (const { startMs, lastEndMs } of this.#steps.values()) {
      if (lastEndMs + latenessMs > watermarkMs) break
      this.#steps.delete(startMs)
    }
    if (this.#steps.size === 0) this.#last = undefined
    const firstMs = this.first?.startMs ?? Number.POSITIVE_INFINITY
    for (const { lengthMs, sums } of this.#levels)
      for (const startMs of sums.keys()) if (startMs + lengthMs <= firstMs) sums.delete(startMs)
  }

  forgetAll(): void {
    this.#steps.clear()
    this.#last = undefined
    for (const { sums } of this.#levels) sums.clear()
  }

  save(toIds: CodeMap): WindowState[] {
    return Array.from(this.all, ({ startMs, generation, corrected, state }) => ({
      startMs,
      generation,
      isClosed: true,
      corrected,
      ...this.#recoded(state, toIds),
    }))
  }

  #collect(level: number, fromMs: number, toMs: number, parts: GroupsState[]): void {
    if (fromMs >= toMs) return
    if (level < 0) {
      this.#collectSteps(fromMs, toMs, parts)
      return
    }
    const { lengthMs } = this.#levels[level]
    const firstMs = Math.ceil(fromMs / lengthMs) * lengthMs
    const endMs = Math.floor(toMs / lengthMs) * lengthMs
    if (firstMs >= endMs) {
      this.#collect(level - 1, fromMs, toMs, parts)
      return
    }
    this.#collect(level - 1, fromMs, firstMs, parts)
    for (let startMs = firstMs; startMs < endMs; startMs += lengthMs) {
      const sum = this.#sumAt(level, startMs)
      if (sum.slots.length > 0) parts.push(sum)
    }
    this.#collect(level - 1, endMs, toMs, parts)
  }

  #collectSteps(fromMs: number, toMs: number, parts: GroupsState[]): void {
    let startMs = this.#bounds.startOf(fromMs)
    if (startMs < fromMs) startMs = this.#bounds.endOf(startMs)
    for (; startMs < toMs; startMs = this.#bounds.endOf(startMs)) {
      const step = this.#steps.get(startMs)
      if (step !== undefined) parts.push(step.state)
    }
  }

  #sumAt(level: number, startMs: number): GroupsState {
    const { lengthMs, sums } = this.#levels[level]
    const known = sums.get(startMs)
    if (known !== undefined) return known
    const parts: GroupsState[] = []
    this.#collect(level - 1, startMs, startMs + lengthMs, parts)
    const sum =
      parts.length === 1
        ? parts[0]
        : this.#merger.merged(startMs, parts, (window) =>
            this.#merger.groups.save(window, startMs, asTheyAre),
          )
    sums.set(startMs, sum)
    return sum
  }

  /** With ids for the codes, wherever there are some. */
  #recoded(state: GroupsState, toIds: CodeMap): GroupsState {
    const recode = <Value>(value: Value): Value | Int32Array => {
      const column = value instanceof Int32Array ? this.#columnOf.get(value) : undefined
      return column === undefined ? value : toIds(column, value as Int32Array)
    }
    const aggregates = state.aggregates.map(
      (one) =>
        Object.fromEntries(
          Object.entries(one).map(([name, value]) => [name, recode(value)]),
        ) as unknown as AggregateState,
    )
    return { ...state, keys: state.keys.map(recode) as Int32Array[], aggregates }
  }
}
