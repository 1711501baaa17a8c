// Sends the lines of a file by kafkajs's own producer, as durably as ours: what there is to compare with.
// Arguments: file, topic, number of lines; where the steady part of them begins and ends.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import kafkajs from 'kafkajs'
import { printMeasured, SteadySpan } from '../measured.ts'

/** More at once in a partition would be refused by the broker. */
const SEND_RECORDS = 5_000

const [file, topic, expected, fromEvents, toEvents] = process.argv.slice(2)
const brokers = (process.env.KAFKA_BROKERS ?? '').split(',')
const kafka = new kafkajs.Kafka({ clientId: 'bench', brokers, logLevel: kafkajs.logLevel.ERROR })
const producer = kafka.producer({
  idempotent: true,
  createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
})
const steady = new SteadySpan(Number(fromEvents), Number(toEvents))

let messages: kafkajs.Message[] = []
let sent = 0
const send = async () => {
  await producer.send({ topic, acks: -1, messages })
  sent += messages.length
  messages = []
  steady.passed(sent)
}
await producer.connect()
const startedMs = performance.now()
for await (const line of createInterface({ input: createReadStream(file) })) {
  messages.push({ key: JSON.parse(line).user_id, value: line })
  if (messages.length === SEND_RECORDS) await send()
  if (sent + messages.length >= Number(expected)) break
}
if (messages.length > 0) await send()
const workingMs = performance.now() - startedMs
await producer.disconnect()
printMeasured(sent, workingMs, { steady: steady.span })
