import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Bounds } from './log-buckets.ts'
import { Percentiles, rankIn } from './percentiles.ts'
import { batchesOf, folded, groups, valuesOf } from './testing/batches.ts'

const ERRORS = [0.001, 0.01, 0.02, 0.2]
const PERCENTS = [0.1, 1, 7, 25, 50, 95, 99, 99.9]

const whole = fc.oneof(
  fc.integer({ min: -100, max: 100 }),
  fc.maxSafeInteger(),
  fc.maxSafeNat(),
  fc.constant(Number.NaN),
)

/** The ⌈percent / 100 · n⌉th smallest; percentages have one decimal at most. */
function exactPercentile(values: readonly bigint[], percent: number): bigint | undefined {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return sorted[Math.ceil((Math.round(percent * 10) * sorted.length) / 1000) - 1]
}

/** Whether what is told is no further from the exact number than the share `error` of it; of no number nothing is told. */
function isWithin(told: number, exact: bigint | undefined, error: number): boolean {
  if (exact === undefined) return Number.isNaN(told)
  return Math.abs(told - Number(exact)) <= error * Math.abs(Number(exact))
}

test('are within their error of the exact ones, whatever the batches, restarts and parts', () => {
  fc.assert(
    fc.property(batchesOf(whole), fc.constantFrom(...ERRORS), (batches, error) => {
      const column = { values: new Float64Array(32) }
      const { aggregate, slots } = folded(
        batches,
        () => new Percentiles(column, undefined, 0, error),
        (values) => column.values.set(values),
      )
      for (const group of groups) {
        const there = valuesOf(batches, group)
          .filter((value) => !Number.isNaN(value))
          .map(BigInt)
        for (const percent of PERCENTS) {
          const told = aggregate.teller(percent)(slots[group])
          const exact = exactPercentile(there, percent)
          expect([told, exact, isWithin(told, exact, error)]).toEqual([told, exact, true])
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('of products are within their error beyond 2^53, in the unit of the decimals', () => {
  const quantity = fc.integer({ min: 1, max: 2 ** 31 - 1 })
  fc.assert(
    fc.property(batchesOf(fc.tuple(quantity, fc.maxSafeNat())), (batches) => {
      const left = { values: new Float64Array(32) }
      const right = { values: new Float64Array(32) }
      const { aggregate, slots } = folded(
        batches,
        () => new Percentiles(left, right, 2, 0.01),
        (values) => {
          left.values.set(values.map(([one]) => one))
          right.values.set(values.map(([, other]) => other))
        },
      )
      for (const group of groups) {
        const products = valuesOf(batches, group).map(([a, b]) => BigInt(a) * BigInt(b))
        const told = aggregate.teller(95)(slots[group])
        expect(isWithin(told * 100, exactPercentile(products, 95), 0.01)).toBe(true)
      }
    }),
  )
})

test('are the same to the last digit, however the numbers came', () => {
  fc.assert(
    fc.property(fc.array(whole, { maxLength: 60 }), fc.nat(59), (values, cut) => {
      const column = { values: new Float64Array(64) }
      const tellAll = (order: readonly number[], parts: number) => {
        const rows = order.map((value) => ({ group: 0, value }))
        const batch = { isElsewhere: parts > 1, restarts: parts > 2 }
        const batches = [
          { ...batch, rows: rows.slice(0, cut) },
          { ...batch, rows: rows.slice(cut) },
        ]
        const { aggregate, slots } = folded(
          batches,
          () => new Percentiles(column, undefined, 0, 0.01),
          (batchValues) => column.values.set(batchValues),
        )
        return PERCENTS.map((percent) => aggregate.teller(percent)(slots[0]))
      }
      const expected = tellAll(values, 1)
      expect(tellAll(values.toReversed(), 2)).toEqual(expected)
      expect(tellAll(values.toSorted(), 3)).toEqual(expected)
    }),
  )
})

test('of small whole numbers are those numbers', () => {
  for (const error of ERRORS) {
    const bounds = new Bounds(error)
    for (let value = 0; value < (0.49 * (1 - error) ** 2) / error; value++)
      expect([error, bounds.numberOf(bounds.keyOf(value))]).toEqual([error, value])
  }
})

test('no number of cents up to 10,000.00, nor any near the bound of a bucket, is told wrong', () => {
  for (const error of ERRORS) {
    const bounds = new Bounds(error)
    const wrong: number[] = []
    const tell = (value: number) => {
      const told = bounds.numberOf(bounds.keyOf(value))
      if (!(Math.abs(told - value) <= error * value)) wrong.push(value)
    }
    for (let value = 1; value <= 1_000_000; value++) tell(value)
    const growth = (1 + error) / (1 - error)
    for (let bound = 1; bound < 2 ** 84; bound *= growth)
      for (const near of [Math.floor(bound), Math.ceil(bound)]) tell(near)
    expect(wrong).toEqual([])
  }
})

test('the rank of a percentage is of what is written, not of the nearest double', () => {
  expect(rankIn(7)(100)).toBe(7)
  expect(rankIn(99.9)(1000)).toBe(999)
  expect(rankIn(0.1)(1)).toBe(1)
  expect(rankIn(1e-7)(1_000_000_000)).toBe(1)
  expect(rankIn(1e-7)(1_000_000_001)).toBe(2)
  expect(rankIn(50)(2 ** 52 + 1)).toBe(2 ** 51 + 1)
})

test('counts beyond 32 bits survive a checkpoint', () => {
  const column = { values: new Float64Array(0) }
  const save = (count: number) => {
    const ends = Int32Array.of(3)
    const words = Int32Array.of(5, count / 2 ** 32, count % 2 ** 32)
    const percentiles = new Percentiles(column, undefined, 0, 0.01)
    percentiles.open(0)
    percentiles.absorb(
      { shape: 'blocks', words, ends },
      { startMs: 0, slots: Int32Array.of(0), slotOf: Int32Array.of(0) },
    )
    return percentiles.save(Int32Array.of(0))
  }
  for (const count of [2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52 + 3])
    expect(save(count)).toEqual({
      shape: 'blocks',
      words: Int32Array.of(5, count / 2 ** 32, count % 2 ** 32),
      ends: Int32Array.of(3),
    })
})
