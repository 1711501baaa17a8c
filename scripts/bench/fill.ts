// Fills a log and the demographics with the benchmark's data, unless they are there already.
import { type Demographic, simulatedUserId } from '../../data/demographics.ts'
import type { DemographicsStore } from '../../stores/demographics/demographics-store.ts'
import type { EventLog, LogRecord } from '../../stores/event-log/event-log.ts'
import { benchRecords } from './events.ts'

const APPEND_RECORDS = 10_000

export interface BenchSize {
  readonly events: number
  readonly users: number
  readonly partitions: number
  readonly seed: number
}

/** The topic of a size: data is made once for each. */
export const topicOf = ({ events, users, partitions, seed }: BenchSize): string =>
  `bench-${events}-${users}-${partitions}-${seed}`

/** True when it had to be filled. Throws when the topic holds another number of records. */
export async function fillLog(log: EventLog, size: BenchSize): Promise<boolean> {
  const topic = topicOf(size)
  await log.createTopic(topic, size.partitions)
  const reader = await log.reader({ topic, group: `fill-${topic}` })
  const there = [...(await reader.ends()).values()].reduce((sum, end) => sum + end, 0)
  await reader.close()
  if (there === size.events) return false
  if (there > 0)
    throw new Error(
      `topic ${topic} holds ${there} of ${size.events} records; delete it and start again`,
    )
  const writer = await log.writer(topic)
  let chunk: LogRecord[] = []
  for (const record of benchRecords(size.events, size.users, size.seed)) {
    chunk.push(record)
    if (chunk.length < APPEND_RECORDS) continue
    await writer.append(chunk)
    chunk = []
  }
  if (chunk.length > 0) await writer.append(chunk)
  await writer.close()
  return true
}

const COUNTRIES = ['US', 'DE', 'JP', 'BR', 'FR', 'IN', 'GB', 'IT', 'ES', 'CA']
const AGES = [20, 30, 40, 50, 60, 70]
const GROUPS = ['18-24', '25-34', '35-44', '45-54', '55-64', '65+'] as const
const CHUNK_ROWS = 5_000

export async function fillDemographics(store: DemographicsStore, users: number): Promise<void> {
  await store.migrate()
  if ((await store.count()) >= users) return
  for (let first = 0; first < users; first += CHUNK_ROWS) {
    const length = Math.min(CHUNK_ROWS, users - first)
    await store.upsert(Array.from({ length }, (_, i) => person(first + i)))
  }
}

const person = (n: number): Demographic => ({
  user_id: simulatedUserId(n),
  gender: (['F', 'M', 'X'] as const)[n % 3],
  age: AGES[Math.floor(n / 3) % AGES.length],
  age_group: GROUPS[Math.floor(n / 3) % GROUPS.length],
  country: COUNTRIES[(n * 7919) % COUNTRIES.length],
  city: 'Springfield',
  income_bracket: '50k-75k',
  signup_date: '2025-01-01',
  updated_at: '2025-01-01T00:00:00.000Z',
})
