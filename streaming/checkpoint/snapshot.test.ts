import { describe, expect, test } from 'vitest'
import { count, tumbling } from '../../data/definitions/nodes.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric } from '../../data/ecommerce/vocabulary.ts'
import { avroDecoder } from '../decode/avro.ts'
import { Job } from '../job.ts'
import { batchOf, click, JOB_OPTIONS, NOW_MS, newJob, purchase, stored } from '../testing/events.ts'
import { encodingWhole, readSnapshot, saveJob } from './encode.ts'
import { EMPTY_OUTBOX } from './outbox.ts'
import { adoptMetrics, captureJob, restoreJob, type Snapshot } from './snapshot.ts'

const saved = (job: Job, positions: ReadonlyMap<number, number> = new Map()): Snapshot => {
  const bytes = saveJob(job, { positions, outbox: EMPTY_OUTBOX, savedAtMs: NOW_MS })
  const snapshot = readSnapshot([bytes])
  if (snapshot === undefined) throw new Error('unreadable')
  return snapshot
}

function busyJob(): Job {
  const job = newJob()
  const values = [click(0), purchase(1, { user_id: 'u2' }), '{', click(30_000), click(2)]
  job.process(batchOf(values, 1), NOW_MS)
  job.closeWindows()
  return job
}

const metricWith = (size: string) =>
  defineMetric({
    name: 'clicks',
    summary: 'Clicks.',
    by: [],
    window: tumbling(size),
    values: { clicks: count() },
    panel: { title: 'Clicks', value: 'clicks', unit: 'short' },
  })
const jobOf = (...metrics: readonly ReturnType<typeof metricWith>[]) =>
  new Job({ ...smallShop, metrics }, JOB_OPTIONS, avroDecoder(smallShop.avroSchema))

describe('a restored job', () => {
  test('is where the saved one was: windows, watermark, ledger and positions', () => {
    const job = busyJob()
    const positions = new Map([
      [0, 0],
      [1, 5],
    ])
    const restored = newJob()
    const snapshot = saved(job, positions)
    expect(restoreJob(restored, snapshot)).toEqual([])
    expect(snapshot.positions).toEqual(positions)
    expect(stored(restored.openPoints())).toEqual(stored(job.openPoints()))
    expect(restored.openPoints().length).toBeGreaterThan(0)
    expect(restored.ledger.total()).toEqual(job.ledger.total())
    expect([...restored.ledger.reasons]).toEqual([['json', 1]])
    expect(restored.watermarks.snapshot()).toEqual(job.watermarks.snapshot())
    expect(restored.watermarks.currentMs).toBe(job.watermarks.currentMs)
  })

  test('gives other codes to the same texts, and the same points', () => {
    const job = busyJob()
    const restored = newJob([
      ['someone', 'X', '65+', 'AT'],
      ['else', 'M', '18-24', 'CH'],
    ])
    restoreJob(restored, saved(job))
    expect(stored(restored.openPoints())).toEqual(stored(job.openPoints()))
  })

  test('of a metric without tags goes on', () => {
    const job = jobOf(metricWith('10s'))
    job.process(batchOf([click(0), click(1)]), NOW_MS)
    const restored = jobOf(metricWith('10s'))
    restoreJob(restored, saved(job))
    restored.process(batchOf([click(2)], 0, 2), NOW_MS)
    expect(restored.openPoints()).toMatchObject([{ tags: {}, fields: { clicks: 3 } }])
  })
})

describe('a checkpoint', () => {
  test('is of the moment it was captured, whatever the job does while it is encoded', () => {
    const job = busyJob()
    const before = stored(job.openPoints())
    const steps = encodingWhole(
      captureJob(job, { positions: new Map(), outbox: EMPTY_OUTBOX, savedAtMs: 0 }),
    )
    job.process(batchOf([click(31_000, { user_id: 'new' }), purchase(32_000)], 1, 5), NOW_MS)
    expect(stored(job.openPoints())).not.toEqual(before)
    let step = steps.next()
    while (step.done !== true) step = steps.next()
    const restored = newJob()
    restoreJob(restored, readSnapshot([Buffer.concat(step.value)]) as Snapshot)
    expect(stored(restored.openPoints())).toEqual(before)
  })

  const names = (metrics: readonly { name: string }[]) => metrics.map(({ name }) => name)

  test('of another definition of a metric tells which, and the others go on', () => {
    const other = { ...metricWith('10s'), name: 'more_clicks' }
    const job = jobOf(metricWith('10s'), other)
    job.process(batchOf([click(0)]), NOW_MS)
    const restored = jobOf(metricWith('20s'), other, { ...other, name: 'new_clicks' })
    expect(names(restoreJob(restored, saved(job)))).toEqual(['clicks', 'new_clicks'])
    expect(restored.openPoints()).toMatchObject([{ measurement: 'more_clicks' }])
    expect(restored.ledger.total().read).toBe(1)
  })

  test('takes in metrics that were computed anew', () => {
    const other = { ...metricWith('10s'), name: 'more_clicks' }
    const batch = batchOf([click(0), click(1)])
    const [before, anew, job] = [
      jobOf(other),
      jobOf(metricWith('20s')),
      jobOf(metricWith('20s'), other),
    ]
    for (const one of [before, anew]) one.process(batch, NOW_MS)
    restoreJob(job, saved(before))
    adoptMetrics(job, saved(anew))
    job.process(batchOf([click(2)], 0, 2), NOW_MS)
    expect(job.openPoints().map(({ measurement, fields }) => [measurement, fields.clicks])).toEqual(
      [
        ['clicks', 3],
        ['more_clicks', 3],
      ],
    )
    // What either has counted is counted.
    job.process(batch, NOW_MS)
    expect(job.ledger.total()).toMatchObject({ read: 5, counted: 3, duplicates: 2 })
  })

  test('of another format, or of no format, is none', () => {
    const place = { positions: new Map(), outbox: EMPTY_OUTBOX, savedAtMs: 0 }
    const bytes = saveJob(jobOf(metricWith('10s')), place)
    expect(readSnapshot([bytes])).toBeDefined()
    expect(readSnapshot([bytes.with(0, bytes[0] - 1)])).toBeUndefined()
    expect(readSnapshot([Buffer.from('something else')])).toBeUndefined()
  })

  test('is not of other metrics when only words have changed', () => {
    const renamed = { ...metricWith('10s'), summary: 'Other words.' }
    expect(restoreJob(jobOf(renamed), saved(jobOf(metricWith('10s'))))).toEqual([])
  })
})
