// For tests: reads records set aside back from their topic.
import kafkajs from 'kafkajs'
import type { SetAside } from './dead-letters.ts'

/** Everything in the topic, by key. Throws when two records of one key differ. */
export async function recordsOf(
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
