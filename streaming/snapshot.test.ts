import { deserialize, serialize } from 'node:v8'
import { describe, expect, test } from 'vitest'
import { count, tumbling } from '../data/definitions/nodes.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { defineMetric } from '../data/ecommerce/vocabulary.ts'
import { RefusedError } from '../kit/errors.ts'
import { Job } from './job.ts'
import { restoreJob, saveJob } from './snapshot.ts'
import { batchOf, click, JOB_OPTIONS, NOW_MS, newJob, purchase, stored } from './testing/events.ts'

const TODO = 'Start a new job from the beginning of the log: npm run stream -- --from earliest'

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
  new Job({ ...ecommerce, metrics }, JOB_OPTIONS, () => ({}))

describe('a restored job', () => {
  test('is where the saved one was: windows, watermark, ledger and positions', () => {
    const job = busyJob()
    const positions = new Map([
      [0, 0],
      [1, 5],
    ])
    const restored = newJob()
    expect(restoreJob(restored, saveJob(job, positions))).toEqual(positions)
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
    restoreJob(restored, saveJob(job, new Map()))
    expect(stored(restored.openPoints())).toEqual(stored(job.openPoints()))
  })

  test('of a metric without tags goes on', () => {
    const job = jobOf(metricWith('10s'))
    job.process(batchOf([click(0), click(1)]), NOW_MS)
    const restored = jobOf(metricWith('10s'))
    restoreJob(restored, saveJob(job, new Map()))
    restored.process(batchOf([click(2)], 0, 2), NOW_MS)
    expect(restored.openPoints()).toMatchObject([{ tags: {}, fields: { clicks: 3 } }])
  })
})

describe('refused is a checkpoint', () => {
  const saved = () => saveJob(jobOf(metricWith('10s')), new Map())
  const restoring = (job: Job, bytes: Uint8Array) => () => restoreJob(job, bytes)

  test('of another definition of a metric', () => {
    const restore = restoring(jobOf(metricWith('20s')), saved())
    expect(restore).toThrow(RefusedError)
    expect(restore).toThrow(
      `The checkpoint is of another definition of the metric "clicks".\n  ${TODO}`,
    )
  })

  test('without a metric that there is now', () => {
    const other = { ...metricWith('10s'), name: 'more_clicks' }
    expect(restoring(jobOf(metricWith('10s'), other), saved())).toThrow(
      `The checkpoint has no metric "more_clicks".\n  ${TODO}`,
    )
  })

  test('of another format', () => {
    const bytes = serialize({ ...(deserialize(saved()) as object), format: 99 })
    expect(restoring(jobOf(metricWith('10s')), bytes)).toThrow(
      /^The checkpoint has format 99, this version of windrow reads format \d+\.\n {2}Start a new job/,
    )
  })

  test('not when only words have changed', () => {
    const renamed = { ...metricWith('10s'), summary: 'Other words.' }
    expect(restoring(jobOf(renamed), saved())).not.toThrow()
  })
})
