// For tests: events of the shop as records, and a job that reads them.
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import type { Point } from '../../data/point.ts'
import { batchFromBlobs, encodeValues } from '../../stores/event-log/batch.ts'
import type { RecordBatch } from '../../stores/event-log/event-log.ts'
import { avroDecoder } from '../decode/avro.ts'
import { type IdMemory, Job, type JobOptions } from '../job.ts'

/** A record's value: bytes as they are, text as UTF-8, anything else as JSON; null: a tombstone. */
export type Value = Uint8Array | string | object | null

/** The beginning of a window, some time ago. */
export const BASE_MS = Date.UTC(2026, 0, 31, 12)
/** The wall clock of tests: later than every event. */
export const NOW_MS = BASE_MS + 86_400_000

export const JOB_OPTIONS: JobOptions = {
  disorderMs: 5_000,
  maxAheadMs: 300_000,
  ahead: 'reject',
  valueBytesMax: 1 << 20,
}

export type Person = readonly [userId: string, gender: string, ageGroup: string, country: string]

export const PEOPLE: readonly Person[] = [
  ['u1', 'F', '18-24', 'DE'],
  ['u2', 'M', '25-34', 'FR'],
  ['u3', 'X', '65+', 'DE'],
]

const avro = avroDecoder(smallShop.avroSchema)

export function newJob(
  people: readonly Person[] = PEOPLE,
  options = JOB_OPTIONS,
  ids?: IdMemory,
): Job {
  const job = new Job(smallShop, options, avro, ids)
  job.table.put(people)
  return job
}

let lastEventNumber = 0

/** A click `atMs` after the base; what is given replaces or adds. */
export const click = (atMs: number, more: object = {}): object => ({
  event_id: `e${++lastEventNumber}`,
  event_type: 'click',
  user_id: 'u1',
  event_time: BASE_MS + atMs,
  ...more,
})

/** As `click`: one piece for 9.99. */
export const purchase = (atMs: number, more: object = {}): object =>
  click(atMs, { event_type: 'purchase', quantity: 1, unit_price: 9.99, category: 'books', ...more })

export const bytesOf = (value: Value): Uint8Array | null => {
  if (value === null || value instanceof Uint8Array) return value
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
}

/** Consecutive records of a partition; when the log took them is not known unless it is given. */
export function batchOf(
  values: readonly Value[],
  partition = 0,
  firstOffset = 0,
  appendedMs = Number.NaN,
): RecordBatch {
  const bytes = encodeValues(values.map(bytesOf))
  return batchFromBlobs(partition, firstOffset, [
    { baseOffset: firstOffset, count: values.length, appendedMs, bytes },
  ])
}

/** What a points store holds after these writes, as comparable text: the last point of an identity wins. */
export function stored(points: readonly Point[]): string[] {
  const kept = new Map(
    points.map(({ measurement, tags, fields, timeMs }) => [
      JSON.stringify([timeMs, measurement, tags]),
      fields,
    ]),
  )
  return [...kept].map(([identity, fields]) => `${identity} ${JSON.stringify(fields)}`).sort()
}
