// Takes away topics that the benchmark made in Kafka.
import { setTimeout as delay } from 'node:timers/promises'
import kafkajs from 'kafkajs'

const POLL_MS = 100

/** Resolves when the topic is gone, and those of what jobs set aside of it; harmless when there is none. */
export async function deleteTopic(brokers: string, topic: string): Promise<void> {
  const kafka = new kafkajs.Kafka({
    clientId: 'bench',
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const admin = kafka.admin()
  await admin.connect()
  try {
    const there = async () =>
      (await admin.listTopics()).filter((one) => one === topic || one.startsWith(`${topic}.`))
    const topics = await there()
    if (topics.length > 0) await admin.deleteTopics({ topics })
    while ((await there()).length > 0) await delay(POLL_MS)
  } finally {
    await admin.disconnect()
  }
}
