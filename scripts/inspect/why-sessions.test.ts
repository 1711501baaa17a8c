import { expect, test } from 'vitest'
import { count, sessions } from '../../data/definitions/nodes.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../data/ecommerce/vocabulary.ts'
import { readSnapshot, saveJob } from '../../streaming/checkpoint/encode.ts'
import { EMPTY_OUTBOX } from '../../streaming/checkpoint/outbox.ts'
import type { Snapshot } from '../../streaming/checkpoint/snapshot.ts'
import { avroDecoder } from '../../streaming/decode/avro.ts'
import { Job } from '../../streaming/job.ts'
import { BASE_MS, batchOf, click, JOB_OPTIONS, NOW_MS } from '../../streaming/testing/events.ts'
import { metricJson } from './why-json.ts'
import { windowText } from './why-text.ts'
import { type WhyFacts, whyWindow } from './why-window.ts'

const metric = defineMetric({
  name: 'visits',
  summary: 'Sessions.',
  by: [],
  window: sessions({ of: field('user_id'), gap: '30s', every: '10s' }),
  allowedLateness: '5s',
  values: { visits: count() },
  panel: { title: 'Visits', value: 'visits', unit: 'short' },
})

test('a window of sessions is held open by those that are not over, until the gap and lateness have passed', () => {
  const job = new Job(
    { ...smallShop, metrics: [metric] },
    JOB_OPTIONS,
    avroDecoder(smallShop.avroSchema),
  )
  job.process(batchOf([click(0), click(4_000), click(12_000, { user_id: 'u2' })]), NOW_MS)
  job.closeWindows()
  const place = { positions: new Map([[0, 3]]), outbox: EMPTY_OUTBOX, savedAtMs: BASE_MS + 20_000 }
  const facts: WhyFacts = {
    snapshot: readSnapshot([saveJob(job, place)]) as Snapshot,
    ...{ ends: new Map([[0, 3]]), holder: 'host', idleAfterMs: 30_000, closeOnIdle: true },
    nowMs: BASE_MS + 22_000,
  }
  const answer = whyWindow(metric, BASE_MS + 3_000, facts)
  const [first, second] = [...windowText(metric, answer, facts)].join('').split('\n')
  expect(first).toBe(
    'visits [2026-01-31T12:00:00Z, 12:00:10Z): open, 0 groups so far; 1 session is not over, ' +
      'its last event so far in it',
  )
  expect(second).toBe(
    "The job's watermark is 12:00:07Z; it closes when that reaches 12:00:45Z " +
      '(its end, and 35s later), 38s further on.',
  )
  expect(metricJson(metric, undefined, { number: 1, facts })).toMatchObject({
    window: { closesAt: '2026-01-31T12:00:45.000Z', openSessions: 1, correctableUntil: null },
    openWindows: [{ groups: 0 }, { groups: 0 }],
  })
})
