import { expect, test } from 'vitest'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
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

/** Rebuilds the metric over this partition; what was asked of the points store, and the checkpoint it began with. */
async function rebuilt(values: readonly Value[]) {
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
    ...{ pipeline, metrics: [metric], config: { ...JOB_OPTIONS, maxDriftMs: 60_000 }, avro },
    reader: fakeReader([values], new Map(), { clock, batchRecords: 1, readMs: 0, nothingMs: 0 }),
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
    ...{ lease, version: 1, retry: { clock, log: silentLog }, log: silentLog, signal },
  })
  const loaded = await store.load()
  const begun = readSnapshot(loaded?.parts ?? []) as Snapshot
  return { writes, removals, begun, number: loaded?.number }
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
