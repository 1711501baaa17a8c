// The first stage of all metrics with the same definition of a session: which session an event is of is found once, and
// sessions that are over are told to each. Pure. Why: decisions/sessions-in-two-stages.md.
import type { SessionsNode } from '../../../data/definitions/nodes.ts'
import type { Columns, TextColumn } from '../../decode/columns.ts'
import type { CodeMap, Recoding } from '../aggregates/aggregate.ts'
import type { WindowRows } from '../choice.ts'
import type { FirstTags } from './first-tags.ts'
import { longer } from './longer.ts'
import { OpenSessions } from './open-sessions.ts'
import { SessionIds } from './session-ids.ts'
import type { SessionMember } from './session-member.ts'

/** Sessions told of at once. */
const AT_ONCE = 4096
/** Of those that came since the last time, so many can be over for each. */
const OVER_PER_OPENED = 2

export class SharedSessions {
  readonly sessions: OpenSessions
  readonly ids = new SessionIds()
  readonly #columns: Columns
  readonly #members: SessionMember[] = []
  readonly #tags: FirstTags[] = []
  /** So long after its last event a session is over. */
  readonly waitMs: number
  readonly #gapMs: number
  readonly #over = new Int32Array(AT_ONCE)
  /** By slot: whether its session has changed since metrics were told of those that have. */
  #isTouched = new Uint8Array(256)
  #touched = new Int32Array(256)
  #touchedCount = 0
  /** Since sessions that are over were counted. */
  #opened = 0
  #takenBy = 0
  /** Sessions that begin before this may have begun with events that are missing. */
  #wholeSinceMs = Number.NEGATIVE_INFINITY
  /** The last event of those of them that are counted. */
  #lastBrokenMs = Number.NEGATIVE_INFINITY

  /** `of`: the column with the value that a session is of. */
  constructor(window: SessionsNode, allowedLatenessMs: number, of: TextColumn, columns: Columns) {
    this.#columns = columns
    this.#gapMs = window.gapMs
    this.waitMs = window.gapMs + allowedLatenessMs
    this.sessions = new OpenSessions(
      of,
      this.#tags,
      window.gapMs,
      (lastMs) => this.#dueAfter(lastMs),
      (slot) => this.#open(slot),
    )
  }

  /** Before there is any session. */
  add(member: SessionMember): void {
    this.#members.push(member)
    this.#tags.push(member.tags)
  }

