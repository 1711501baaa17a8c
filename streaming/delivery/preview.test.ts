import { expect, test } from 'vitest'
import { count, tumbling } from '../../data/definitions/nodes.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric } from '../../data/ecommerce/vocabulary.ts'
import type { Point } from '../../data/point.ts'
import { RefusedError, UnavailableError } from '../../kit/errors.ts'
import { fakeClock } from '../../kit/fake-clock.ts'
import { silentLog } from '../../kit/log.ts'
import { memoryCheckpoints } from '../../stores/checkpoints/memory-place.ts'
import type { PointsStore, Removal } from '../../stores/points/points-store.ts'
import { avroDecoder } from '../decode/avro.ts'
import { Job } from '../job.ts'
import { jobClock } from '../job-clock.ts'
import { BASE_MS, batchOf, click, JOB_OPTIONS, NOW_MS } from '../testing/events.ts'
import { Preview } from './preview.ts'

const metric = defineMetric({
  name: 'clicks',
  summary: 'Clicks.',
  by: [],
  window: tumbling('10s'),
  emit: { every: '1s' },
  values: { clicks: count() },
  panel: { title: 'Clicks', value: 'clicks', unit: 'short' },
})

async function newPreview(options: { readonly fails?: Error } = {}) {
  const pipeline = { ...smallShop, metrics: [metric] }
  const job = new Job(pipeline, JOB_OPTIONS, avroDecoder(smallShop.avroSchema))
  const clock = fakeClock(NOW_MS)
  const written: { readonly points: readonly Point[]; readonly version: number }[] = []
  const removed: Removal[] = []
  const points: Pick<PointsStore, 'write' | 'remove'> = {
    write: async (some, _, version = 0) => {
      if (options.fails !== undefined) throw options.fails
      written.push({ points: some, version })
    },
    remove: async (_, removal) => void removed.push(removal),
  }
  const signal = new AbortController().signal
  const lease = await memoryCheckpoints().acquire({ owner: 'me', signal, onWaiting: () => {} })
  const preview = new Preview({
    job,
    points: points as PointsStore,
    lease,
    clock,
    jobClock: jobClock(clock),
    log: silentLog,
  })
  const pass = async (ms: number) => {
    clock.moveMs(ms)
    preview.tick()
    await preview.settled()
  }
  return { job, preview, pass, written, removed }
}

test('open windows are shown every so often, apart from what is final, in versions that rise', async () => {
  const { job, pass, written } = await newPreview()
  job.process(batchOf([click(0)]), NOW_MS)
  await pass(500)
  expect(written).toEqual([])
  await pass(500)
  job.process(batchOf([click(1)], 0, 1), NOW_MS)
  await pass(1_000)
  expect(written.map(({ points }) => points)).toEqual(
    [1, 2].map((clicks) => [
      { measurement: 'clicks_open', tags: {}, fields: { clicks }, timeMs: BASE_MS },
    ]),
  )
  expect(written[1].version).toBeGreaterThan(written[0].version)
})

test('windows that closed are shown no more, and what was shown of them is removed', async () => {
  const { job, pass, written, removed } = await newPreview()
  job.process(batchOf([click(0), click(16_000)]), NOW_MS)
  job.closeWindows()
  await pass(1_000)
  expect(written.map(({ points }) => points.map(({ timeMs }) => timeMs))).toEqual([
    [BASE_MS + 10_000],
  ])
  expect(removed).toEqual([{ fromMs: expect.any(Number), toMs: BASE_MS + 10_000 }])
  await pass(1_000)
  expect(removed.length).toBe(1)
})

test.each([new UnavailableError('away'), new RefusedError('cannot'), new Error('a bug')])(
  'a store that fails with %o holds nothing up',
  async (error) => {
    const { job, pass, preview, written } = await newPreview({ fails: error })
    job.process(batchOf([click(0)]), NOW_MS)
    await pass(1_000)
    await expect(preview.settled()).resolves.toBeUndefined()
    expect(written).toEqual([])
  },
)
