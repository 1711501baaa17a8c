import kafkajs from 'kafkajs'
import { describeWith, kafkaForTests } from '../../scripts/services/testing.ts'
import { describeSetAside } from './conformance.ts'
import type { SetAside } from './dead-letters.ts'
import { kafkaSetAside } from './kafka.ts'

let topics = 0

describeWith([kafkaForTests()], 'Kafka', ({ brokers }) => {
  describeSetAside('Kafka', async () => {
    const topic = `set-aside-${process.pid}-${Date.now()}-${topics++}`
    return {
      store: await kafkaSetAside({ brokers }, topic),
      kept: () => recordsOf(brokers, topic),
    }
  })
})

/** Everything in the topic, by key. */
async function recordsOf(
  brokers: readonly string[],
  topic: string,
): Promise<Map<string, SetAside>> {
  const client = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
  const admin = client.admin()
  await admin.connect()
  const [{ high }] = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const kept = new Map<string, SetAside>()
  if (high === '0') return kept
  const consumer = client.consumer({ groupId: `of-${topic}`, maxBytesPerPartition: 16 << 20 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    const run = consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        const of = (name: string) => String(message.headers?.[name])
        const record = {
          reason: of('reason'),
          field: of('field'),
          detail: of('detail'),
          topic: of('topic'),
          partition: Number(of('partition')),
          offset: Number(of('offset')),
          value: message.value,
        }
        const before = kept.get(String(message.key))
        if (before !== undefined && JSON.stringify(before) !== JSON.stringify(record))
          reject(new Error(`two records of key ${message.key} differ`))
        kept.set(String(message.key), record)
        if (Number(message.offset) === Number(high) - 1) resolve()
      },
    })
    run.catch(reject)
  })
  await consumer.disconnect()
  return kept
}
