// Fills a log and the demographics with the benchmark's data, unless they are there already.
import { AGE_GROUPS, type Demographic, GENDERS, simulatedUserId } from '../../data/demographics.ts'
import type { DemographicsStore } from '../../stores/demographics/demographics-store.ts'
import type { EventLog, LogRecord } from '../../stores/event-log/event-log.ts'
import { avroEncoder } from './avro.ts'
import { benchRecords } from './events.ts'

const APPEND_RECORDS = 10_000

export interface BenchSize {
  readonly events: number
  readonly users: number
  readonly partitions: number
  readonly seed: number
  /** JSON, when it is not given. */
  readonly format?: 'avro'
  /** How it is compressed, in Kafka; not at all, when it is not given. */
  readonly codec?: (typeof CODECS)[number]
}

export const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const

/** The topic of a size: data is made once for each. */
export const topicOf = ({ events, users, partitions, seed, format, codec }: BenchSize): string =>
  ['bench', events, users, partitions, seed, format, codec]
    .filter((part) => part !== undefined)
    .join('-')

/** True when it had to be filled. Throws when the topic holds another number of records. */
export async function fillLog(log: EventLog, size: BenchSize): Promise<boolean> {
  const topic = topicOf(size)
  await log.createTopic(topic, size.partitions)
  const there = await countRecords(log, topic)
  if (there === size.events) return false
  if (there > 0)
    throw new Error(
      `topic ${topic} holds ${there} of ${size.events} records; delete it and start again`,
    )
  await append(log, topic, recordsOf(size))
  return true
}

function* recordsOf(size: BenchSize): Generator<LogRecord> {
  const encode = size.format === 'avro' ? avroEncoder() : (json: Buffer) => json
  for (const { key, value } of benchRecords(size.events, size)) yield { key, value: encode(value) }
}

/** How many records a topic holds; 0 when there is none. */
export async function countRecords(log: EventLog, topic: string): Promise<number> {
  return [...(await log.ends(topic)).values()].reduce((sum, end) => sum + end, 0)
}

/** Appends the records to a topic that is there. */
export async function append(
  log: EventLog,
  topic: string,
  records: Iterable<LogRecord>,
): Promise<void> {
  const writer = await log.writer(topic)
  let chunk: LogRecord[] = []
  for (const record of records) {
    chunk.push(record)
    if (chunk.length < APPEND_RECORDS) continue
    await writer.append(chunk)
    chunk = []
  }
  if (chunk.length > 0) await writer.append(chunk)
  await writer.close()
}

const COUNTRIES = ['US', 'DE', 'JP', 'BR', 'FR', 'IN', 'GB', 'IT', 'ES', 'CA']
const AGES = [20, 30, 40, 50, 60, 70]
const CHUNK_ROWS = 5_000
const LOADED_AT = '2025-01-01T00:00:00.000Z'

export async function fillDemographics(store: DemographicsStore, users: number): Promise<void> {
  await store.migrate()
  if ((await store.count()) < users) await upsertPeople(store, users, LOADED_AT)
}

/** The rows of the first `users` people, as changed at `updatedAt`. */
export async function upsertPeople(
  store: DemographicsStore,
  users: number,
  updatedAt: string,
): Promise<void> {
  for (let first = 0; first < users; first += CHUNK_ROWS) {
    const length = Math.min(CHUNK_ROWS, users - first)
    await store.upsert(Array.from({ length }, (_, i) => person(first + i, updatedAt)))
  }
}

/** Who user number `n` is. */
const person = (n: number, updatedAt: string): Demographic => ({
  user_id: simulatedUserId(n),
  ...segmentOf(n),
  age: AGES[Math.floor(n / 3) % AGES.length],
  city: 'Springfield',
  income_bracket: '50k-75k',
  signup_date: '2025-01-01',
  updated_at: updatedAt,
})

/** What of user number `n` events are enriched with. */
export const segmentOf = (n: number) => ({
  gender: GENDERS[n % GENDERS.length],
  age_group: AGE_GROUPS[Math.floor(n / 3) % AGE_GROUPS.length],
  country: COUNTRIES[(n * 7919) % COUNTRIES.length],
})
