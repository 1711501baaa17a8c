import { describe, expect, it } from 'vitest'
import { smallShop } from '../data/ecommerce/small-shop.ts'
import { fakeClock } from '../kit/fake-clock.ts'
import { memoryPoints } from '../stores/points/memory.ts'
import { lastRange } from './range.ts'
import { createRangeReader, type RangeReader } from './reader.ts'
import { addPoints, emptyRolled } from './rolled.ts'
import type { PointsSource } from './store-health.ts'
import { measurements, sale, shown, visits } from './testing/shop.ts'

const START_MS = 1_700_000_000_000
const HOUR_MS = 3_600_000
const metric = shown('revenue_by_category')

/** A month of two metrics, in a store that takes 40 ms for each question. */
async function setUp() {
  const store = memoryPoints()
  const clock = fakeClock(START_MS)
  const hours = Array.from({ length: 24 * 30 }, (_, n) => START_MS - 20_000 - n * HOUR_MS)
  const points = hours.flatMap((ms) => [sale(ms, 'books', 1), visits(ms, '18-24', 2, 1)])
  await store.write(points, measurements)
  const slow: PointsSource = {
    read: (...asked) => {
      clock.moveMs(40)
      return store.read(...asked)
    },
    addUp: (...asked) => {
      clock.moveMs(40)
      return store.addUp(...asked)
    },
  }
  const span = { range: lastRange('30d'), points: 100, lengths: 2, hourMs: HOUR_MS }
  return { store, clock, reader: createRangeReader(smallShop, slow, span, clock) }
}

const ordersIn = (reader: RangeReader) =>
  [...(reader.known().get(metric.name)?.rolled.buckets.values() ?? [])]
    .flatMap(({ added }) => added)
    .reduce((sum, { fields }) => sum + fields.orders, 0)

describe('a range that is read for the first time', () => {
  it('is known from its end back, further each time, and whole in the end', async () => {
    const { store, reader } = await setUp()
    const back: number[] = []
    await reader.refresh()
    for (let ms = reader.backToMs(); ms !== undefined; ms = reader.backToMs()) {
      back.push(ms)
      expect(ordersIn(reader)).toBeGreaterThan(0)
      // Of the stretch before nothing is known yet.
      expect(reader.stretch().beforeMs).toBeUndefined()
      await reader.refresh()
    }
    expect(back.length).toBeGreaterThan(3)
    expect(back).toEqual([...new Set(back)].sort((a, b) => b - a))
    expect(reader.stretch().beforeMs).toBe(720 * HOUR_MS)
    const rolled = reader.known().get(metric.name)?.rolled
    const all = await store.read(measurements[1], {})
    expect([...(rolled?.buckets ?? [])].sort(([a], [b]) => a - b)).toEqual(
      [...addPoints(metric, emptyRolled(rolled?.bucketMs ?? 0, metric.by), all).buckets].sort(
        ([a], [b]) => a - b,
      ),
    )
  })

  it('shows new windows and corrections of the newest while it is read', async () => {
    const { store, clock, reader } = await setUp()
    const revenueOfNewest = () =>
      [...(reader.known().get(metric.name)?.rolled.buckets ?? [])]
        .sort(([a], [b]) => b - a)[0][1]
        .added.map(({ fields }) => fields.orders)
    for (let n = 0; n < 8; n++) await reader.refresh()
    const before = ordersIn(reader)
    const [newest] = revenueOfNewest()
    await store.write([sale(START_MS - 20_000, 'books', 1, 1000)], measurements)
    await store.write([sale(clock.nowMs() - 10_000, 'books', 1, 500)], measurements)
    for (let n = 0; n < 3; n++) await reader.refresh()
    expect(reader.backToMs()).toBeDefined()
    expect(ordersIn(reader) - before).toBeGreaterThanOrEqual(1499)
    expect(revenueOfNewest()).toEqual([newest + 1499])
    while (reader.backToMs() !== undefined) await reader.refresh()
    expect(ordersIn(reader)).toBe(720 + 1499)
  })

  it('is read again a little at a time, and shows what was corrected far back', async () => {
    const { store, clock, reader } = await setUp()
    do await reader.refresh()
    while (reader.backToMs() !== undefined)
    await store.write([sale(START_MS - 20_000 - 500 * HOUR_MS, 'books', 1, 1000)], measurements)
    clock.moveMs(60_000)
    let refreshes = 0
    let longestMs = 0
    for (; ordersIn(reader) === 720 && refreshes < 1000; refreshes++) {
      clock.moveMs(1_000)
      const beganMs = clock.nowMs()
      await reader.refresh()
      longestMs = Math.max(longestMs, clock.nowMs() - beganMs)
    }
    expect(ordersIn(reader)).toBe(720 + 999)
    expect(refreshes).toBeGreaterThan(10)
    // Reading everything at once takes ten times as long.
    expect(longestMs).toBeLessThan(5_000)
  })
})
