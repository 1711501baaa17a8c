// The least or the largest number of each group, exact whatever its size.
import type { NumberColumn } from '../../decode/columns.ts'
import {
  type AbsorbingSlots,
  type Aggregate,
  type AggregateState,
  gather,
  ofShape,
  roomFor,
} from './aggregate.ts'
import { type Beyond, beyondOf, nearestDouble } from './exact.ts'

/** Of a slot that had no number yet. */
const NONE = Number.POSITIVE_INFINITY

/** Extreme of whole numbers (decimals scaled), or of products of two of them; absent numbers are none. */
export class Extreme implements Aggregate {
  /** The largest number is the least of the negated ones. Beyond 2^53 the nearest double, and the number in `#beyond`. */
  #least = new Float64Array(256)
  readonly #beyond: Beyond = new Map()
  readonly #sign: 1 | -1
  readonly #left: NumberColumn
  readonly #right: NumberColumn | undefined
  readonly #scale: number

  /** The result is the number divided by 10^decimals: the double nearest to the exact value; NaN: there was none. */
  constructor(
    kind: 'min' | 'max',
    left: NumberColumn,
    right: NumberColumn | undefined,
    decimals: number,
  ) {
    this.#sign = kind === 'min' ? 1 : -1
    this.#left = left
    this.#right = right
    this.#scale = 10 ** decimals
  }

  open(slot: number): void {
    this.#least = roomFor(slot, this.#least)
    this.#least[slot] = NONE
    this.#beyond.delete(slot)
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    const least = this.#least
    const sign = this.#sign
    const left = this.#left.values
    const right = this.#right?.values
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      const value = sign * (right === undefined ? left[row] : left[row] * right[row])
      // Nor is an absent number, NaN.
      if (!(value <= least[slots[i]])) continue
      if (Number.isSafeInteger(value)) this.#take(slots[i], value)
      else this.#takeExactly(slots[i], BigInt(sign * left[row]) * BigInt(right?.[row] ?? 1))
    }
  }

  result(slot: number): number {
    const least = this.#least[slot]
    if (least === NONE) return Number.NaN
    const beyond = this.#beyond.get(slot)
    if (beyond === undefined) return (this.#sign * least) / this.#scale
    return nearestDouble(BigInt(this.#sign) * beyond, BigInt(this.#scale))
  }

  close(): void {}

  save(slots: Int32Array): AggregateState {
    const beyond = beyondOf(this.#beyond, slots)
    return { shape: 'numbers', numbers: gather(this.#least, slots), beyond }
  }

  absorb(state: AggregateState, { slots }: AbsorbingSlots): void {
    const { numbers, beyond } = ofShape('numbers', state)
    for (let group = 0; group < slots.length; group++) {
      const slot = slots[group]
      if (numbers[group] < this.#least[slot] && Number.isSafeInteger(numbers[group]))
        this.#take(slot, numbers[group])
    }
    for (const [group, value] of beyond)
      if (Number(value) <= this.#least[slots[group]]) this.#takeExactly(slots[group], value)
  }

  #take(slot: number, value: number): void {
    this.#least[slot] = value
    if (this.#beyond.size > 0) this.#beyond.delete(slot)
  }

  /** `value`: as a double it is what the slot has, or less. */
  #takeExactly(slot: number, value: bigint): void {
    const double = Number(value)
    const known = this.#beyond.get(slot)
    if (known !== undefined && double === this.#least[slot] && known <= value) return
    this.#least[slot] = double
    this.#beyond.set(slot, value)
  }
}
