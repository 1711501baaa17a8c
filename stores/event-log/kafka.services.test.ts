import kafkajs from 'kafkajs'
import { expect, it } from 'vitest'
import { describeWith, kafkaForTests } from '../../scripts/services/testing.ts'
import { describeEventLog } from './conformance.ts'
import { kafkaEventLog } from './kafka.ts'

describeWith([kafkaForTests()], 'Kafka', (kafka) => {
  const settings = { brokers: kafka.brokers }
  describeEventLog('Kafka', async () => kafkaEventLog(settings))

  it('says when the broker took a record, whatever the one who sent it says', async () => {
    const log = kafkaEventLog(settings)
    const topic = `appended-${process.pid}-${Date.now()}`
    await log.createTopic(topic, 1)
    const beforeMs = Date.now()
    const { Kafka, logLevel, Partitioners } = kafkajs
    const producer = new Kafka({
      brokers: [...kafka.brokers],
      logLevel: logLevel.NOTHING,
    }).producer({ createPartitioner: Partitioners.DefaultPartitioner })
    await producer.connect()
    await producer.send({ topic, messages: [{ value: 'x', timestamp: '86400000' }] })
    await producer.disconnect()
    const reader = await log.reader({ topic, group: `group-${topic}` })
    const batch = await reader.read([0], 10_000)
    expect(batch?.appendedMs[0]).toBeGreaterThanOrEqual(beforeMs)
    await reader.close()
  })
})
