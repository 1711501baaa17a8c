// What a checkpoint has of open sessions: a row for each as it was when it last changed. Why:
// decisions/sessions-as-a-log.md.
import { type CodeMap, roomFor } from '../aggregates/aggregate.ts'
import type { SideTables } from '../side-table.ts'
import type { FirstTags } from './first-tags.ts'
import { tablesOf } from './log-tables.ts'
import { longer } from './longer.ts'
import type { Measures } from './measures.ts'
import type { OpenSessions } from './open-sessions.ts'
import { RowLog } from './row-log.ts'
import type { SessionIds } from './session-ids.ts'
import { addBeyond, BEYOND, GONE, LISTS, OWN_NUMBERS, SESSIONS } from './session-tables.ts'

const NOT_WRITTEN = -1

/** Open sessions, and what tells apart those that one slot was of. */
export interface KnownSessions {
  readonly sessions: OpenSessions
  readonly ids: SessionIds
}

export class SessionLog {
  readonly #sessions: OpenSessions
  readonly #tags: FirstTags
  readonly #measures: Measures
  readonly #ids: SessionIds
  readonly #log: RowLog
  /** By slot: the last row of its session, and whether that has changed since. */
  #rowOf = new Float64Array(256).fill(NOT_WRITTEN)
  #isTouched = new Int32Array(256)
  #touched: number[] = []
  /** Ids of sessions that have a row and are no more. */
  #gone: number[] = []

  constructor({ sessions, ids }: KnownSessions, tags: FirstTags, measures: Measures) {
    this.#ids = ids
    this.#sessions = sessions
    this.#tags = tags
    this.#measures = measures
    this.#log = new RowLog({
      numbers: OWN_NUMBERS + measures.foldedCount,
      codes: 1 + tags.columns.length,
      lists: LISTS,
    })
  }

  /** Sessions that have changed. */
  touch(slots: Int32Array, count = slots.length): void {
    for (let i = 0; i < count; i++) this.#touch(slots[i])
  }

  /** They are no more: the first `count` slots will be of others. */
  gone(slots: Int32Array, count = slots.length): void {
    for (let i = 0; i < count; i++) {
      const slot = slots[i]
      if (slot >= this.#rowOf.length || this.#rowOf[slot] === NOT_WRITTEN) continue
      this.#gone.push(this.#ids.of(slot))
      this.#rowOf[slot] = NOT_WRITTEN
    }
  }

  /** All that is written, with what has changed since the last time. */
  save(toIds: CodeMap): SideTables {
    const { column } = this.#sessions
    const fresh = this.#touched.length
    for (const { first, count, numbers } of this.#log.giveUp(this.#sessions.size, fresh))
      for (let row = 0; row < count; row++) {
        const slot = this.#ids.slotOf(numbers[0][row])
        if (this.#rowOf[slot] === first + row) this.#touch(slot)
      }
    for (const id of this.#gone) this.#log.open().lists[GONE].add(id)
    this.#gone = []
    this.#write()
    return tablesOf(SESSIONS, this.#log.chunks, [column, ...this.#tags.columns], toIds)
  }

  /** Has from now on what another has, which has it no more. Codes of rows that are out of date may be any. */
  moveFrom(before: SessionLog, toKnown: CodeMap): void {
    const columns = [this.#sessions.column, ...this.#tags.columns]
    this.#log.moveFrom(before.#log, (codes, column) => toKnown(columns[column], codes))
    this.#rowOf = before.#rowOf
    this.#isTouched = before.#isTouched
    this.#touched = before.#touched
    this.#gone = before.#gone
  }

  /** Nothing is written of any session. */
  clear(): void {
    this.#log.clear()
    this.#gone = []
    for (const slot of this.#touched) this.#isTouched[slot] = 0
    this.#touched = []
    this.#rowOf.fill(NOT_WRITTEN)
  }

  #touch(slot: number): void {
    if (slot >= this.#isTouched.length) this.#makeRoomFor(slot)
    if (this.#isTouched[slot] === 1) return
    this.#isTouched[slot] = 1
    this.#touched.push(slot)
  }

  #write(): void {
    const sessions = this.#sessions
    for (const slot of this.#touched) this.#isTouched[slot] = 0
    const isThere = (slot: number) => sessions.isOpen(slot) && this.#tags.isKnown(slot)
    const slots = Int32Array.from(this.#touched.filter(isThere))
    this.#touched = []
    const folded = this.#measures.saveFolded(slots)
    const beyond = folded.map((state) => new Map(state.beyond))
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]
      const row = this.#log.next
      const chunk = this.#log.open()
      const { numbers, codes, count: at } = chunk
      numbers[0][at] = this.#ids.of(slot)
      numbers[1][at] = sessions.firstMs[slot]
      numbers[2][at] = sessions.lastMs[slot]
      for (let n = 0; n < folded.length; n++) {
        numbers[OWN_NUMBERS + n][at] = folded[n].numbers[i]
        if (beyond[n].size > 0) addBeyond(chunk.lists[BEYOND], n, at, beyond[n].get(i))
      }
      codes[0][at] = sessions.of[slot]
      for (let tag = 1; tag < codes.length; tag++) codes[tag][at] = this.#tags.codeOf(slot, tag - 1)
      this.#log.wrote(chunk)
      this.#rowOf[slot] = row
    }
  }

  #makeRoomFor(slot: number): void {
    if (slot < this.#isTouched.length) return
    const before = this.#rowOf.length
    this.#rowOf = roomFor(slot, this.#rowOf)
    this.#rowOf.fill(NOT_WRITTEN, before)
    this.#isTouched = longer(this.#isTouched, this.#rowOf.length)
  }
}
