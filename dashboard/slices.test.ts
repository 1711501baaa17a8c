import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Point } from '../data/point.ts'
import { memoryPoints } from '../stores/points/memory.ts'
import type { PointsQuery } from '../stores/points/points-store.ts'
import { readSlices } from './slices.ts'
import { measurements, sale } from './testing/shop.ts'

const [, measurement] = measurements
const YEAR_MS = 365 * 86_400_000
const WINDOW_MS = 10_000

describe('readSlices', () => {
  it('yields every point of the stretch once, newest slices first', async () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: YEAR_MS / WINDOW_MS }), {
      maxLength: 50,
    })
    const bound = fc.option(fc.integer({ min: 0, max: YEAR_MS }), { nil: undefined })
    await fc.assert(
      fc.asyncProperty(times, bound, bound, async (windows, fromMs, toMs) => {
        fc.pre(fromMs === undefined || toMs === undefined || fromMs < toMs)
        const store = memoryPoints()
        const points = windows.map((window) => sale(window * WINDOW_MS, 'books', window))
        await store.write(points, measurements)
        const query: PointsQuery = {
          ...(fromMs === undefined ? {} : { fromMs }),
          ...(toMs === undefined ? {} : { toMs }),
        }
        const slices: Point[][] = []
        const request = { measurement, windowMs: WINDOW_MS, nowMs: YEAR_MS / 2, ...query }
        for await (const slice of readSlices(store.read, request)) slices.push(slice)
        expect(slices.reverse().flat()).toEqual(await store.read(measurement, query))
      }),
      { numRuns: 60 },
    )
  })

  it('passes over decades without data in a few reads', async () => {
    let reads = 0
    const read = async () => {
      reads++
      return []
    }
    const request = { measurement, windowMs: WINDOW_MS, nowMs: 56 * YEAR_MS }
    for await (const _ of readSlices(read, request)) expect(reads).toBeLessThan(20)
    expect(reads).toBeGreaterThan(1)
  })

  it('takes smaller slices where points are many', async () => {
    const lengths: number[] = []
    const crowd = Array.from({ length: 50_000 }, () => sale(0, 'books', 1))
    const read = async (_: unknown, { fromMs = 0, toMs = 3_600_000 }: PointsQuery) => {
      lengths.push(toMs - fromMs)
      return crowd
    }
    const request = {
      measurement,
      windowMs: WINDOW_MS,
      nowMs: 3_600_000,
      fromMs: 0,
      toMs: 3_600_000,
    }
    for await (const slice of readSlices(read, request)) expect(slice).toBe(crowd)
    expect(lengths.slice(0, 4)).toEqual([600_000, 300_000, 150_000, 75_000])
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(3_600_000)
  })
})
