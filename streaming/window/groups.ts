// The groups of a metric's open windows, by slot: their keys, their aggregates, and how often late events corrected them.
import { type Metric, REVISION } from '../../data/definitions/metric.ts'
import type { Point } from '../../data/point.ts'
import type { EventSchema } from '../../data/schema.ts'
import type { Columns } from '../decode/columns.ts'
import { type AggregateState, type CodeMap, gather, roomFor } from './aggregates/aggregate.ts'
import { Values } from './aggregates/values.ts'
import type { Conditions, Rows } from './conditions.ts'
import type { GroupNumbers } from './group-numbers.ts'
import type { SideTables } from './side-table.ts'
import { SlotArena, WindowGroups } from './slots.ts'
import { Spares } from './spares.ts'

/** State of the groups of one window, as saved. */
export interface GroupsState {
  /** The slot of each group. */
  readonly slots: Int32Array
  /** Per tag, the id of its value in each group. */
  readonly keys: readonly Int32Array[]
  /** How many late events each group has. */
  readonly revisions: Float64Array
  /** Per thing that is folded, in the order of the metric's values. */
  readonly aggregates: readonly AggregateState[]
}

export class Groups {
  /** Of their keys. */
  readonly numbers: GroupNumbers
  readonly #metric: Metric
  readonly #values: Values
  readonly #arena: SlotArena
  /** Empty. */
  readonly #spares = new Spares<WindowGroups>()
  readonly #key: Int32Array
  /** By slot, how many late events were folded. */
  #revisions = new Float64Array(256)

  constructor(
    metric: Metric,
    numbers: GroupNumbers,
    schema: EventSchema,
    columns: Columns,
    conditions: Conditions,
  ) {
    this.#metric = metric
    this.numbers = numbers
    this.#key = new Int32Array(numbers.columns.length)
    this.#arena = new SlotArena(numbers.columns.length)
    this.#values = new Values(metric.values, { schema, columns, conditions })
  }

  /** Those of a new window. */
  ofNewWindow(): WindowGroups {
    return this.#spares.take() ?? new WindowGroups(this.#arena, this.numbers)
  }

  /** Folds events of the window that starts at `startMs`; writes the slot of each to `slots`. */
  fold(groups: WindowGroups, startMs: number, { rows, count }: Rows, slots: Int32Array): void {
    const { byRow } = this.numbers
    const slotOf = groups.slotsByNumber()
    for (let i = 0; i < count; i++) {
      const slot = slotOf[byRow[rows[i]]] - 1
      slots[i] = slot >= 0 ? slot : this.#openAt(groups, rows[i])
    }
    this.#values.fold(rows, slots, count, startMs)
  }

  /** Opens the group of a key, which nothing was folded into, unless there is one. There must be room for its codes. */
  openKey(groups: WindowGroups, key: Int32Array): void {
    const number = this.numbers.numberOf(key)
    if (groups.slotsByNumber()[number] > 0) return
    this.#key.set(key)
    this.#open(groups, number)
  }

  /** The codes of a group's tags; valid until another group is opened. */
  keyOf(slot: number): Int32Array {
    return this.#arena.keyOf(slot)
  }

  /** The code of a text as a value of a tag. */
  codeOf(tag: number, text: string): number {
    return this.numbers.columns[tag].dictionary.codeOf(text)
  }

  /** A late event was folded at `row`; answers the slot of its group. */
  revise(groups: WindowGroups, row: number): number {
    const slot = groups.slotsByNumber()[this.numbers.byRow[row]] - 1
    this.#revisions[slot]++
    return slot
  }

  /** The window is gone: its groups and their slots are free for others. */
  release(groups: WindowGroups, startMs: number): void {
    const { slots } = groups
    for (const slot of slots) this.#arena.release(slot)
    this.#values.close(startMs, slots)
    this.numbers.openCount -= slots.length
    groups.clear()
    this.#spares.keep(groups)
  }

  save(groups: WindowGroups, startMs: number, toIds: CodeMap): GroupsState {
    const slots = new Int32Array(groups.slots)
    return {
      slots,
      keys: this.numbers.columns.map((column, tag) =>
        toIds(column, this.#arena.keyCodes(slots, tag)),
      ),
      revisions: gather(this.#revisions, slots),
      aggregates: this.#values.save(slots, startMs, toIds),
    }
  }

  /** Adds what was saved to what is there; answers the slot that each saved one has become. */
  absorb(groups: WindowGroups, startMs: number, state: GroupsState, toCodes: CodeMap): Int32Array {
    const key = this.#key
    const codes = state.keys.map((ids, tag) => toCodes(this.numbers.columns[tag], ids))
    this.numbers.makeRoom()
    const slots = new Int32Array(state.slots.length)
    const slotOf = new Int32Array(state.slots.reduce((a, b) => Math.max(a, b), 0) + 1)
    for (let group = 0; group < slots.length; group++) {
      for (let tag = 0; tag < key.length; tag++) key[tag] = codes[tag][group]
      const number = this.numbers.numberOf(key)
      const known = groups.slotsByNumber()[number] - 1
      const slot = known >= 0 ? known : this.#open(groups, number)
      this.#revisions[slot] += state.revisions[group]
      slots[group] = slot
      slotOf[state.slots[group]] = slot
    }
    this.#values.absorb(state.aggregates, { startMs, slots, slotOf }, toCodes)
    return slotOf
  }

  pointOf(slot: number, startMs: number): Point {
    const { name, by, allowedLatenessMs } = this.#metric
    const { columns } = this.numbers
    const tags: Record<string, string> = {}
    for (let tag = 0; tag < by.length; tag++)
      tags[by[tag]] = columns[tag].dictionary.textOf(this.#arena.keyCode(slot, tag))
    const fields = this.#values.fieldsOf(slot)
    if (allowedLatenessMs > 0) fields[REVISION] = this.#revisions[slot]
    return { measurement: name, tags, fields, timeMs: startMs }
  }

  /** The points of these groups are made next: see `FoldAcrossWindows`. */
  tell({ slots }: WindowGroups, startMs: number, isClosing: boolean): void {
    this.#values.tell(startMs, slots, isClosing)
  }

  /** What values keep beside windows. */
  saveBeside(toIds: CodeMap): SideTables {
    return this.#values.saveBeside(toIds)
  }

  absorbBeside(tables: SideTables, toCodes: CodeMap): void {
    this.#values.absorbBeside(tables, toCodes)
  }

  forgetBeside(): void {
    this.#values.forgetBeside()
  }

  /** A new group for the event at `row`. */
  #openAt(groups: WindowGroups, row: number): number {
    const { columns, byRow } = this.numbers
    for (let tag = 0; tag < columns.length; tag++) this.#key[tag] = columns[tag].codes[row]
    return this.#open(groups, byRow[row])
  }

  /** A new group for the key in `#key`. */
  #open(groups: WindowGroups, number: number): number {
    const slot = groups.add(this.#key, number)
    this.numbers.openCount++
    this.#revisions = roomFor(slot, this.#revisions)
    this.#revisions[slot] = 0
    this.#values.open(slot)
    return slot
  }
}
