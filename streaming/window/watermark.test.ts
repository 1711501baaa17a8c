import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isClosed, runningWatermarks, Watermarks, windowStartOf } from './watermark.ts'

const DISORDER_MS = 5_000

describe('a window', () => {
  test('holds its start and not its end, and windows are aligned to the epoch', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 10 ** 8 }), (timeMs, sizeMs) => {
        const startMs = windowStartOf(timeMs, sizeMs)
        expect(startMs <= timeMs && timeMs < startMs + sizeMs).toBe(true)
        expect(Math.abs(startMs % sizeMs)).toBe(0)
      }),
    )
  })

  test('is closed once the watermark reaches its end', () => {
    expect(isClosed(10_000, 9_999)).toBe(false)
    expect(isClosed(10_000, 10_000)).toBe(true)
  })

  test('is never closed for an event within the disorder of those before it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -(10 ** 12), max: 10 ** 12 }),
        fc.integer({ min: 0, max: DISORDER_MS }),
        fc.integer({ min: 1, max: 100_000 }),
        (latestMs, behindMs, sizeMs) => {
          const endMs = windowStartOf(latestMs - behindMs, sizeMs) + sizeMs
          expect(isClosed(endMs, latestMs - DISORDER_MS)).toBe(false)
        },
      ),
    )
  })
})

test('running watermarks are the largest time before each event, less the disorder', () => {
  const times = fc.array(fc.integer({ min: 0, max: 100_000 }))
  const before = fc.oneof(fc.constant(Number.NEGATIVE_INFINITY), fc.integer({ max: 100_000 }))
  fc.assert(
    fc.property(times, before, (timesMs, maxTimeMs) => {
      const out = new Float64Array(timesMs.length)
      const after = runningWatermarks(
        Float64Array.from(timesMs),
        timesMs.length,
        maxTimeMs,
        DISORDER_MS,
        out,
      )
      const expected = timesMs.map(
        (_, i) => Math.max(maxTimeMs, ...timesMs.slice(0, i)) - DISORDER_MS,
      )
      expect([...out]).toEqual(expected)
      expect(after).toBe(Math.max(maxTimeMs, ...timesMs))
    }),
  )
})

type Step =
  | { readonly kind: 'observe'; readonly partition: number; readonly timeMs: number }
  | { readonly kind: 'idle' | 'active' | 'add'; readonly partition: number }
  | { readonly kind: 'raise'; readonly timeMs: number }

const partition = fc.nat(3)
const timeMs = fc.integer({ min: 0, max: 100_000 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('observe' as const), partition, timeMs }),
  fc.record({
    kind: fc.constantFrom('idle' as const, 'active' as const, 'add' as const),
    partition,
  }),
  fc.record({ kind: fc.constant('raise' as const), timeMs }),
)

function take(watermarks: Watermarks, one: Step): void {
  if (one.kind === 'observe') watermarks.observe(one.partition, one.timeMs)
  else if (one.kind === 'raise') watermarks.raiseTo(one.timeMs)
  else {
    // Only partitions that are known are ever idle.
    watermarks.addPartition(one.partition)
    if (one.kind === 'idle') watermarks.setIdle(one.partition)
    if (one.kind === 'active') watermarks.setActive(one.partition)
  }
}

describe('the job’s watermark', () => {
  test('never goes back, and is never ahead of an active partition unless it was there before', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const watermarks = new Watermarks(DISORDER_MS)
        for (const one of steps) {
          const beforeMs = watermarks.currentMs
          take(watermarks, one)
          const raisedMs = watermarks.currentMs
          const afterMs = watermarks.advance()
          expect(afterMs).toBeGreaterThanOrEqual(beforeMs)
          for (const other of watermarks.snapshot().partitions) {
            if (watermarks.isIdle(other.partition)) continue
            expect(afterMs).toBeLessThanOrEqual(Math.max(raisedMs, other.maxTimeMs - DISORDER_MS))
          }
        }
      }),
    )
  })

  test('is the minimum over active partitions; one without events holds it', () => {
    const watermarks = new Watermarks(DISORDER_MS)
    for (const one of [0, 1, 2]) watermarks.addPartition(one)
    watermarks.observe(0, 50_000)
    watermarks.observe(1, 20_000)
    expect(watermarks.advance()).toBe(Number.NEGATIVE_INFINITY)
    expect(watermarks.holder).toBe(2)
    watermarks.setIdle(2)
    expect(watermarks.advance()).toBe(15_000)
    expect(watermarks.holder).toBe(1)
    watermarks.setIdle(1)
    expect(watermarks.advance()).toBe(45_000)
    expect(watermarks.holder).toBe(0)
    watermarks.observe(1, 30_000)
    expect(watermarks.isIdle(1)).toBe(false)
    expect(watermarks.advance()).toBe(45_000)
  })

  test('stays where it is when every partition is idle', () => {
    const watermarks = new Watermarks(DISORDER_MS)
    expect(watermarks.allIdle).toBe(false)
    watermarks.observe(0, 50_000)
    watermarks.advance()
    watermarks.setIdle(0)
    expect(watermarks.allIdle).toBe(true)
    expect(watermarks.holder).toBeUndefined()
    expect(watermarks.nextMs).toBe(45_000)
    expect(watermarks.advance()).toBe(45_000)
  })

  test('goes on after a restart as if there had been none', () => {
    const steps = fc.array(step, { maxLength: 20 })
    fc.assert(
      fc.property(steps, steps, (first, second) => {
        const one = new Watermarks(DISORDER_MS)
        for (const each of first) take(one, each)
        one.advance()
        const other = new Watermarks(DISORDER_MS)
        other.restore(structuredClone(one.snapshot()))
        // Who is idle is found out again.
        for (const { partition } of one.snapshot().partitions)
          if (one.isIdle(partition)) other.setIdle(partition)
        for (const each of second) {
          take(one, each)
          take(other, each)
          expect(other.advance()).toBe(one.advance())
        }
      }),
    )
  })
})
