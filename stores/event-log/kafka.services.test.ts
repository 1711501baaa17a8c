import kafkajs from 'kafkajs'
import { expect, it } from 'vitest'
import { describeWith, kafkaForTests } from '../../scripts/services/testing.ts'
import { describeEventLog } from './conformance.ts'
import { kafkaEventLog } from './kafka.ts'

describeWith([kafkaForTests()], 'Kafka', (kafka) => {
  const settings = { brokers: kafka.brokers }
  describeEventLog('Kafka', async () => kafkaEventLog(settings))

  it('refuses to go on where retention has removed what comes next', async () => {
    const topic = `removed-${process.pid}-${Date.now()}`
    const log = kafkaEventLog(settings)
    await log.createTopic(topic, 1)
    const writer = await log.writer(topic)
    await writer.append(
      Array.from({ length: 10 }, (_, i) => ({ key: 'k', value: Buffer.from(`${i}`) })),
    )
    await writer.close()
    const admin = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: 0 }).admin()
    await admin.connect()
    // Loads the topic's metadata, which kafkajs does not do by itself here.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] })
    await admin.disconnect()
    await expect(log.reader({ topic, group: 'g', from: new Map([[0, 4]]) })).rejects.toThrow(
      /Offset 4 of .*first record left is 6: retention removed 2 records/,
    )
    const reader = await log.reader({ topic, group: `g-${topic}` })
    expect(reader.positions().get(0)).toBe(6)
    await reader.close()
  })
})
