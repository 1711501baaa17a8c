import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Dictionary } from '../../decode/dictionary.ts'
import { ApproxDistinct } from './approx-distinct.ts'
import { HyperLogLog, keyOf, registerBitsFor } from './hyper-log-log.ts'
import { batchesOf, folded, groups, resultsOf, valuesOf } from './testing/batches.ts'

const keyOfText = (text: string): number => {
  const { buffer, byteOffset, length } = Buffer.from(text)
  return keyOf(new DataView(buffer, byteOffset, length), 0, length)
}

const TEXT = new DataView(new ArrayBuffer(12))

/** Adds texts `from` to `to`, others for each seed. */
function addTexts(sketch: HyperLogLog, seed: number, from: number, to: number): void {
  TEXT.setInt32(0, seed)
  for (let i = from; i < to; i++) {
    TEXT.setInt32(8, i)
    sketch.add(keyOf(TEXT, 0, TEXT.byteLength))
  }
}

function sketchOf(bits: number, seed: number, count: number): HyperLogLog {
  const sketch = new HyperLogLog(bits)
  addTexts(sketch, seed, 0, count)
  return sketch
}

test('of few are exact, whatever the batches, restarts and parts; an absent value is none, unless it is a value', () => {
  const value = fc.nat(40)
  fc.assert(
    fc.property(batchesOf(value), fc.boolean(), (batches, countsAbsent) => {
      const column = { dictionary: new Dictionary('user_id'), codes: new Int32Array(32) }
      const results = resultsOf(
        batches,
        () => new ApproxDistinct(column, countsAbsent, 0.01),
        (values) =>
          column.codes.set(
            values.map((one) => column.dictionary.codeOf(one === 0 ? 'unknown' : `u${one}`)),
          ),
      )
      expect(results).toEqual(
        groups.map(
          (group) =>
            new Set(valuesOf(batches, group).filter((one) => countsAbsent || one > 0)).size,
        ),
      )
    }),
  )
})

describe('of many', () => {
  test.each([
    [0.1, 200],
    [0.05, 200],
    [0.02, 100],
    [0.01, 40],
  ])('have a standard error of %f or less', (error, seeds) => {
    const counts = [150, 1_500, 15_000]
    const bits = registerBitsFor(error)
    const off = Array.from({ length: seeds }, (_, seed) => {
      const sketch = new HyperLogLog(bits)
      return counts.map((count, i) => {
        addTexts(sketch, seed, counts[i - 1] ?? 0, count)
        return sketch.estimate / count - 1
      })
    })
    for (const i of counts.keys()) {
      const own = off.map((one) => one[i])
      expect(Math.max(...own.map(Math.abs))).toBeLessThan(4 * error)
      // The deviation of as many sets is itself known to within a share of about 3 / √(2 · seeds).
      const deviation = Math.hypot(...own) / Math.sqrt(seeds)
      expect(deviation).toBeLessThan(error * (1 + 3 / Math.sqrt(2 * seeds)))
      // It leans to neither side.
      const mean = own.reduce((sum, one) => sum + one, 0) / seeds
      expect(Math.abs(mean)).toBeLessThan((3 * error) / Math.sqrt(seeds))
    }
  })

  test('are near a million, too', () => {
    const { estimate } = sketchOf(registerBitsFor(0.01), 1, 1_000_000)
    expect(Math.abs(estimate / 1_000_000 - 1)).toBeLessThan(0.03)
  })

  test('are the same to the last digit in any order, whole or in parts, with few or many', () => {
    const parts = fc.array(fc.tuple(fc.nat(3_000), fc.nat(1_500), fc.boolean()), { maxLength: 5 })
    fc.assert(
      fc.property(parts, fc.constantFrom(7, 9, 14), (ranges, bits) => {
        const keys = ranges.map(([from, count, isBackwards]) => {
          const own = Array.from({ length: count }, (_, i) => keyOfText(`u${from + i}`))
          return isBackwards ? own.reverse() : own
        })
        const whole = new HyperLogLog(bits)
        for (const key of keys.flat()) whole.add(key)
        const merged = new HyperLogLog(bits)
        for (const own of keys.toReversed()) {
          const part = new HyperLogLog(bits)
          for (const key of own) part.add(key)
          merged.absorb(part.words())
        }
        expect(merged.words()).toEqual(whole.words())
        expect(merged.estimate).toBe(whole.estimate)
      }),
      { numRuns: 60 },
    )
  })

  test('take no more than 4 bytes each while they are few, then 16 KiB where the error is 0.01', () => {
    const bits = registerBitsFor(0.01)
    expect(sketchOf(bits, 1, 1_000).words().byteLength).toBe(4_000)
    expect(sketchOf(bits, 1, 1_024).words().byteLength).toBe(4_096)
    expect(sketchOf(bits, 1, 1_025).words().byteLength).toBe(16_384)
    expect(sketchOf(bits, 1, 200_000).words().byteLength).toBe(16_384)
  })
})

test('are of the texts: the same whatever codes they have', () => {
  const estimateOf = (texts: readonly string[]) => {
    const column = { dictionary: new Dictionary('user_id'), codes: new Int32Array(4_000) }
    const batch = { rows: texts.map((value) => ({ group: 0, value })), isElsewhere: false }
    const { aggregate, slots } = folded(
      [{ ...batch, restarts: false }],
      () => new ApproxDistinct(column, false, 0.05),
      (values) => column.codes.set(values.map((text) => column.dictionary.codeOf(text))),
    )
    return aggregate.result(slots[0])
  }
  const texts = Array.from({ length: 4_000 }, (_, i) => `someone with a long name, number ${i}`)
  expect(estimateOf(texts.toReversed())).toBe(estimateOf(texts))
  expect(estimateOf(texts)).not.toBe(4_000)
})
