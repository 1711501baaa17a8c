import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Dictionary } from '../../decode/dictionary.ts'
import type { Aggregate, CodeMap } from './aggregate.ts'
import { Count } from './count.ts'
import { CountDistinct } from './count-distinct.ts'
import { Sum } from './sum.ts'

const GROUPS = 3
const START_MS = 0

/** Rows in batches: a batch is folded at once, and after any the state may be saved and loaded into a new aggregate. */
const batchesOf = <T>(row: fc.Arbitrary<T>) =>
  fc.array(
    fc.record({
      rows: fc.array(fc.record({ group: fc.nat(GROUPS - 1), value: row }), { maxLength: 20 }),
      restarts: fc.boolean(),
    }),
    { maxLength: 8 },
  )

type Batches<T> = readonly {
  readonly rows: readonly { readonly group: number; readonly value: T }[]
  readonly restarts: boolean
}[]

/** The results of each group. `make` gives a new aggregate; `fill` puts a batch's values into its columns. */
function resultsOf<T>(
  batches: Batches<T>,
  make: () => Aggregate,
  fill: (values: readonly T[]) => void,
): number[] {
  const same: CodeMap = (_, codes) => codes.slice()
  let slots = Array.from({ length: GROUPS }, (_, group) => group)
  const opened = () => {
    const aggregate = make()
    for (const slot of slots) aggregate.open(slot)
    return aggregate
  }
  let aggregate = opened()
  for (const { rows, restarts } of batches) {
    fill(rows.map(({ value }) => value))
    const own = Int32Array.from(rows, ({ group }) => slots[group])
    aggregate.fold(Int32Array.from(rows.keys()), own, rows.length, START_MS)
    if (!restarts) continue
    const state = structuredClone(aggregate.save(Int32Array.from(slots), START_MS, same))
    // Other slots than before: only the order of groups is kept.
    const before = slots
    slots = slots.map((slot) => slot + 300).reverse()
    const slotOf = new Int32Array(Math.max(...before) + 1)
    for (let group = 0; group < GROUPS; group++) slotOf[before[group]] = slots[group]
    aggregate = opened()
    aggregate.absorb(state, { startMs: START_MS, slots: Int32Array.from(slots), slotOf }, same)
  }
  return slots.map((slot) => aggregate.result(slot))
}

const valuesOf = <T>(batches: Batches<T>, group: number): T[] =>
  batches.flatMap(({ rows }) => rows.filter((row) => row.group === group).map(({ value }) => value))
const groups = Array.from({ length: GROUPS }, (_, group) => group)

test('counts are the number of events, or of those that satisfy the condition', () => {
  fc.assert(
    fc.property(batchesOf(fc.boolean()), (batches) => {
      const condition = { mask: new Uint8Array(32) }
      const fill = (values: readonly boolean[]) => condition.mask.set(values.map(Number))
      expect(resultsOf(batches, () => new Count(undefined), fill)).toEqual(
        groups.map((group) => valuesOf(batches, group).length),
      )
      expect(resultsOf(batches, () => new Count(condition), fill)).toEqual(
        groups.map((group) => valuesOf(batches, group).filter(Boolean).length),
      )
    }),
  )
})

describe('sums', () => {
  /** The double nearest to the sum of these whole numbers of the last decimal. */
  const exactly = (values: readonly bigint[], decimals: number): number => {
    const total = values.reduce((sum, value) => sum + value, 0n)
    const digits = String(total < 0n ? -total : total).padStart(decimals + 1, '0')
    const whole = digits.slice(0, digits.length - decimals)
    return Number(`${total < 0n ? '-' : ''}${whole}.${digits.slice(digits.length - decimals)}0`)
  }
  const amount = fc.oneof(
    fc.nat(1_000_000),
    fc.nat(Number.MAX_SAFE_INTEGER),
    fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1),
    fc.constant(Number.NaN),
  )

  test('are exact beyond 2^53, absent values adding nothing', () => {
    fc.assert(
      fc.property(batchesOf(amount), fc.constantFrom(0, 2), (batches, decimals) => {
        const column = { values: new Float64Array(32) }
        const results = resultsOf(
          batches,
          () => new Sum(column, undefined, decimals),
          (values) => column.values.set(values),
        )
        const expected = groups.map((group) =>
          exactly(
            valuesOf(batches, group)
              .filter((v) => !Number.isNaN(v))
              .map(BigInt),
            decimals,
          ),
        )
        expect(results).toEqual(expected)
      }),
    )
  })

  test('of products are exact beyond 2^53, an absent factor adding nothing', () => {
    const quantity = fc.oneof(fc.nat(100), fc.constant(2 ** 31 - 1), fc.constant(Number.NaN))
    fc.assert(
      fc.property(batchesOf(fc.tuple(quantity, amount)), (batches) => {
        const left = { values: new Float64Array(32) }
        const right = { values: new Float64Array(32) }
        const results = resultsOf(
          batches,
          () => new Sum(left, right, 2),
          (values) => {
            left.values.set(values.map(([one]) => one))
            right.values.set(values.map(([, other]) => other))
          },
        )
        const expected = groups.map((group) =>
          exactly(
            valuesOf(batches, group)
              .filter((factors) => !factors.some(Number.isNaN))
              .map(([one, other]) => BigInt(one) * BigInt(other)),
            2,
          ),
        )
        expect(results).toEqual(expected)
      }),
    )
  })
})

test('distinct counts are the sizes of Sets; an absent value is none, unless it is a value', () => {
  fc.assert(
    fc.property(batchesOf(fc.nat(6)), fc.boolean(), (batches, countsAbsent) => {
      const column = { dictionary: new Dictionary('user_id'), codes: new Int32Array(32) }
      const results = resultsOf(
        batches,
        () => new CountDistinct(column, countsAbsent),
        (values) => column.codes.set(values),
      )
      const expected = groups.map(
        (group) =>
          new Set(valuesOf(batches, group).filter((code) => countsAbsent || code > 0)).size,
      )
      expect(results).toEqual(expected)
    }),
  )
})

test('a slot that is used again starts from nothing', () => {
  const numbers = { values: Float64Array.of(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) }
  const texts = { dictionary: new Dictionary('user_id'), codes: Int32Array.of(1, 2) }
  const aggregates = [
    new Count(undefined),
    new Sum(numbers, undefined, 0),
    new CountDistinct(texts, false),
  ]
  for (const aggregate of aggregates) {
    aggregate.open(5)
    aggregate.fold(Int32Array.of(0, 1), Int32Array.of(5, 5), 2, START_MS)
    expect(aggregate.result(5)).toBeGreaterThan(1)
    aggregate.close(START_MS)
    aggregate.open(5)
    expect(aggregate.result(5)).toBe(0)
  }
})

test('a state of another shape is refused', () => {
  const state = new Count(undefined).save(new Int32Array(0))
  const column = { dictionary: new Dictionary('user_id'), codes: new Int32Array(0) }
  const into = { startMs: START_MS, slots: new Int32Array(0), slotOf: new Int32Array(0) }
  expect(() => new CountDistinct(column, false).absorb(state, into, (_, codes) => codes)).toThrow(
    'expected a state of pairs, got numbers',
  )
})
