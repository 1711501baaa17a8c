// The benchmark's work on @kafkats/flow: a global table of people, a count per window and segment in memory. It takes a
// window's time from the record, not from the event, and never closes one: so the window's start is part of the key, and
// the last number of each key is the result. Arguments: topic, where the steady part begins, events, file of people
// (unused), topic of people.
import { setTimeout as delay } from 'node:timers/promises'
import { json, KafkaClient, string } from '@kafkats/client'
import { flow } from '@kafkats/flow'

const WINDOW_MS = 10_000
const [topic, fromEvents, toEvents, , peopleTopic] = process.argv.slice(2)
const id = `bench-flow-${process.pid}-${Date.now()}`

const client = new KafkaClient({ clientId: id, brokers: process.env.KAFKA_BROKERS.split(',') })
const app = flow({
  applicationId: id,
  client,
  consumer: {
    autoOffsetReset: 'earliest',
    maxBytesPerPartition: 4 << 20,
    minBytes: 1 << 20,
    maxWaitMs: 100,
    maxRecords: 10_000,
  },
})

let read = 0
const results = new Map()
const people = app.globalTable(peopleTopic, {
  key: string(),
  value: json(),
  materialized: { changelog: false },
})
app
  .stream(topic, { key: string(), value: json() })
  .leftJoin(people, (event, person) => ({ event, person }))
  .groupBy(segmentOf, { key: string() })
  .count({ changelog: false })
  .toStream()
  .peek((segment, events) => {
    results.set(segment, events)
    read++
  })

function segmentOf(_, { event, person }) {
  const timeMs = Date.parse(event.event_time)
  const { gender, age_group, country } = person ?? {}
  return [timeMs - (timeMs % WINDOW_MS), event.event_type, gender, age_group, country].join('|')
}

async function reached(events) {
  while (read < events) await delay(5)
  const { user, system } = process.cpuUsage()
  return { events: read, ms: performance.now(), cpuS: (user + system) / 1e6 }
}

await app.start()
const from = await reached(Number(fromEvents))
const to = await reached(Number(toEvents))
const steady = { events: to.events - from.events, ms: to.ms - from.ms, cpuS: to.cpuS - from.cpuS }
let open = 0
for (const events of results.values()) open += events
process.stdout.write(`${JSON.stringify({ events: read, counted: 0, late: 0, open, steady })}\n`)
await app.close()
process.exit(0)
