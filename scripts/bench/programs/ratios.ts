// What the job costs from bytes to windows, beside JSON.parse of the same bytes in the same process: ratios that hardly
// depend on the machine. Everything by turns, several times; of each the fastest counts, which nothing disturbed.
import type { RecordBatch } from '../../../stores/event-log/event-log.ts'
import { EventBatches, jobOf, NOW_MS } from '../batches.ts'
import { cpuSeconds, printMeasured } from '../measured.ts'

const USERS = 100_000
const EVENTS = 200_000
const PASSES = 8

const batches = kept(new EventBatches({ users: USERS, seed: 42 }))
const count = batches.reduce((sum, batch) => sum + batch.count, 0)
const lanes = { parse, job: () => fold('all'), light: () => fold('light') }

// Code is compiled.
for (const lane of Object.values(lanes)) lane()
const fastestS: Record<string, number> = {}
for (let pass = 0; pass < PASSES; pass++)
  for (const [name, lane] of Object.entries(lanes))
    fastestS[name] = Math.min(fastestS[name] ?? Number.POSITIVE_INFINITY, lane())
const { parse: parseS, ...jobs } = fastestS
const ratios = Object.entries(jobs).map(([name, tookS]) => [name, tookS / parseS])
printMeasured(count, performance.now(), { more: Object.fromEntries(ratios) })

/** Copies: a batch is overwritten by the next but one. */
function kept(source: EventBatches): RecordBatch[] {
  const batches: RecordBatch[] = []
  for (let left = EVENTS; left > 0; left -= batches[batches.length - 1].count) {
    const batch = source.next()
    batches.push({ ...batch, bytes: Buffer.from(batch.bytes) })
  }
  return batches
}

/** Seconds of CPU for JSON.parse of every event. */
function parse(): number {
  const beforeS = cpuSeconds()
  let read = 0
  for (const { bytes, starts, ends, count } of batches) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let i = 0; i < count; i++)
      if (JSON.parse(buffer.toString('utf8', starts[i], ends[i])).event_id !== '') read++
  }
  if (read !== count) throw new Error(`expected ${count} events, got ${read}`)
  return cpuSeconds() - beforeS
}

/** Seconds of CPU for a job that takes every event. */
function fold(pipeline: 'all' | 'light'): number {
  const job = jobOf(pipeline, USERS)
  const beforeS = cpuSeconds()
  for (const batch of batches) {
    job.process(batch, NOW_MS)
    job.closeWindows()
  }
  const tookS = cpuSeconds() - beforeS
  const { counted, filtered } = job.ledger.total()
  if (counted + filtered !== count)
    throw new Error(`expected ${count} events to count, got ${counted + filtered}`)
  return tookS
}
