// Percentiles of the numbers of each group, within a relative error: one sketch for all percentiles of the same numbers.
import type { NumberColumn } from '../../decode/columns.ts'
import type { AbsorbingSlots, AggregateState, Fold } from './aggregate.ts'
import { Bounds, LogBuckets } from './log-buckets.ts'
import { Sketches } from './sketches.ts'

export class Percentiles implements Fold {
  readonly #bounds: Bounds
  readonly #sketches = new Sketches(() => new LogBuckets())
  readonly #left: NumberColumn
  readonly #right: NumberColumn | undefined
  readonly #scale: number

  /** Of whole numbers (decimals scaled), or of products of two of them; absent numbers are none. */
  constructor(
    left: NumberColumn,
    right: NumberColumn | undefined,
    decimals: number,
    error: number,
  ) {
    this.#left = left
    this.#right = right
    this.#scale = 10 ** decimals
    this.#bounds = new Bounds(error)
  }

  open(slot: number): void {
    this.#sketches.open(slot)
  }

  fold(rows: Int32Array, slots: Int32Array, count: number): void {
    const left = this.#left.values
    const right = this.#right?.values
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      const value = right === undefined ? left[row] : left[row] * right[row]
      if (!Number.isNaN(value)) this.#sketches.of(slots[i]).add(this.#bounds.keyOf(value))
    }
  }

  /** What tells the percentile of a slot: near the ⌈percent / 100 · n⌉th smallest of its n numbers; NaN: it has none. */
  teller(percent: number): (slot: number) => number {
    const rankOf = rankIn(percent)
    return (slot) => {
      const sketch = this.#sketches.of(slot)
      if (sketch.count === 0) return Number.NaN
      return this.#bounds.numberOf(sketch.keyAt(rankOf(sketch.count))) / this.#scale
    }
  }

  close(startMs: number, slots: readonly number[]): void {
    this.#sketches.close(startMs, slots)
  }

  save(slots: Int32Array): AggregateState {
    return this.#sketches.save(slots)
  }

  absorb(state: AggregateState, into: AbsorbingSlots): void {
    this.#sketches.absorb(state, into)
  }
}

/** ⌈percent / 100 · count⌉ with the percentage as it is written: 7 % of 100 is 7, and not a little more. */
export function rankIn(percent: number): (count: number) => number {
  const [digits, exponent = '0'] = String(percent).split('e')
  const [whole, fraction = ''] = digits.split('.')
  const scale = 100n * 10n ** BigInt(fraction.length - Number(exponent))
  const share = BigInt(whole + fraction)
  return (count) => Number((share * BigInt(count) + scale - 1n) / scale)
}
