// A kafkajs consumer that reads a topic and does nothing with it: what there is to compare with.
// Arguments: topic, number of records; where the steady part of them begins and ends.
import kafkajs from 'kafkajs'
import { printMeasured, SteadySpan } from './measured.ts'

const [topic, expected, fromEvents, toEvents] = process.argv.slice(2)
const brokers = (process.env.KAFKA_BROKERS ?? '').split(',')
const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers, logLevel: kafkajs.logLevel.ERROR })
const consumer = kafka.consumer({
  groupId: `bare-${process.pid}-${Date.now()}`,
  maxBytesPerPartition: 4 << 20,
  maxBytes: 64 << 20,
  minBytes: 1 << 20,
  maxWaitTimeInMs: 100,
})
const steady = new SteadySpan(Number(fromEvents), Number(toEvents))

let count = 0
let startedMs = 0
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await new Promise<void>((resolve) => {
  void consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      startedMs ||= performance.now()
      count += batch.messages.length
      steady.passed(count)
      if (count >= Number(expected)) resolve()
    },
  })
})
const workingMs = performance.now() - startedMs
await consumer.disconnect()
printMeasured(count, workingMs, { steady: steady.span })
