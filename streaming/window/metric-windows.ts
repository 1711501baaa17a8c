// The tumbling windows of one metric: chooses and folds the events of a batch, closes windows, makes their points. Pure.
import { type Metric, REVISION } from '../../data/definitions/metric.ts'
import type { RatioNode } from '../../data/definitions/nodes.ts'
import { type Windows, windowsOf } from '../../data/definitions/windows.ts'
import type { Point } from '../../data/point.ts'
import type { EventSchema } from '../../data/schema.ts'
import type { Columns, TextColumn } from '../decode/columns.ts'
import {
  type Aggregate,
  type AggregateState,
  type CodeMap,
  gather,
  roomFor,
} from './aggregates/aggregate.ts'
import { compileAggregate } from './aggregates/compile.ts'
import type { Fates } from './fates.ts'
import { OpenWindow } from './open-window.ts'
import { compilePredicate, type Predicate } from './predicate.ts'
import { SlotArena } from './slots.ts'
import { isClosed } from './watermark.ts'

/** State of one window, as saved. */
export interface WindowState {
  readonly startMs: number
  readonly isClosed: boolean
  /** The slot of each group. */
  readonly slots: Int32Array
  /** Slots of the groups whose correction is not written yet. */
  readonly corrected: readonly number[]
  /** Per tag, the id of its value in each group. */
  readonly keys: readonly Int32Array[]
  /** How many late events each group has. */
  readonly revisions: Float64Array
  /** Per aggregate, in the order of the metric's values. */
  readonly aggregates: readonly AggregateState[]
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
  readonly #where: Predicate | undefined
  readonly #tags: readonly TextColumn[]
  readonly #aggregates: ReadonlyMap<string, Aggregate>
  readonly #ratios: readonly (readonly [string, RatioNode])[]
  readonly #arena: SlotArena
  readonly #windows = new Map<number, OpenWindow>()
  readonly #key: Int32Array
  /** By slot, how many late events were folded. */
  #revisions = new Float64Array(256)
  /** The events chosen from the batch: their rows, their windows, and whether their window had closed before them. */
  #rows = new Int32Array(0)
  #starts = new Float64Array(0)
  #isLate = new Uint8Array(0)
  #slots = new Int32Array(0)
  #chosen = 0

