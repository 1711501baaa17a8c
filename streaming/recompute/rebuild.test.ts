import { expect, test } from 'vitest'
import type { Metric } from '../../data/definitions/metric.ts'
import { count, sessions } from '../../data/definitions/nodes.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../data/ecommerce/vocabulary.ts'
import type { Point } from '../../data/point.ts'
import { fakeClock } from '../../kit/fake-clock.ts'
import { silentLog } from '../../kit/log.ts'
import { memoryCheckpoints } from '../../stores/checkpoints/memory-place.ts'
import { memoryPoints } from '../../stores/points/memory.ts'
import { readSnapshot } from '../checkpoint/encode.ts'
import { restoreJob, type Snapshot } from '../checkpoint/snapshot.ts'
import { avroDecoder } from '../decode/avro.ts'
import { Job } from '../job.ts'
import { BASE_MS, click, JOB_OPTIONS, NOW_MS, type Value } from '../testing/events.ts'
import { fakeReader } from '../testing/fake-log.ts'
import { rebuild } from './rebuild.ts'
import { metric } from './testing/clicks.ts'

const avro = avroDecoder(smallShop.avroSchema)
const pipeline = { ...smallShop, metrics: [metric] }

/**
 * Rebuilds a metric over what is left of this partition; what was asked of the points store, what was warned of, and the
 * checkpoint it began with.
 */
async function rebuilt(values: readonly Value[], from = 0, metrics: readonly Metric[] = [metric]) {
  const pipeline = { ...smallShop, metrics }
  const warned: string[] = []
  const log = { ...silentLog, warn: (text: string) => void warned.push(text) }
  const store = memoryCheckpoints()
  const signal = new AbortController().signal
  const lease = await store.acquire({ owner: 'test', signal, onWaiting: () => {} })
  const clock = fakeClock(NOW_MS)
  const writes: Point[][] = []
  const removals: unknown[] = []
  const positions = new Map([[0, values.length]])
  const job = new Job(pipeline, JOB_OPTIONS, avro)
  const times = values.map((value) => (value as { event_time: number }).event_time)
  const maxTimeMs = Math.max(...times)
  const currentMs = maxTimeMs - JOB_OPTIONS.disorderMs
  await rebuild(job, {
    ...{ pipeline, metrics, config: { ...JOB_OPTIONS, maxDriftMs: 60_000 }, avro },
    reader: fakeReader([values], new Map([[0, from]]), {
      ...{ clock, batchRecords: 1, readMs: 0, nothingMs: 0 },
    }),
    until: {
      positions,
      watermarks: { currentMs, partitions: [{ partition: 0, maxTimeMs }] },
      ticks: [],
      disorderMs: JOB_OPTIONS.disorderMs,
      savedAtMs: NOW_MS,
    },
    load: async () => {},
    points: {
      ...memoryPoints(),
      write: async (points) => void writes.push([...points]),
      remove: async (_, removal) => void removals.push(removal),
    },
    ...{ lease, version: 1, retry: { clock, log: silentLog }, log, signal },
  })
  const loaded = await store.load()
  const begun = readSnapshot(loaded?.parts ?? []) as Snapshot
  return { writes, removals, warned, begun, number: loaded?.number }
}

test('a window that late events corrected is written once: two values of one version may come out as either', async () => {
  const { writes } = await rebuilt([click(1_000), click(40_000), click(2_000), click(50_000)])
  const first = writes.flat().filter(({ timeMs }) => timeMs === BASE_MS)
  expect(first.map(({ fields }) => fields)).toEqual([{ n: 2, revision: 1 }])
})

test('old points are removed though no new window has closed, and those before its first one', async () => {
  for (const values of [[click(1_000)], [click(1_000), click(90_000)]]) {
    const { removals } = await rebuilt(values)
    expect(removals).toEqual([{ fromMs: Date.UTC(1900), toMs: Date.UTC(2200) }])
  }
})

test('cut short, it leaves a checkpoint that holds the metric in no definition', async () => {
  const { begun, number } = await rebuilt([click(1_000)])
  expect(number).toBe(1)
  expect([...begun.metrics.keys()]).toEqual([])
  expect(restoreJob(new Job(pipeline, JOB_OPTIONS, avro), begun)).toEqual([metric])
})

const visits = defineMetric({
  name: 'visits',
  summary: 'Sessions.',
  by: [],
  window: sessions({
    ...{ of: field('user_id'), gap: '20s', every: '10s' },
    measures: { pages: count() },
  }),
  values: { n: count() },
  panel: { title: 'Visits', value: 'n', unit: 'short' },
})

test('old points of sessions that began before a cut log stay, and it says so: they were replaced by parts', async () => {
  const values = [0, 10, 20, 30, 40, 90, 130, 170].map((s) => click(s * 1_000))
  const cut = await rebuilt(values, 2, [visits])
  // The first event that is left is at 20 s: the session up to 40 s may have begun before.
  const fromMs = BASE_MS + 50_000
  expect(cut.removals).toEqual([{ fromMs, toMs: Date.UTC(2200) }])
  expect(cut.writes.flat().map(({ timeMs }) => timeMs - BASE_MS)).toEqual([90_000, 130_000])
  expect(cut.warned).toEqual([
    expect.stringContaining('points before 2026-01-31T12:00:50.000Z stay'),
  ])

  const open = await rebuilt(values.slice(0, 5), 2, [visits])
  expect([open.removals, open.writes]).toEqual([[], []])
  expect(open.warned).toEqual([expect.stringContaining('visits: points stay')])
})
