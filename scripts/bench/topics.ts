// Takes away topics that the benchmark made in Kafka.
import { setTimeout as delay } from 'node:timers/promises'
import kafkajs from 'kafkajs'

const POLL_MS = 100

/** Resolves when the topic is gone; harmless when there is none. */
export async function deleteTopic(brokers: string, topic: string): Promise<void> {
  const kafka = new kafkajs.Kafka({
    clientId: 'bench',
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const admin = kafka.admin()
  await admin.connect()
  try {
    if (!(await admin.listTopics()).includes(topic)) return
    await admin.deleteTopics({ topics: [topic] })
    while ((await admin.listTopics()).includes(topic)) await delay(POLL_MS)
  } finally {
    await admin.disconnect()
  }
}
