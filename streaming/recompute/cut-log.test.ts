import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  count,
  countNew,
  cumulative,
  hopping,
  length,
  measure,
  sessions,
  sum,
  tumbling,
} from '../../data/definitions/nodes.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../data/ecommerce/vocabulary.ts'
import type { Point } from '../../data/point.ts'
import { fakeClock } from '../../kit/fake-clock.ts'
import { silentLog } from '../../kit/log.ts'
import { avroDecoder } from '../decode/avro.ts'
import { Random } from '../sim/random.ts'
import { BASE_MS, JOB_OPTIONS, NOW_MS, stored } from '../testing/events.ts'
import { fakeReader } from '../testing/fake-log.ts'
import { type ClosedThrough, recompute } from './recompute.ts'

const summary = 'For tests.'
const panel = { title: 'N', value: 'n', unit: 'short' } as const

const METRICS = [
  defineMetric({
    ...{ name: 'visits', summary, panel, by: ['event_type'] },
    window: sessions({
      ...{ of: field('user_id'), gap: '20s', every: '10s' },
      measures: { pages: count(), took: length() },
    }),
    values: { n: count(), pages: sum(measure('pages')), took: sum(measure('took')) },
  }),
  defineMetric({
    ...{ name: 'overlapping', summary, panel, by: [] },
    window: hopping('1m', { every: '10s' }),
    values: { n: count() },
  }),
  defineMetric({
    ...{ name: 'so_far', summary, panel, by: [] },
    window: cumulative('2m', { every: '10s' }),
    values: { n: count() },
  }),
  defineMetric({
    ...{ name: 'fresh', summary, panel, by: [] },
    window: tumbling('10s'),
    values: { n: countNew(field('user_id'), { within: '50s' }) },
  }),
  defineMetric({
    ...{ name: 'silent', summary, panel, by: ['event_type'], zerosFor: '40s' },
    window: tumbling('10s'),
    values: { n: count() },
  }),
]
const EVENTS = 150

interface TimedEvent {
  readonly event_time: number
}

function eventsOf(random: Random): TimedEvent[] {
  let timeMs = BASE_MS
  return Array.from({ length: EVENTS }, (_, i) => {
    timeMs += random.int(500, 5_000)
    return {
      ...{ event_id: `e${i}`, event_type: random.pick(['view', 'click']) },
      user_id: `u${random.int(0, 12)}`,
      event_time: timeMs - random.int(0, 4_000),
    }
  })
}

/** What is computed from an offset on. */
async function computed(events: readonly TimedEvent[], from: number) {
  const points: Point[] = []
  let last: ClosedThrough | undefined
  const clock = fakeClock(NOW_MS)
  const maxTimeMs = Math.max(...events.map(({ event_time }) => event_time))
  const currentMs = maxTimeMs - JOB_OPTIONS.disorderMs
  await recompute({
    pipeline: smallShop,
    metrics: METRICS,
    config: { ...JOB_OPTIONS, maxDriftMs: 60_000 },
    avro: avroDecoder(smallShop.avroSchema),
    reader: fakeReader([[...events]], new Map([[0, from]]), {
      ...{ clock, batchRecords: 7, readMs: 0, nothingMs: 0 },
    }),
    until: {
      positions: new Map([[0, events.length]]),
      watermarks: { currentMs, partitions: [{ partition: 0, maxTimeMs }] },
      ...{ ticks: [], disorderMs: JOB_OPTIONS.disorderMs, savedAtMs: NOW_MS },
    },
    retry: { clock, log: silentLog },
    signal: new AbortController().signal,
    load: async () => {},
    onPoints: async (some, through) => {
      points.push(...some)
      last = through
    },
  })
  return { points, ...(last as ClosedThrough) }
}

test('points of every kind of window are whole from where it is said, when the first records are gone', async () => {
  const whole = new Map(METRICS.map(({ name }) => [name, 0]))
  const cut = fc.integer({ min: 1, max: 90 })
  const property = fc.asyncProperty(fc.nat(), cut, async (seed, from) => {
    const events = eventsOf(new Random(`${seed}`))
    const [all, left] = [await computed(events, 0), await computed(events, from)]
    for (const metric of METRICS) {
      expect(all.wholeFromOf(metric)).toBe(Number.NEGATIVE_INFINITY)
      const fromMs = left.wholeFromOf(metric)
      const own = (points: readonly Point[]) =>
        points.filter(({ measurement, timeMs }) => measurement === metric.name && timeMs >= fromMs)
      expect(stored(own(left.points))).toEqual(stored(own(all.points)))
      whole.set(metric.name, (whole.get(metric.name) ?? 0) + own(left.points).length)
    }
  })
  await fc.assert(property, { numRuns: 25 })
  for (const points of whole.values()) expect(points).toBeGreaterThan(20)
})

test('while a session is open that may have begun before what is left, no point of its metric is whole', async () => {
  const events = Array.from({ length: 40 }, (_, i) => ({
    ...{ event_id: `e${i}`, event_type: 'view', user_id: 'u1' },
    event_time: BASE_MS + i * 10_000,
  }))
  const { points, wholeFromOf } = await computed(events, 5)
  expect(wholeFromOf(METRICS[0])).toBe(Number.POSITIVE_INFINITY)
  expect(points.some(({ measurement }) => measurement === 'visits')).toBe(false)
  expect(Number.isFinite(wholeFromOf(METRICS[1]))).toBe(true)
})
