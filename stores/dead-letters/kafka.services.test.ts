import { expect, it } from 'vitest'
import { describeWith, kafkaForTests } from '../../scripts/services/testing.ts'
import { kafkaClient } from '../kafka.ts'
import { describeSetAside } from './conformance.ts'
import { keyOf } from './dead-letters.ts'
import { kafkaSetAside } from './kafka.ts'
import { kafkaArchive } from './kafka-archive.ts'
import { collect, describeArchive } from './testing/archive-conformance.ts'

let topics = 0
const newTopic = () => `set-aside-${process.pid}-${Date.now()}-${topics++}`

describeWith([kafkaForTests()], 'Kafka', ({ brokers }) => {
  describeSetAside('Kafka', async () => {
    const topic = newTopic()
    const kept = async () => {
      const archive = kafkaArchive({ brokers }, topic)
      const records = await collect(archive)
      await archive.close()
      return new Map(records.map((record) => [keyOf(record), record]))
    }
    return { store: await kafkaSetAside({ brokers }, topic), kept }
  })

  describeArchive('Kafka', async () => {
    const topic = newTopic()
    const archive = kafkaArchive({ brokers }, topic)
    return { store: await kafkaSetAside({ brokers }, topic), archive }
  })

  it('leaves neither a group nor a topic behind', async () => {
    const admin = kafkaClient({ brokers }).admin()
    await admin.connect()
    const groups = async () =>
      (await admin.listGroups()).groups.filter(({ groupId }) => groupId.startsWith('windrow-look-'))
    const before = await groups()
    const missing = newTopic()
    const nowhere = kafkaArchive({ brokers }, missing)
    expect(await nowhere.counts('shop.events')).toEqual([])
    await nowhere.close()
    expect(await admin.listTopics()).not.toContain(missing)

    const topic = newTopic()
    const store = await kafkaSetAside({ brokers }, topic)
    const record = { reason: 'json', field: '', detail: '', partition: 0, offset: 0, value: null }
    await store.append([{ ...record, topic: 'shop.events' }])
    await store.close()
    const archive = kafkaArchive({ brokers }, topic)
    expect(await archive.counts('shop.events')).toHaveLength(1)
    await archive.close()
    expect(await groups()).toEqual(before)
    await admin.disconnect()
  })
})
