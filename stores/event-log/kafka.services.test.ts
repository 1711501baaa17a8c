import kafkajs from 'kafkajs'
import { expect, it } from 'vitest'
import { describeWith, kafkaForTests } from '../../scripts/services/testing.ts'
import { KAFKA_COMPRESSIONS } from '../environment.ts'
import { valueAt } from './batch.ts'
import { describeEventLog } from './conformance.ts'
import { kafkaEventLog } from './kafka.ts'

describeWith([kafkaForTests()], 'Kafka', (kafka) => {
  const settings = { brokers: kafka.brokers }
  describeEventLog('Kafka', async () => kafkaEventLog(settings))

  it.each(KAFKA_COMPRESSIONS)('reads what it wrote with compression %s', async (compression) => {
    const log = kafkaEventLog({ ...settings, compression })
    const topic = `compressed-${compression}-${process.pid}-${Date.now()}`
    await log.createTopic(topic, 1)
    const writer = await log.writer(topic)
    const values = Array.from({ length: 3_000 }, (_, i) => `value ${i} of many that are alike`)
    await writer.append(values.map((value) => ({ key: 'k', value: Buffer.from(value) })))
    await writer.close()
    const reader = await log.reader({ topic, group: `group-${topic}` })
    const found: string[] = []
    while (found.length < values.length) {
      const batch = await reader.read([0], 10_000)
      if (batch === undefined) break
      for (let i = 0; i < batch.count; i++) found.push(String(Buffer.from(valueAt(batch, i) ?? [])))
    }
    expect(found).toEqual(values)
    await reader.close()
  })

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
