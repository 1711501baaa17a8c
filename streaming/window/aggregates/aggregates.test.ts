import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Dictionary } from '../../decode/dictionary.ts'
import { Count } from './count.ts'
import { CountDistinct } from './count-distinct.ts'
import { Extreme } from './extreme.ts'
import { Sum } from './sum.ts'
import { batchesOf, groups, resultsOf, START_MS, valuesOf } from './testing/batches.ts'

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

describe('sums', () => {
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

describe('extremes', () => {
  const factor = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.integer({ min: 2 ** 31 - 9, max: 2 ** 31 - 1 }),
    fc.constant(Number.NaN),
  )
  const kinds = ['min', 'max'] as const
  /** The first of them in order; undefined: there is none. */
  const extremeOf = (kind: 'min' | 'max', values: readonly bigint[]) =>
    values.reduce<bigint | undefined>((best, value) => {
      const isBetter = best === undefined || (kind === 'min' ? value < best : value > best)
      return isBetter ? value : best
    }, undefined)
  const nearest = (value: bigint | undefined, decimals: number) =>
    value === undefined ? Number.NaN : exactly([value], decimals)

  test('are exact beyond 2^53, absent values are none', () => {
    fc.assert(
      fc.property(batchesOf(amount), fc.constantFrom(...kinds), (batches, kind) => {
        const column = { values: new Float64Array(32) }
        const results = resultsOf(
          batches,
          () => new Extreme(kind, column, undefined, 2),
          (values) => column.values.set(values),
        )
        const there = (group: number) =>
          valuesOf(batches, group).filter((value) => !Number.isNaN(value))
        expect(results).toEqual(
          groups.map((group) => nearest(extremeOf(kind, there(group).map(BigInt)), 2)),
        )
      }),
    )
  })

  test('of products are exact beyond 2^53, negative ones too', () => {
    fc.assert(
      fc.property(
        batchesOf(fc.tuple(factor, fc.oneof(factor, amount))),
        fc.constantFrom(...kinds),
        (batches, kind) => {
          const left = { values: new Float64Array(32) }
          const right = { values: new Float64Array(32) }
          const results = resultsOf(
            batches,
            () => new Extreme(kind, left, right, 0),
            (values) => {
              left.values.set(values.map(([one]) => one))
              right.values.set(values.map(([, other]) => other))
            },
          )
          const products = (group: number) =>
            valuesOf(batches, group)
              .filter((factors) => !factors.some(Number.isNaN))
              .map(([one, other]) => BigInt(one) * BigInt(other))
          expect(results.map((value) => value + 0)).toEqual(
            groups.map((group) => nearest(extremeOf(kind, products(group)), 0)),
          )
        },
      ),
    )
  })

  test('of numbers that are one double are told apart', () => {
    const left = { values: Float64Array.of(2 ** 53 - 1, 2 ** 53 - 1) }
    const right = { values: Float64Array.of(2 ** 52 + 1, 2 ** 52) }
    const largest = new Extreme('max', left, right, 0)
    largest.open(0)
    for (const row of [0, 1]) largest.fold(Int32Array.of(row), Int32Array.of(0), 1)
    expect(largest.save(Int32Array.of(0))).toMatchObject({
      beyond: [[0, -(2n ** 53n - 1n) * (2n ** 52n + 1n)]],
    })
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
    new Extreme('max', numbers, undefined, 0),
  ]
  for (const aggregate of aggregates) {
    aggregate.open(5)
    aggregate.fold(Int32Array.of(0, 1), Int32Array.of(5, 5), 2, START_MS)
    expect(aggregate.result(5)).toBeGreaterThan(1)
    aggregate.close(START_MS)
    aggregate.open(5)
    expect(aggregate.result(5)).toBe(aggregate instanceof Extreme ? Number.NaN : 0)
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
