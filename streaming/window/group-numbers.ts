// Numbers for groups: the codes of an event's tags as one small whole number, the same for the same codes, so that finding
// a group is reading an array. Made once for all metrics with the same tags.
import type { TextColumn } from '../decode/columns.ts'
import type { Rows } from './conditions.ts'
import { PairSet } from './pair-set.ts'

/** Codes are put side by side while they fit. */
const PACKED_BITS_MAX = 31
/** A key of as many bits is its own number; a longer one is given the next that is free. */
const DENSE_BITS_MAX = 16
/** Numbers of groups that are no more are not minded up to as many. */
const UNUSED_MAX = 1 << 16

/** How a column's code joins the number of the codes before it: by so many bits beside it, or as a pair with a number. */
type Join = { readonly bits: number } | { readonly pairs: PairSet }

export class GroupNumbers {
  readonly columns: readonly TextColumn[]
  /** Of each event that was numbered, by row. */
  byRow = new Int32Array(0)
  /** Raised when numbers come to stand for other keys. */
  version = 0
  /** Groups that are open, over all windows. */
  openCount = 0
  readonly #rows: Rows
  /** Codes that a column may have before the layout changes, by column. */
  #room: readonly number[] = []
  #joins: readonly Join[] = []
  /** Numbers of long keys. */
  #numbers: PairSet | undefined
  #denseCount = 1

  /** `rows`: the events to be numbered. */
  constructor(columns: readonly TextColumn[], rows: Rows) {
    this.columns = columns
    this.#rows = rows
  }

  /** All numbers are below. */
  get bound(): number {
    return this.#numbers?.size ?? this.#denseCount
  }

  /** Numbers the events of the batch. */
  numberRows(): void {
    this.makeRoom()
    const { rows, count } = this.#rows
    if (rows.length > this.byRow.length) this.byRow = new Int32Array(rows.length)
    const { byRow } = this
    byRow.fill(0)
    for (let i = 0; i < this.columns.length; i++) {
      const { codes } = this.columns[i]
      const join = this.#joins[i]
      if ('bits' in join) packRows(rows, count, codes, join.bits, byRow)
      else numberPairs(rows, count, codes, join.pairs, byRow)
    }
    if (this.#numbers !== undefined) numberPairs(rows, count, undefined, this.#numbers, byRow)
  }

  /** The number of a key: a code for each column. There must be room for its codes. */
  numberOf(key: Int32Array): number {
    let number = 0
    for (let i = 0; i < key.length; i++) {
      const join = this.#joins[i]
      number = 'bits' in join ? (number << join.bits) | key[i] : join.pairs.numberOf(number, key[i])
    }
    return this.#numbers?.numberOf(number, 0) ?? number
  }

  /** Makes room for codes that columns have come to have; forgets numbers when few of them are of open groups. */
  makeRoom(): void {
    const fits = this.columns.every(({ dictionary }, i) => dictionary.size <= this.#room[i])
    const unused = this.#numbers === undefined ? 0 : this.#numbers.size - 8 * this.openCount
    if (!fits || unused > UNUSED_MAX) this.#layOut()
  }

  #layOut(): void {
    const sizes = this.columns.map(({ dictionary }) => 32 - Math.clz32(dictionary.size))
    let usedBits = 0
    this.#joins = sizes.map((bits) => {
      usedBits += bits
      return usedBits <= PACKED_BITS_MAX ? { bits } : { pairs: new PairSet() }
    })
    this.#room = sizes.map((bits) => 2 ** bits)
    this.#numbers = usedBits > DENSE_BITS_MAX ? new PairSet() : undefined
    this.#denseCount = 2 ** usedBits
    this.version++
  }
}

function packRows(
  rows: Int32Array,
  count: number,
  codes: Int32Array,
  bits: number,
  numbers: Int32Array,
): void {
  for (let i = 0; i < count; i++) {
    const row = rows[i]
    numbers[row] = (numbers[row] << bits) | codes[row]
  }
}

function numberPairs(
  rows: Int32Array,
  count: number,
  codes: Int32Array | undefined,
  pairs: PairSet,
  numbers: Int32Array,
): void {
  for (let i = 0; i < count; i++) {
    const row = rows[i]
    numbers[row] = pairs.numberOf(numbers[row], codes === undefined ? 0 : codes[row])
  }
}