  constructor(metric: Metric, schema: EventSchema, columns: Columns) {
    this.metric = metric
    this.#bounds = windowsOf(metric.window)
    this.#where = metric.where && compilePredicate(metric.where, columns)
    this.#tags = metric.by.map((name) => columns.textColumn(name))
    this.#key = new Int32Array(this.#tags.length)
    this.#arena = new SlotArena(this.#tags.length)
    const aggregates = new Map<string, Aggregate>()
    const ratios: [string, RatioNode][] = []
    for (const [name, value] of Object.entries(metric.values)) {
      if (value.kind === 'ratio') ratios.push([name, value])
      else aggregates.set(name, compileAggregate(value, schema, columns))
    }
    this.#aggregates = aggregates
    this.#ratios = ratios
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

  /**
   * Chooses the events that this metric counts. `watermarksMs` is their partition's watermark before each, `closedMs` the
   * job's: an event whose window either has closed is late. (By its own partition's watermark first, as that does not
   * depend on how partitions were interleaved: see decisions/late-by-partition.md.) A late event corrects its window
   * while lateness is allowed.
   */
  choose(columns: Columns, watermarksMs: Float64Array, closedMs: number, fates: Fates): void {
    this.#makeRoom(columns.count)
    const { timeMs } = columns
    const { allowedLatenessMs } = this.metric
    let startMs = Number.NaN
    let endMs = Number.NaN
    let chosen = 0
    for (let row = 0; row < columns.count; row++) {
      if (this.#where !== undefined && !this.#where(row)) continue
      const time = timeMs[row]
      if (!(time >= startMs && time < endMs)) {
        startMs = this.#bounds.startOf(time)
        endMs = this.#bounds.endOf(startMs)
      }
      const ownMs = watermarksMs[row]
      const lineMs = ownMs > closedMs ? ownMs : closedMs
      const deadlineMs = endMs + allowedLatenessMs
      const isLate = isClosed(endMs, lineMs)
      if (
        isLate &&
        (!isClosed(endMs, ownMs) || isClosed(deadlineMs, lineMs) !== isClosed(deadlineMs, ownMs))
      )
        fates.byTick = true
      if (isLate && isClosed(deadlineMs, lineMs)) {
        fates.lateByMs[row] = Math.max(fates.lateByMs[row], lineMs - endMs)
        continue
      }
      if (isLate) fates.correctsByMs[row] = Math.max(fates.correctsByMs[row], lineMs - endMs)
      if (fates.deadlineMs[row] < deadlineMs) fates.deadlineMs[row] = deadlineMs
      fates.counted[row] = 1
      this.#rows[chosen] = row
      this.#starts[chosen] = startMs
      this.#isLate[chosen++] = isLate ? 1 : 0
    }
    this.#chosen = chosen
  }

  /** Folds the chosen events of the batch, but for those that turned out to be duplicates. */
  fold(fates: Fates): void {
    let window: OpenWindow | undefined
    let count = 0
    for (let i = 0; i < this.#chosen; i++) {
      const row = this.#rows[i]
      if (fates.duplicate[row] === 1) continue
      if (window === undefined || window.startMs !== this.#starts[i])
        window = this.#windowAt(this.#starts[i])
      const slot = this.#slotOf(window, row)
      if (this.#isLate[i] === 1) {
        this.#revisions[slot]++
        if (window.isClosed) window.corrected.add(slot)
      }
      this.#rows[count] = row
      this.#slots[count++] = slot
    }
    for (const aggregate of this.#aggregates.values())
      aggregate.fold(this.#rows, this.#slots, count)
  }

  /**
   * Closes every window the watermark has reached, and forgets those that can change no more. The points of the closed
   * and of the corrected windows, earliest window first.
   */
  closeThrough(watermarkMs: number): Point[] {
    const points: Point[] = []
    for (const window of this.#inOrder()) {
      if (!isClosed(window.endMs, watermarkMs)) break
      const slots = window.isClosed ? [...window.corrected] : window.groups.slots
      for (const slot of slots) points.push(this.#pointOf(window, slot))
      window.isClosed = true
      window.corrected.clear()
      if (isClosed(this.#deadlineOf(window), watermarkMs)) this.#forget(window)
    }
    return points
  }

  /** The points of all windows that are not closed, as they stand; they stay open. */
  openPoints(): Point[] {
    return this.#inOrder().flatMap((window) =>
      window.isClosed ? [] : window.groups.slots.map((slot) => this.#pointOf(window, slot)),
    )
  }

  save(toIds: CodeMap): WindowState[] {
    return this.#inOrder().map(({ startMs, isClosed, corrected, groups }) => {
      const slots = new Int32Array(groups.slots)
      return {
        startMs,
        isClosed,
        slots,
        corrected: [...corrected],
        keys: this.#tags.map((column, tag) => toIds(column, this.#arena.keyCodes(slots, tag))),
        revisions: gather(this.#revisions, slots),
        aggregates: [...this.#aggregates.values()].map((aggregate) =>
          aggregate.save(slots, startMs, toIds),
        ),
      }
    })
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
      if (state.isClosed && !window.isClosed) {
        window.isClosed = true
        for (const slot of window.groups.slots) window.corrected.add(slot)
      }
      this.#absorbGroups(window, state, toCodes)
    }
  }

  #absorbGroups(window: OpenWindow, state: WindowState, toCodes: CodeMap): void {
    const codes = state.keys.map((ids, tag) => toCodes(this.#tags[tag], ids))
    const slots = new Int32Array(state.slots.length)
    const slotOf = new Int32Array(state.slots.reduce((a, b) => Math.max(a, b), 0) + 1)
    for (let group = 0; group < slots.length; group++) {
      for (let tag = 0; tag < codes.length; tag++) this.#key[tag] = codes[tag][group]
      const slot = this.#slotOfKey(window)
      this.#revisions[slot] += state.revisions[group]
      slots[group] = slot
      slotOf[state.slots[group]] = slot
      if (window.isClosed && !state.isClosed) window.corrected.add(slot)
    }
    for (const slot of state.corrected) window.corrected.add(slotOf[slot])
    let index = 0
    for (const aggregate of this.#aggregates.values())
      aggregate.absorb(state.aggregates[index++], slots, slotOf, toCodes)
  }

  #inOrder(): OpenWindow[] {
    return [...this.#windows.values()].sort((a, b) => a.startMs - b.startMs)
  }

  #deadlineOf(window: OpenWindow): number {
    return window.endMs + this.metric.allowedLatenessMs
  }

  #makeRoom(count: number): void {
    if (count <= this.#rows.length) return
    this.#rows = new Int32Array(count)
    this.#starts = new Float64Array(count)
    this.#isLate = new Uint8Array(count)
    this.#slots = new Int32Array(count)
  }

  #windowAt(startMs: number): OpenWindow {
    let window = this.#windows.get(startMs)
    if (window === undefined) {
      window = new OpenWindow(startMs, this.#bounds.endOf(startMs), this.#arena)
      this.#windows.set(startMs, window)
    }
    return window
  }

  #forget(window: OpenWindow): void {
    for (const slot of window.groups.slots) this.#arena.release(slot)
    for (const aggregate of this.#aggregates.values()) aggregate.close(window.startMs)
    this.#windows.delete(window.startMs)
  }

  #slotOf(window: OpenWindow, row: number): number {
    const key = this.#key
    for (let tag = 0; tag < key.length; tag++) key[tag] = this.#tags[tag].codes[row]
    return this.#slotOfKey(window)
  }

  /** The slot of the key in `#key`, of a new group when the window has none. */
  #slotOfKey(window: OpenWindow): number {
    const found = window.groups.find(this.#key)
    return found >= 0 ? found : this.#openGroup(window)
  }

  /** A new group for the key in `#key`. */
  #openGroup(window: OpenWindow): number {
    const slot = window.groups.add(this.#key)
    this.#revisions = roomFor(slot, this.#revisions)
    this.#revisions[slot] = 0
    for (const aggregate of this.#aggregates.values()) aggregate.open(slot, window.startMs)
    return slot
  }

  #pointOf({ startMs }: OpenWindow, slot: number): Point {
    const tags: Record<string, string> = {}
    for (let tag = 0; tag < this.#tags.length; tag++) {
      tags[this.metric.by[tag]] = this.#tags[tag].dictionary.textOf(this.#arena.keyCode(slot, tag))
    }
    const fields: Record<string, number> = {}
    for (const [name, aggregate] of this.#aggregates) fields[name] = aggregate.result(slot)
    for (const [name, { numerator, denominator }] of this.#ratios) {
      if (fields[denominator] !== 0) fields[name] = fields[numerator] / fields[denominator]
    }
    if (this.metric.allowedLatenessMs > 0) fields[REVISION] = this.#revisions[slot]
    return { measurement: this.metric.name, tags, fields, timeMs: startMs }
  }
}
