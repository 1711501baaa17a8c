// The tumbling windows of one metric: folds batches of events, closes windows, makes their points. Pure.
import type { Metric } from '../../data/definitions/metric.ts'
import type { RatioNode } from '../../data/definitions/nodes.ts'
import type { Point } from '../../data/point.ts'
import type { EventSchema } from '../../data/schema.ts'
import type { Columns, TextColumn } from '../decode/columns.ts'
import type { Aggregate, AggregateState, CodeMap } from './aggregates/aggregate.ts'
import { compileAggregate } from './aggregates/compile.ts'
import { compilePredicate, type Predicate } from './predicate.ts'
import { SlotArena, WindowGroups } from './slots.ts'
import { isClosed, windowStartOf } from './watermark.ts'

/** What became of each event of a batch, over all metrics: written by their windows. */
export interface Outcomes {
  /** 1: counted in a window of some metric. */
  readonly counted: Uint8Array
  /** How long before the event its window had closed, in milliseconds; -1: it had not. */
  readonly lateByMs: Float64Array
}

/** State of one open window, as saved. */
export interface WindowState {
  readonly startMs: number
  /** Per tag, the id of its value in each group. */
  readonly keys: readonly Int32Array[]
  /** Per aggregate, in the order of the metric's values. */
  readonly aggregates: readonly AggregateState[]
}

export class MetricWindows {
  readonly metric: Metric
  readonly #where: Predicate | undefined
  readonly #tags: readonly TextColumn[]
  readonly #aggregates: ReadonlyMap<string, Aggregate>
  readonly #ratios: readonly (readonly [string, RatioNode])[]
  readonly #arena: SlotArena
  readonly #windows = new Map<number, WindowGroups>()
  readonly #key: Int32Array
  #rows = new Int32Array(0)
  #slots = new Int32Array(0)

