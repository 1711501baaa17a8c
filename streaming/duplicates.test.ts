// For how long a copy of an event is told: while its windows can change, and at most for so long after its time.
import { expect, test } from 'vitest'
import { count, tumbling } from '../data/definitions/nodes.ts'
import { definePipeline } from '../data/definitions/pipeline.ts'
import { smallShop } from '../data/ecommerce/small-shop.ts'
import { defineMetric } from '../data/ecommerce/vocabulary.ts'
import { avroDecoder } from './decode/avro.ts'
import { Job } from './job.ts'
import { BASE_MS, batchOf, click, JOB_OPTIONS } from './testing/events.ts'

const HOUR_MS = 3_600_000

const eventsByDay = defineMetric({
  name: 'events_by_day',
  summary: 'Events of a day.',
  by: [],
  window: tumbling('1d'),
  values: { events: count() },
  panel: { title: 'Events', value: 'events', unit: 'short' },
})

test("a window of a day does not need the ids of all the day's events", () => {
  const pipeline = definePipeline({ ...smallShop, metrics: [eventsByDay] })
  const job = new Job(pipeline, JOB_OPTIONS, avroDecoder(smallShop.avroSchema))
  const nowMs = BASE_MS + 24 * HOUR_MS
  const first = click(0)
  const values = [first, first, click(0.9 * HOUR_MS), first, click(2 * HOUR_MS), first]
  for (const [offset, value] of values.entries()) {
    job.process(batchOf([value], 0, offset), nowMs)
    job.closeWindows()
  }
  // Told twice within the hour; after it, its id is forgotten.
  expect(job.ledger.total()).toMatchObject({ read: 6, counted: 4, duplicates: 2 })
})
