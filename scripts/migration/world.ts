// A small world for every job of the page on migration: the same events in Kafka, the same people in MySQL and in a topic.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { EventLog, LogRecord } from '../../stores/event-log/event-log.ts'
import { openDemographics } from '../../stores/open.ts'
import type { StoreSettings } from '../../stores/settings.ts'
import { append } from '../bench/fill.ts'

const WINDROW = join(import.meta.dirname, '..', '..', 'cli', 'windrow.js')
const USERS = ['--users', '200']

/** One partition: with more, which events Kafka Streams' DSL finds late would differ from run to run. */
export async function makeWorld(
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const windrow = (...args: string[]) => run(args, environment, signal)
  await windrow('seed', ...USERS, '--seed', '1')
  await windrow(
    ...['produce', ...USERS, '--seed', '1', '--count', '20000', '--rate', '100'],
    ...['--start', '2026-01-31T12:00:00Z', '--speed', 'max', '--partitions', '1'],
  )
}

/** Long after the others: an event of then closes their windows; its own stays open. */
export const LAST_WINDOW_MS = Date.UTC(2026, 0, 31, 12, 10)

const LAST = JSON.stringify({
  event_id: 'last',
  event_type: 'purchase',
  user_id: 'user-000000',
  session_id: 'last',
  event_time: LAST_WINDOW_MS,
  product_id: 'p-00001',
  category: 'books',
  page: '/',
  quantity: 1,
  unit_price: 1,
  currency: 'USD',
})

/** Once more: Kafka Streams looks for windows to emit when an event comes, and at most once a second. */
export const appendLast = (log: EventLog, topic: string): Promise<void> =>
  append(log, topic, [{ key: 'user-000000', value: Buffer.from(LAST) }])

/** The demographics as a topic: user_id, and where they live. */
export async function appendPeople(
  log: EventLog,
  topic: string,
  settings: StoreSettings,
): Promise<void> {
  const table = await openDemographics(settings)
  const records: LogRecord[] = []
  for await (const { rows } of table.lookup(['country'], 0))
    for (const [key, country] of rows)
      records.push({ key, value: Buffer.from(JSON.stringify({ country })) })
  await table.close()
  await log.createTopic(topic, 1)
  await append(log, topic, records)
}

function run(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(process.execPath, [WINDROW, ...args], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  })
  let told = ''
  child.stderr.on('data', (bytes) => {
    told += bytes
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`windrow ${args.join(' ')} ended with ${code}:\n${told}`))
    })
  })
}
