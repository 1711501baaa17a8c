import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeClock } from '../kit/fake-clock.ts'
import { memoryPoints } from '../stores/points/memory.ts'
import type { PointsQuery } from '../stores/points/points-store.ts'
import { createMetricReader, type MetricReader } from './metric-reader.ts'
import { lastRange, type Range } from './range.ts'
import { addPoints, emptyRolled, type Rolled } from './rolled.ts'
import type { PointsSource } from './store-health.ts'
import { measurements, sale, shown } from './testing/shop.ts'

const metric = shown('revenue_by_category')
const [, measurement] = measurements
const START_MS = 1_700_000_000_000
const DAY_MS = 86_400_000

const numbersOf = (rolled: Rolled) => [...rolled.buckets.entries()].sort(([a], [b]) => a - b)

function setUp(range: Range, points = 100) {
  const store = memoryPoints()
  const clock = fakeClock(START_MS)
  const queries: PointsQuery[] = []
  const watched: PointsSource = {
    read: (what, query) => {
      queries.push(query)
      return store.read(what, query)
    },
    addUp: (what, additions, query) => {
      queries.push(query)
      return store.addUp(what, additions, query)
    },
  }
  const reader = createMetricReader(
    watched,
    metric,
    { range, points, lengths: 2, hourMs: 3_600_000 },
    clock,
  )
  return { store, clock, queries, reader }
}

/** Reads the range for the first time, which takes several parts. */
async function readRange(reader: MetricReader): Promise<void> {
  do await reader.refresh()
  while (reader.backToMs() !== undefined)
}

describe('createMetricReader', () => {
  it('knows after each refresh what reading everything would tell, corrections of late events too', async () => {
    // Each step: time passes, points of these ages (in windows) are written or written again with another number.
    const ages = fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 5 })
    const steps = fc.array(fc.record({ passMs: fc.nat({ max: 40_000 }), ages }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom('15m', '6h'), async (script, name) => {
        const { store, clock, reader } = setUp(lastRange(name))
        for (const { passMs, ages } of script) {
          clock.moveMs(passMs)
          const nowMs = clock.nowMs()
          const points = ages.map((age) =>
            sale(Math.floor(nowMs / 10_000 - age) * 10_000, 'books', Math.floor(nowMs / 100) + age),
          )
          await store.write(points, measurements)
          await readRange(reader)
        }
        // The tail is read again at the latest 15 s after the last write.
        clock.moveMs(15_000)
        await reader.refresh()
        const all = await store.read(measurement, {})
        const expected = addPoints(metric, emptyRolled(reader.rolled().bucketMs, metric.by), all)
        expect(numbersOf(reader.rolled())).toEqual(numbersOf(expected))
      }),
      { numRuns: 60 },
    )
  })

  it('reads only the newest windows again', async () => {
    const { store, clock, queries, reader } = setUp(lastRange('1h'))
    const newestMs = START_MS - 20_000
    await store.write([sale(newestMs, 'books', 1)], measurements)
    await readRange(reader)
    queries.length = 0
    clock.moveMs(1000)
    expect(await reader.refresh()).toBe(false)
    expect(queries.length).toBeGreaterThan(0)
    for (const { fromMs = 0 } of queries) expect(fromMs).toBeGreaterThanOrEqual(newestMs - 240_000)
    queries.length = 0
    clock.moveMs(1000)
    await reader.refresh()
    for (const { fromMs = 0 } of queries) expect(fromMs).toBeGreaterThanOrEqual(newestMs - 120_000)
  })

  it('does not spend its time on a newest bucket that takes long to read', async () => {
    const { store, clock, queries, reader } = setUp(lastRange('7d'))
    await store.write([sale(START_MS - 20_000, 'books', 1)], measurements)
    await readRange(reader)
    const { addUp } = store
    store.addUp = (...asked) => {
      clock.moveMs(2000)
      return addUp(...asked)
    }
    queries.length = 0
    for (let second = 0; second < 40; second++) {
      clock.moveMs(1000)
      await reader.refresh()
    }
    expect(queries.length).toBeLessThanOrEqual(12)
  })

  it('says whether a number changed', async () => {
    const { store, clock, reader } = setUp(lastRange('15m'))
    await readRange(reader)
    clock.moveMs(1000)
    expect(await reader.refresh()).toBe(false)
    await store.write([sale(START_MS - 10_000, 'books', 1)], measurements)
    expect(await reader.refresh()).toBe(true)
    expect(await reader.refresh()).toBe(false)
  })

  it('does not take the sliding of the range for a change', async () => {
    const { store, clock, reader } = setUp(lastRange('5m'))
    await store.write(
      [sale(START_MS - 595_000, 'books', 1), sale(START_MS - 30_000, 'toys', 1)],
      measurements,
    )
    await readRange(reader)
    clock.moveMs(40_000)
    expect(await reader.refresh()).toBe(false)
    expect(reader.rolled().buckets.size).toBe(1)
  })

  it('finds points written into the past within a minute or so', async () => {
    const { store, clock, reader } = setUp(lastRange('1h'))
    await store.write([sale(START_MS - 10_000, 'books', 1)], measurements)
    await readRange(reader)
    await store.write([sale(START_MS - 3_000_000, 'books', 5)], measurements)
    clock.moveMs(61_000)
    expect(await reader.refresh()).toBe(true)
  })

  it('is not led astray by a point ahead of the clock', async () => {
    const { store, clock, reader } = setUp({ kind: 'all' })
    await store.write([sale(START_MS + DAY_MS, 'books', 1)], measurements)
    await readRange(reader)
    await store.write([sale(START_MS + 10_000, 'toys', 2)], measurements)
    clock.moveMs(1000)
    expect(await reader.refresh()).toBe(true)
  })

  it('widens the buckets of an unbounded range as data is found, and adds right', async () => {
    const { store, reader } = setUp({ kind: 'all' }, 50)
    const points = Array.from({ length: 500 }, (_, i) => sale(START_MS - i * 7_777_000, 'books', 1))
    await store.write(points, measurements)
    await readRange(reader)
    const rolled = reader.rolled()
    expect(rolled.buckets.size).toBeLessThanOrEqual(51)
    const orders = [...rolled.buckets.values()]
      .flatMap(({ added }) => added)
      .map((point) => point.fields.orders)
    expect(orders.reduce((sum, one) => sum + one, 0)).toBe(500)
  })

  it('keeps what it knew when the store fails', async () => {
    const { store, clock, reader } = setUp(lastRange('15m'))
    await store.write([sale(START_MS - 10_000, 'books', 1)], measurements)
    await readRange(reader)
    const before = numbersOf(reader.rolled())
    store.addUp = () => Promise.reject(new Error('gone'))
    clock.moveMs(1000)
    await expect(reader.refresh()).rejects.toThrow('gone')
    expect(numbersOf(reader.rolled())).toEqual(before)
  })
})
