// The tags of a metric's sessions, by slot: those of a session's first event; of several at once, the texts that come first.
import type { TextColumn } from '../../decode/columns.ts'
import { type CodeMap, roomFor } from '../aggregates/aggregate.ts'
import { longer } from './longer.ts'

/** Of a slot of which no event is known to the metric. */
const UNKNOWN = Number.POSITIVE_INFINITY

export class FirstTags {
  readonly columns: readonly TextColumn[]
  /** By slot, the time of the event that the tags are of. */
  #timeMs = new Float64Array(0)
  /** By slot, a code for each column. */
  #keys = new Int32Array(0)
  /** Scratch. */
  readonly #key: Int32Array

  constructor(columns: readonly TextColumn[]) {
    this.columns = columns
    this.#key = new Int32Array(columns.length)
  }

  /** The slot is of a new session, of which no event is known yet. */
  open(slot: number): void {
    if (slot >= this.#timeMs.length) {
      this.#timeMs = roomFor(slot, this.#timeMs)
      this.#keys = longer(this.#keys, this.#timeMs.length * this.columns.length)
    }
    this.#timeMs[slot] = UNKNOWN
  }

  /** Whether an event of the slot's session is known. */
  isKnown(slot: number): boolean {
    return this.#timeMs[slot] !== UNKNOWN
  }

  /** The session has the event at `row`. */
  offerRow(slot: number, timeMs: number, row: number): void {
    if (timeMs > this.#timeMs[slot]) return
    const { columns } = this
    for (let tag = 0; tag < columns.length; tag++) this.#key[tag] = columns[tag].codes[row]
    this.offer(slot, timeMs, this.#key)
  }

  /** The session has an event then, with these codes. */
  offer(slot: number, timeMs: number, key: Int32Array): void {
    const knownMs = this.#timeMs[slot]
    if (timeMs > knownMs || (timeMs === knownMs && !this.#isBefore(key, slot))) return
    this.#timeMs[slot] = timeMs
    const at = slot * key.length
    for (let tag = 0; tag < key.length; tag++) this.#keys[at + tag] = key[tag]
  }

  /** The session has what another has. */
  join(slot: number, other: number): void {
    const length = this.columns.length
    const key = this.#keys.subarray(other * length, (other + 1) * length)
    if (this.isKnown(other)) this.offer(slot, this.#timeMs[other], key)
  }

  codeOf(slot: number, tag: number): number {
    return this.#keys[slot * this.columns.length + tag]
  }

  /** Tells the codes of the sessions in these slots. */
  note(slots: Int32Array, note: CodeMap): void {
    for (let tag = 0; tag < this.columns.length; tag++)
      note(this.columns[tag], this.#of(slots, tag))
  }

  /** Has from now on what another has of the sessions in these slots, which has it no more. */
  moveFrom(before: FirstTags, slots: Int32Array, toCodes: CodeMap): void {
    this.#timeMs = before.#timeMs
    this.#keys = before.#keys
    const width = this.columns.length
    for (let tag = 0; tag < width; tag++) {
      const codes = toCodes(this.columns[tag], before.#of(slots, tag))
      for (let i = 0; i < slots.length; i++) this.#keys[slots[i] * width + tag] = codes[i]
    }
  }

  #of(slots: Int32Array, tag: number): Int32Array {
    const codes = new Int32Array(slots.length)
    for (let i = 0; i < slots.length; i++) codes[i] = this.codeOf(slots[i], tag)
    return codes
  }

  #isBefore(key: Int32Array, slot: number): boolean {
    for (let tag = 0; tag < key.length; tag++) {
      const own = this.codeOf(slot, tag)
      if (key[tag] === own) continue
      const { dictionary } = this.columns[tag]
      return dictionary.textOf(key[tag]) < dictionary.textOf(own)
    }
    return false
  }
}
