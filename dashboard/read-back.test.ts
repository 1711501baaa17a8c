import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeClock } from '../kit/fake-clock.ts'
import { memoryPoints } from '../stores/points/memory.ts'
import type { PointsQuery } from '../stores/points/points-store.ts'
import { readBack } from './read-back.ts'
import { addBuckets, addPoints, emptyRolled, type Rolled } from './rolled.ts'
import { measurements, sale, shown } from './testing/shop.ts'

const metric = shown('revenue_by_category')
const [, measurement] = measurements
const YEAR_MS = 365 * 86_400_000
const WINDOW_MS = 10_000

const numbersOf = (rolled: Rolled) => [...rolled.buckets].sort(([a], [b]) => a - b)

describe('readBack', () => {
  it('knows what reading every point of the stretch would tell, in buckets of any width', async () => {
    const windows = fc.uniqueArray(
      fc.tuple(fc.oneof(fc.nat(YEAR_MS / WINDOW_MS), fc.nat(50)), fc.constantFrom('books', 'toys')),
      { maxLength: 50, selector: (one) => one.join() },
    )
    const bound = fc.option(fc.nat(YEAR_MS / 60_000), { nil: undefined })
    const widths = fc.constantFrom(1, 6, 360, 8640)
    await fc.assert(
      fc.asyncProperty(windows, bound, bound, widths, async (some, from, to, width) => {
        const store = memoryPoints()
        const points = some.map(([n, category]) => sale(n * WINDOW_MS, category, n / 100, n + 1))
        await store.write(points, measurements)
        const query: PointsQuery = {
          ...(from === undefined ? {} : { fromMs: from * 60_000 }),
          ...(to === undefined ? {} : { toMs: to * 60_000 }),
        }
        const empty = emptyRolled(width * WINDOW_MS, metric.by)
        const back = readBack(store, metric, query, () => empty.bucketMs, fakeClock(0))
        let rolled = empty
        for await (const part of back.parts) rolled = addBuckets(metric, rolled, part)
        const all = await store.read(measurement, query)
        expect(numbersOf(rolled)).toEqual(numbersOf(addPoints(metric, empty, all)))
        expect(back.newestMs()).toBe(all.at(-1)?.timeMs)
      }),
      { numRuns: 60 },
    )
  })

  it('passes over decades without data by a question', async () => {
    const store = memoryPoints()
    await store.write([sale(0, 'books', 1), sale(56 * YEAR_MS, 'books', 1)], measurements)
    let parts = 0
    const back = readBack(store, metric, {}, () => WINDOW_MS, fakeClock(0))
    for await (const _ of back.parts) parts++
    expect(parts).toBe(2)
  })

  it('asks for whole hours and five minutes, whose sums a store may keep, however slow it is', async () => {
    const store = memoryPoints()
    const windows = Array.from({ length: 8640 }, (_, n) => sale(n * WINDOW_MS, 'books', 1))
    await store.write(windows, measurements)
    for (const tookMs of [0, 400]) {
      const clock = fakeClock(0)
      const asked: PointsQuery[] = []
      const addUp: typeof store.addUp = (what, additions, query) => {
        if (what.tags.length > 0) asked.push(query)
        clock.moveMs(tookMs)
        return store.addUp(what, additions, query)
      }
      const source = { read: store.read, addUp }
      const back = readBack(source, metric, {}, () => 6 * 3_600_000, clock)
      for await (const _ of back.parts);
      const lengths = asked.map(({ fromMs = 0, toMs = 0 }) => {
        expect([fromMs % 300_000, toMs % 300_000]).toEqual([0, 0])
        return toMs - fromMs
      })
      if (tookMs > 0) expect(Math.max(...lengths.slice(2))).toBe(300_000)
      else expect(lengths.filter((ms) => ms % 3_600_000 === 0).length).toBeGreaterThan(3)
    }
  })

  it('takes shorter parts where reading takes long', async () => {
    const store = memoryPoints()
    const times = Array.from({ length: 360 }, (_, n) => n * WINDOW_MS)
    await store.write(
      times.map((timeMs) => sale(timeMs, 'books', 1)),
      measurements,
    )
    const clock = fakeClock(0)
    const lengths: number[] = []
    const read: typeof store.read = async (what, query) => {
      const points = await store.read(what, query)
      lengths.push(points.length)
      clock.moveMs(points.length * 10)
      return points
    }
    const slow = { read, addUp: store.addUp }
    const back = readBack(slow, metric, {}, () => WINDOW_MS, clock)
    for await (const part of back.parts) expect(part.length).toBeLessThanOrEqual(60)
    expect(lengths.slice(0, 4)).toEqual([60, 5, 5, 5])
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(360)
  })
})
