import { describe, expect, it } from 'vitest'
import { measurementOf, openMeasurementOf } from '../data/definitions/metric.ts'
import type { Point } from '../data/point.ts'
import { fakeClock } from '../kit/fake-clock.ts'
import { memoryPoints } from '../stores/points/memory.ts'
import type { ShownMetric } from './fold.ts'
import { createMetricReader } from './metric-reader.ts'
import { createOpenReader } from './open-windows.ts'
import { lastRange, type Range } from './range.ts'
import { sale, shown } from './testing/shop.ts'

const NOW_MS = 1_700_000_000_000
const live = { ...shown('revenue_by_category'), emitEveryMs: 1000 }
const [final, open] = [measurementOf(live), openMeasurementOf(live)]
const asOpen = (point: Point): Point => ({ ...point, measurement: open.name })

function setUp(metric: ShownMetric = live, range: Range = lastRange('15m')) {
  const store = memoryPoints()
  const reader = createMetricReader(
    store,
    metric,
    { range, points: 100, lengths: 2, hourMs: 3_600_000 },
    fakeClock(NOW_MS),
  )
  const opens = createOpenReader(store, reader, range)
  const refresh = async () => {
    await reader.refresh()
    return opens.refresh()
  }
  return { store, refresh, opens }
}

describe('createOpenReader', () => {
  it('knows the windows after the newest final one, as they change, and no longer once they close', async () => {
    const { store, refresh, opens } = setUp()
    await store.write([sale(NOW_MS - 20_000, 'books', 9)], [final])
    const now = asOpen(sale(NOW_MS - 10_000, 'books', 1))
    await store.write([asOpen(sale(NOW_MS - 20_000, 'books', 8)), now], [open])
    expect(await refresh()).toBe(true)
    expect(opens.points()).toEqual([now])
    expect(await refresh()).toBe(false)
    const grown = asOpen(sale(NOW_MS - 10_000, 'books', 3))
    await store.write([grown], [open])
    expect(await refresh()).toBe(true)
    expect(opens.points()).toEqual([grown])
    // Closed, and the open point is still in the store.
    await store.write([sale(NOW_MS - 10_000, 'books', 4)], [final])
    expect(await refresh()).toBe(true)
    expect(opens.points()).toEqual([])
  })

  it('knows the first window of all, before any is final', async () => {
    const { store, refresh, opens } = setUp()
    await store.write([asOpen(sale(NOW_MS, 'books', 1))], [open])
    expect(await refresh()).toBe(true)
    expect(opens.points()).toHaveLength(1)
  })

  it('reads nothing for a metric that shows windows when they close, nor for a stretch of the past', async () => {
    const { emitEveryMs: _, ...closing } = live
    const past: Range = { kind: 'fixed', fromMs: NOW_MS - 60_000, toMs: NOW_MS }
    for (const { store, refresh, opens } of [setUp(closing), setUp(live, past)]) {
      await store.write([asOpen(sale(NOW_MS, 'books', 1))], [open])
      expect(await refresh()).toBe(false)
      expect(opens.points()).toEqual([])
    }
  })
})
