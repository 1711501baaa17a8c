import { expect, test } from 'vitest'
import { count, eq, funnel, measure, sessions, sum } from '../../../data/definitions/nodes.ts'
import { ecommerce } from '../../../data/ecommerce/pipeline.ts'
import { defineMetric, field } from '../../../data/ecommerce/vocabulary.ts'
import { knownOfTables, sizesOf } from '../../checkpoint/side-tables.ts'
import { avroDecoder } from '../../decode/avro.ts'
import { Job } from '../../job.ts'
import { batchOf, click, JOB_OPTIONS, NOW_MS } from '../../testing/events.ts'
import type { CodeMap } from '../aggregates/aggregate.ts'
import { sessionsOf } from './session-tables.ts'

const OPEN = 2_000
const CHANGED = 20

const isOf = (type: string) => eq(field('event_type'), type)

const metric = defineMetric({
  name: 'visits',
  summary: 'Sessions.',
  by: ['event_type'],
  window: sessions({
    of: field('user_id'),
    gap: '1h',
    every: '5m',
    measures: {
      pages: count(),
      reached: funnel(['click', 'view'].map(isOf), { within: '8s' }),
    },
  }),
  values: { n: count(), pages: sum(measure('pages')) },
  panel: { title: 'Visits', value: 'n', unit: 'short' },
})

const asTheyAre: CodeMap = (_, codes) => codes

test('a checkpoint of sessions writes those that changed, and what it keeps stays bounded', () => {
  const pipeline = { ...ecommerce, metrics: [metric] }
  const job = new Job(pipeline, JOB_OPTIONS, avroDecoder(ecommerce.avroSchema))
  const [windows] = job.windows
  const visit = (user: number, atMs: number) => click(atMs, { user_id: `u${user}` })
  const all = Array.from({ length: OPEN }, (_, user) => visit(user, 0))
  job.process(batchOf(all), NOW_MS)
  let { tables } = windows.save(asTheyAre)
  for (let round = 1; round <= 500; round++) {
    const some = Array.from({ length: CHANGED }, (_, i) => visit((round * 7 + i) % OPEN, round))
    job.process(batchOf(some, 0, OPEN + round * CHANGED), NOW_MS)
    const known = knownOfTables(tables)
    tables = windows.save(asTheyAre).tables
    const { all: size, fresh } = sizesOf(tables, known)
    // At most a chunk of what is out of date is written again beside them: of 6 numbers a session, of 3 an event.
    expect(fresh).toBeLessThan((6 + 3) * (CHANGED * 3 + 2 * 700))
    expect(size).toBeLessThan(3 * (6 * OPEN + 3 * (OPEN + round * CHANGED)))
  }
  expect(sessionsOf(tables)?.lastMs.length).toBe(OPEN)
  windows.closeThrough(Number.POSITIVE_INFINITY)
  expect(sessionsOf(windows.save(asTheyAre).tables)).toBeUndefined()
})
