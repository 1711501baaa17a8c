// Sums that are exact whatever their size: whole numbers in doubles as long as they fit, in bigints beyond.
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

/** Exact sum of whole numbers (decimals scaled), or of products of two of them. */
export class Sum implements Aggregate {
  /** Doubles hold whole numbers exactly up to 2^53; what would go beyond is kept in `#beyond`. */
  #sums = new Float64Array(256)
  readonly #beyond: Beyond = new Map()
  readonly #left: NumberColumn
  readonly #right: NumberColumn | undefined
  readonly #scale: number

  /** The result is the sum divided by 10^decimals: the double nearest to the exact value. */
  constructor(left: NumberColumn, right: NumberColumn | undefined, decimals: number) {
    this.#left = left
    this.#right = right
    this.#scale = 10 ** decimals
  }

  open(slot: number): void {
    this.#sums = roomFor(slot, this.#sums)
    this.#sums[slot] = 0
    this.#beyond.delete(slot)
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    const sums = this.#sums
    const left = this.#left.values
    const right = this.#right?.values
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      const value = right === undefined ? left[row] : left[row] * right[row]
      if (Number.isNaN(value)) continue
      const sum = sums[slots[i]] + value
      if (Number.isSafeInteger(value) && Number.isSafeInteger(sum)) sums[slots[i]] = sum
      else this.#addExactly(slots[i], BigInt(left[row]) * BigInt(right?.[row] ?? 1))
    }
  }

  #addExactly(slot: number, value: bigint): void {
    this.#beyond.set(slot, (this.#beyond.get(slot) ?? 0n) + value)
  }

  result(slot: number): number {
    const beyond = this.#beyond.get(slot)
    if (beyond === undefined) return this.#sums[slot] / this.#scale
    return nearestDouble(beyond + BigInt(this.#sums[slot]), BigInt(this.#scale))
  }

  close(): void {}

  save(slots: Int32Array): AggregateState {
    const beyond = beyondOf(this.#beyond, slots)
    return { shape: 'numbers', numbers: gather(this.#sums, slots), beyond }
  }

  absorb(state: AggregateState, { slots }: AbsorbingSlots): void {
    const { numbers, beyond } = ofShape('numbers', state)
    for (let i = 0; i < slots.length; i++) {
      const sum = this.#sums[slots[i]] + numbers[i]
      if (Number.isSafeInteger(sum)) this.#sums[slots[i]] = sum
      else this.#addExactly(slots[i], BigInt(numbers[i]))
    }
    for (const [group, value] of beyond) this.#addExactly(slots[group], value)
  }
}