  /** `slots` has room for one of each event. */
  fold({ rows, count }: WindowRows, slots: Int32Array): void {
    if (this.#takenBy > 0) throw new Error('expected sessions to be taken by all their metrics')
    this.sessions.fold({ rows, count }, this.#columns.timeMs, slots)
    this.touch(slots, count)
    for (const { measures } of this.#members) measures.fold(rows, slots, count)
    this.join()
  }

  /** Those in the first `count` slots have changed. */
  touch(slots: Int32Array, count: number): void {
    const isTouched = this.#isTouched
    for (let i = 0; i < count; i++) {
      const slot = slots[i]
      if (isTouched[slot] === 1) continue
      isTouched[slot] = 1
      this.#note(slot)
    }
  }

  /** What is known of sessions that have become one is of that one. */
  join(): void {
    const joined = this.sessions.takeJoined()
    if (joined === undefined) return
    for (const member of this.#members) member.join(joined)
    this.touch(joined.into, joined.into.length)
    for (const slot of joined.from) this.ids.next(slot)
  }

  /** Tells each metric which sessions have changed since the last time. */
  tellTouched(): void {
    const [touched, count] = [this.#touched, this.#touchedCount]
    for (let i = 0; i < count; i++) this.#isTouched[touched[i]] = 0
    for (const { log } of this.#members) log.touch(touched, count)
    this.#touchedCount = 0
  }

  /**
   * Counts sessions that are over. At most about `most`, those of each metric by themselves; or more, where more have come
   * since the last time: they must not become ever more.
   */
  countThrough(watermarkMs: number, most: number): void {
    const throughMs = watermarkMs - this.waitMs
    let left = Math.max(Math.ceil(most / this.#members.length), this.#opened * OVER_PER_OPENED)
    this.#opened = 0
    while (left > 0) {
      const over = this.#over.subarray(0, Math.min(left, AT_ONCE))
      const count = this.sessions.takeOver(throughMs, over)
      if (count === 0) return
      if (Number.isFinite(this.#wholeSinceMs)) this.#noteBroken(this.#over, count)
      for (const member of this.#members) member.count(this.#over, count)
      this.#release(count)
      left -= count
    }
  }

  /** Events before this are missing: sessions that may have begun with one of them are not whole. */
  missBefore(fromMs: number): void {
    this.#wholeSinceMs = fromMs + this.#gapMs
  }

  /** The last event of sessions that are not whole; Infinity: one is open, -Infinity: all are whole. */
  get lastBrokenMs(): number {
    const { firstMs } = this.sessions
    const isBroken = (slot: number) => firstMs[slot] < this.#wholeSinceMs
    return this.sessions.slots().some(isBroken) ? Number.POSITIVE_INFINITY : this.#lastBrokenMs
  }

  /** Some may be over that were not counted. */
  isBehind(watermarkMs: number): boolean {
    return this.sessions.firstDueMs <= watermarkMs - this.waitMs
  }

  /** A metric has taken what it knows of all sessions; they are gone when the last has. */
  taken(): void {
    if (++this.#takenBy < this.#members.length) return
    this.#takenBy = 0
    while (this.sessions.firstDueMs < Number.POSITIVE_INFINITY) {
      const count = this.sessions.takeOver(Number.POSITIVE_INFINITY, this.#over)
      for (const member of this.#members) member.release(this.#over, count)
      this.#release(count)
    }
    for (const member of this.#members) member.clear()
  }

  /** Tells the codes that it holds. */
  note(note: CodeMap): void {
    this.sessions.note(note)
    const slots = this.sessions.slots()
    for (const { tags } of this.#members) tags.note(slots, note)
  }

  /** Has from now on the sessions of another, of the same metrics, which has them no more. */
  moveFrom(before: SharedSessions, recoding: Recoding): void {
    const slots = before.sessions.slots()
    this.sessions.moveFrom(before.sessions, recoding.toCodes)
    this.ids.moveFrom(before.ids)
    for (const [i, member] of this.#members.entries())
      member.moveFrom(before.#members[i], slots, recoding)
    this.#isTouched = before.#isTouched
    this.#touched = before.#touched
    this.#touchedCount = before.#touchedCount
    this.#opened = before.#opened
  }

  #release(count: number): void {
    for (let i = 0; i < count; i++) {
      this.ids.next(this.#over[i])
      this.sessions.release(this.#over[i])
    }
  }

  #noteBroken(slots: Int32Array, count: number): void {
    const { firstMs, lastMs } = this.sessions
    for (let i = 0; i < count; i++)
      if (firstMs[slots[i]] < this.#wholeSinceMs && lastMs[slots[i]] > this.#lastBrokenMs)
        this.#lastBrokenMs = lastMs[slots[i]]
  }

  #open(slot: number): void {
    this.#opened++
    if (slot >= this.#isTouched.length) {
      const isTouched = new Uint8Array(Math.max(slot + 1, this.#isTouched.length * 2))
      isTouched.set(this.#isTouched)
      this.#isTouched = isTouched
    }
    for (const { measures } of this.#members) measures.open(slot)
  }

  #note(slot: number): void {
    if (this.#touchedCount === this.#touched.length)
      this.#touched = longer(this.#touched, this.#touchedCount * 2)
    this.#touched[this.#touchedCount++] = slot
  }

  /** So early that it is not too late for any. */
  #dueAfter(lastMs: number): number {
    let dueMs = Number.POSITIVE_INFINITY
    for (const member of this.#members) dueMs = Math.min(dueMs, member.dueAfter(lastMs))
    return dueMs
  }
}
