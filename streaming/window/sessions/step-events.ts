// The events of open sessions that do a step of a funnel: what the measure of a funnel is told from. Lists in columns, so
// that there is no object per event.
import type { Columns } from '../../decode/columns.ts'
import { type CodeMap, roomFor } from '../aggregates/aggregate.ts'
import type { Condition } from '../conditions.ts'
import type { SideTables } from '../side-table.ts'
import { tablesOf } from './log-tables.ts'
import { longer } from './longer.ts'
import { stepsReached } from './reached.ts'
import { RisingSteps } from './rising-steps.ts'
import { RowLog } from './row-log.ts'
import type { SessionIds } from './session-ids.ts'

/** Of each event the place of its session among those that were saved, its time, and the steps it satisfies. */
export interface SavedSteps {
  readonly places: Float64Array
  readonly timesMs: Float64Array
  readonly masks: Float64Array
}

/** A row is an event that does a step of the funnel with this number: the session's id, the time, the steps. */
export const stepsTable = (funnel: number): string => `steps of funnel ${funnel}, `

/** Places are counted from 1 in lists. */
const NONE = 0
const SAME_CODES: CodeMap = (_, codes) => codes

export class StepEvents {
  readonly #columns: Columns
  readonly #steps: readonly Condition[]
  readonly #withinMs: number
  /** By slot, the first of its list. */
  #headOf = new Int32Array(256)
  /** By place. */
  #next = new Int32Array(256)
  #timesMs = new Float64Array(256)
  #masks = new Int32Array(256)
  #used = 0
  /** The first of the places that are free. */
  #free = NONE

  /** Scratch. */
  readonly #rising = new RisingSteps()
  readonly #ids: SessionIds
  readonly #table: string
  /** What a checkpoint has of them: id of the session, time and steps of each. */
  #log = new RowLog({ numbers: 3, codes: 0, lists: 0 })
  #size = 0
  /** Rows since the last time. */
  #unsaved = 0

  /** `table`: begins the names of what is saved. */
  constructor(
    columns: Columns,
    steps: readonly Condition[],
    withinMs: number,
    ids: SessionIds,
    table: string,
  ) {
    this.#ids = ids
    this.#table = table
    this.#columns = columns
    this.#steps = steps
    this.#withinMs = withinMs
  }

  open(slot: number): void {
    if (slot >= this.#headOf.length)
      this.#headOf = longer(this.#headOf, Math.max(slot + 1, this.#headOf.length * 2))
    this.#headOf[slot] = NONE
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    const { timeMs } = this.#columns
    const masks = this.#steps.map((step) => step.mask)
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      let mask = 0
      for (let step = 0; step < masks.length; step++) mask |= masks[step][row] << step
      if (mask !== 0) this.#add(slots[i], timeMs[row], mask)
    }
  }

  /** How many steps were done. */
  reached(slot: number): number {
    const rising = this.#rising
    rising.clear()
    for (let at = this.#headOf[slot]; at !== NONE; at = this.#next[at - 1])
      rising.add(this.#timesMs[at - 1], this.#masks[at - 1])
    rising.sort()
    return stepsReached(rising, this.#steps.length, this.#withinMs)
  }

  /** What is of one is of another. */
  join(from: number, into: number): void {
    const head = this.#headOf[from]
    if (head === NONE) return
    for (let at = head; at !== NONE; at = this.#next[at - 1])
      this.#write(this.#ids.of(into), this.#timesMs[at - 1], this.#masks[at - 1])
    this.#next[this.#lastOf(head) - 1] = this.#headOf[into]
    this.#headOf[into] = head
    this.#headOf[from] = NONE
  }

  /** Forgets what is of a slot. */
  release(slot: number): void {
    const head = this.#headOf[slot]
    if (head === NONE) return
    let last = head
    this.#size--
    for (; this.#next[last - 1] !== NONE; last = this.#next[last - 1]) this.#size--
    this.#next[last - 1] = this.#free
    this.#free = head
    this.#headOf[slot] = NONE
  }

  /** A row for each; others may be of sessions that are no more. */
  save(): SideTables {
    for (const { numbers, count } of this.#log.giveUp(this.#size, this.#unsaved)) {
      const [ids, timesMs, masks] = numbers
      for (let row = 0; row < count; row++)
        if (this.#ids.isCurrent(ids[row])) this.#write(ids[row], timesMs[row], masks[row])
    }
    this.#unsaved = 0
    return tablesOf(this.#table, this.#log.chunks, [], SAME_CODES)
  }

  /** Has from now on what another has, which has it no more. */
  moveFrom(before: StepEvents): void {
    this.#headOf = before.#headOf
    this.#next = before.#next
    this.#timesMs = before.#timesMs
    this.#masks = before.#masks
    this.#used = before.#used
    this.#free = before.#free
    this.#log = before.#log
    this.#size = before.#size
    this.#unsaved = before.#unsaved
  }

  /** Nothing is of any slot: all were released. */
  clear(): void {
    this.#log.clear()
    this.#unsaved = 0
  }

  absorb({ places, timesMs, masks }: SavedSteps, slots: Int32Array): void {
    for (let i = 0; i < places.length; i++) this.#add(slots[places[i]], timesMs[i], masks[i])
  }

  #add(slot: number, timeMs: number, mask: number): void {
    let at = this.#free
    if (at === NONE) at = this.#newPlace()
    else this.#free = this.#next[at - 1]
    this.#timesMs[at - 1] = timeMs
    this.#masks[at - 1] = mask
    this.#next[at - 1] = this.#headOf[slot]
    this.#headOf[slot] = at
    this.#size++
    this.#write(this.#ids.of(slot), timeMs, mask)
  }

  #write(id: number, timeMs: number, mask: number): void {
    const chunk = this.#log.open()
    const { numbers, count } = chunk
    numbers[0][count] = id
    numbers[1][count] = timeMs
    numbers[2][count] = mask
    this.#log.wrote(chunk)
    this.#unsaved++
  }

  #newPlace(): number {
    const place = this.#used++
    this.#timesMs = roomFor(place, this.#timesMs)
    if (place >= this.#next.length) {
      this.#next = longer(this.#next, this.#timesMs.length)
      this.#masks = longer(this.#masks, this.#timesMs.length)
    }
    return place + 1
  }

  #lastOf(head: number): number {
    let last = head
    while (this.#next[last - 1] !== NONE) last = this.#next[last - 1]
    return last
  }
}
