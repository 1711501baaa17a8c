// Appends events that happen now to Kafka, so many a second, for so long.
// Arguments: topic, events a second, seconds, users, seed.
import { setTimeout as delay } from 'node:timers/promises'
import type { LogRecord } from '../../../stores/event-log/event-log.ts'
import { kafkaEventLog } from '../../../stores/event-log/kafka.ts'
import { benchRecords } from '../events.ts'
import { printMeasured } from '../measured.ts'

const EVERY_MS = 10

const [topic, rate, seconds, users, seed] = process.argv.slice(2)
const perSecond = Number(rate)
const log = kafkaEventLog({ brokers: (process.env.KAFKA_BROKERS ?? '').split(',') })
const writer = await log.writer(topic)
const count = perSecond * Number(seconds)
const beganMs = Date.now()
const timeMsOf = () => Date.now()
const records = benchRecords(count, { users: Number(users), seed: Number(seed), timeMsOf })
const startedMs = performance.now()
let sent = 0
let longestMs = 0
while (sent < count) {
  const dueMs = (sent / perSecond) * 1000 + EVERY_MS - (performance.now() - startedMs)
  if (dueMs > 0) await delay(dueMs)
  else longestMs = Math.max(longestMs, -dueMs)
  const due = Math.min(count, Math.floor(((performance.now() - startedMs) / 1000) * perSecond))
  const chunk: LogRecord[] = []
  for (; sent < due; sent++) {
    const record = records.next().value
    if (record !== undefined) chunk.push(record)
  }
  if (chunk.length > 0) await writer.append(chunk)
}
await writer.close()
await log.close()
printMeasured(sent, Date.now() - beganMs, { more: { behindMs: longestMs } })