  constructor(metric: Metric, schema: EventSchema, columns: Columns) {
    this.metric = metric
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

  /** End of the first open window; Infinity when none is open. */
  get firstEndMs(): number {
    let firstMs = Number.POSITIVE_INFINITY
    for (const startMs of this.#windows.keys())
      firstMs = Math.min(firstMs, startMs + this.metric.window.sizeMs)
    return firstMs
  }

  /** End of the last open window; -Infinity when none is open. */
  get lastEndMs(): number {
    let lastMs = Number.NEGATIVE_INFINITY
    for (const startMs of this.#windows.keys())
      lastMs = Math.max(lastMs, startMs + this.metric.window.sizeMs)
    return lastMs
  }

  /**
   * Folds the events of a batch. `watermarksMs` is their partition's watermark before each, `closedMs` the job's: an event
   * whose window either has closed is late. (By its own partition's watermark first, as that does not depend on how
   * partitions were interleaved: see decisions/late-by-partition.md.)
   */
  fold(columns: Columns, watermarksMs: Float64Array, closedMs: number, outcomes: Outcomes): void {
    if (columns.count > this.#rows.length) {
      this.#rows = new Int32Array(columns.count)
      this.#slots = new Int32Array(columns.count)
    }
    const { timeMs } = columns
    const { sizeMs } = this.metric.window
    let groups: WindowGroups | undefined
    let groupsStartMs = Number.NaN
    let count = 0
    for (let row = 0; row < columns.count; row++) {
      if (this.#where !== undefined && !this.#where(row)) continue
      const startMs = windowStartOf(timeMs[row], sizeMs)
      const lineMs = Math.max(watermarksMs[row], closedMs)
      if (isClosed(startMs + sizeMs, lineMs)) {
        outcomes.lateByMs[row] = Math.max(outcomes.lateByMs[row], lineMs - (startMs + sizeMs))
        continue
      }
      if (startMs !== groupsStartMs || groups === undefined) {
        groups = this.#windowAt(startMs)
        groupsStartMs = startMs
      }
      this.#rows[count] = row
      this.#slots[count++] = this.#slotOf(groups, startMs, row)
      outcomes.counted[row] = 1
    }
    for (const aggregate of this.#aggregates.values())
      aggregate.fold(this.#rows, this.#slots, count)
  }

  /** Closes every window the watermark has reached; their points, earliest window first. */
  closeThrough(watermarkMs: number): Point[] {
    const { sizeMs } = this.metric.window
    const closing = [...this.#windows.keys()].filter((startMs) =>
      isClosed(startMs + sizeMs, watermarkMs),
    )
    return closing
      .sort((a, b) => a - b)
      .flatMap((startMs) => {
        const points = this.#pointsOf(startMs)
        for (const slot of this.#windowAt(startMs).slots) this.#arena.release(slot)
        for (const aggregate of this.#aggregates.values()) aggregate.close(startMs)
        this.#windows.delete(startMs)
        return points
      })
  }

  /** The points of all open windows as they stand; the windows stay open. */
  openPoints(): Point[] {
    return [...this.#windows.keys()]
      .sort((a, b) => a - b)
      .flatMap((startMs) => this.#pointsOf(startMs))
  }

  save(toId: CodeMap): WindowState[] {
    return [...this.#windows].map(([startMs, { slots }]) => ({
      startMs,
      keys: this.#tags.map((column, tag) =>
        Int32Array.from(slots, (slot) => toId(column, this.#arena.keyCode(slot, tag))),
      ),
      aggregates: [...this.#aggregates.values()].map((aggregate) =>
        aggregate.save(slots, startMs, toId),
      ),
    }))
  }

  /** Inverse of `save`, into windows that hold nothing yet. */
  load(states: readonly WindowState[], toCode: CodeMap): void {
    for (const { startMs, keys, aggregates } of states) {
      const groups = this.#windowAt(startMs)
      const groupCount = keys[0]?.length ?? 1
      for (let group = 0; group < groupCount; group++) {
        for (let tag = 0; tag < keys.length; tag++)
          this.#key[tag] = toCode(this.#tags[tag], keys[tag][group])
        this.#openGroup(groups, startMs)
      }
      let index = 0
      for (const aggregate of this.#aggregates.values()) {
        aggregate.load(aggregates[index++], groups.slots, startMs, toCode)
      }
    }
  }

  #windowAt(startMs: number): WindowGroups {
    let groups = this.#windows.get(startMs)
    if (groups === undefined) {
      groups = new WindowGroups(this.#arena)
      this.#windows.set(startMs, groups)
    }
    return groups
  }

  #slotOf(groups: WindowGroups, startMs: number, row: number): number {
    const key = this.#key
    for (let tag = 0; tag < key.length; tag++) key[tag] = this.#tags[tag].codes[row]
    const found = groups.find(key)
    return found >= 0 ? found : this.#openGroup(groups, startMs)
  }

  /** A new group for the key in `#key`. */
  #openGroup(groups: WindowGroups, startMs: number): number {
    const slot = groups.add(this.#key)
    for (const aggregate of this.#aggregates.values()) aggregate.open(slot, startMs)
    return slot
  }

  #pointsOf(startMs: number): Point[] {
    return this.#windowAt(startMs).slots.map((slot) => {
      const tags: Record<string, string> = {}
      for (let tag = 0; tag < this.#tags.length; tag++) {
        tags[this.metric.by[tag]] = this.#tags[tag].dictionary.textOf(
          this.#arena.keyCode(slot, tag),
        )
      }
      const fields: Record<string, number> = {}
      for (const [name, aggregate] of this.#aggregates) fields[name] = aggregate.result(slot)
      for (const [name, { numerator, denominator }] of this.#ratios) {
        if (fields[denominator] !== 0) fields[name] = fields[numerator] / fields[denominator]
      }
      return { measurement: this.metric.name, tags, fields, timeMs: startMs }
    })
  }
}
