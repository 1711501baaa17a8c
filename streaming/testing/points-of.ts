// For tests of metrics: a few events in, points out, through the engine itself.

import type { Metric } from '../../data/definitions/metric.ts'
import { measurementOf } from '../../data/definitions/metric.ts'
import { definePipeline } from '../../data/definitions/pipeline.ts'
import { demographicsEnrichment } from '../../data/ecommerce/vocabulary.ts'
import { eventAvroSchema, eventSchema } from '../../data/events.generated.ts'
import { comparePoints } from '../../data/point-order.ts'
import { batchFromBlobs, encodeValues } from '../../stores/event-log/batch.ts'
import { avroDecoder } from '../decode/avro.ts'
import { Job } from '../job.ts'

/** An event as it is in the log; `event_time` as ISO 8601. */
export type PlainEvent = Readonly<Record<string, string | number>>
/** Tags and values of a point, and when its window begins. */
export type PlainPoint = Readonly<Record<string, string | number>>
/** A row of the demographics: columns that are left out are unknown. */
export type PlainPerson = { readonly user_id: string } & Readonly<Record<string, string>>

/** Longer than a test's events lie apart: none is late, whatever their order. */
const DISORDER_MS = 400 * 86_400_000

/** What the metric makes of the events once all its windows are closed, by time, then tags. */
export function pointsOf(
  metric: Metric,
  events: readonly PlainEvent[],
  people: readonly PlainPerson[],
): PlainPoint[] {
  const enrichment = demographicsEnrichment
  const pipeline = definePipeline({
    ...{ name: 'test', topic: 'test', schema: eventSchema, avroSchema: eventAvroSchema },
    ...{ enrichment, metrics: [metric] },
  })
  const limits = { valueBytesMax: 1 << 20, maxAheadMs: 0, ahead: 'accept' as const }
  const job = new Job(
    pipeline,
    { ...limits, disorderMs: DISORDER_MS },
    avroDecoder(eventAvroSchema),
  )
  job.table.put(
    people.map((person) => [
      person.user_id,
      ...enrichment.fields.map((name) => person[name] ?? 'unknown'),
    ]),
  )
  const bytes = encodeValues(events.map((event) => Buffer.from(JSON.stringify(event))))
  const blob = { baseOffset: 0, count: events.length, appendedMs: Number.NaN, bytes }
  const { rejected } = job.process(batchFromBlobs(0, 0, [blob]), Date.UTC(2100))
  if (rejected.length > 0)
    throw new Error(`event ${rejected[0].index + 1}: ${rejected[0].rejection.detail}`)
  job.watermarks.observe(0, Number.MAX_SAFE_INTEGER)
  return job
    .closeWindows()
    .sort(comparePoints(measurementOf(metric)))
    .map(({ timeMs, tags, fields }) => ({
      time: new Date(timeMs).toISOString(),
      ...tags,
      ...fields,
    }))
}
