// What Kafka acknowledged is in the topic once and in order, whatever happens on the way there.
import { setTimeout as delay } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import { expect, it } from 'vitest'
import { UnavailableError } from '../../../kit/errors.ts'
import { describeWith, kafkaForTests, ownKafkaForTests } from '../../../scripts/services/testing.ts'
import { ownKafka } from '../../../scripts/testing/own-servers.ts'
import { askKafka, ensureTopic, type KafkaClient, kafkaClient } from '../../kafka.ts'
import { BatchSender } from './batch-sender.ts'
import { BrokerLink } from './broker-link.ts'
import { KafkajsSender } from './kafkajs-sender.ts'
import { type Loss, openLossyProxy } from './lossy-proxy.ts'
import { openOnceSender } from './once.ts'
import type { OnceSender, OutgoingRecord } from './outgoing.ts'
import { kafkaWriter } from './writer.ts'

const PARTITIONS = 4
const KEYS = 37

/** Records numbered from `first`: their value is their number. */
const records = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    key: `key-${(first + i) % KEYS}`,
    value: Buffer.from(String(first + i)),
  }))

/** The numbers in the topic, by key, in the order of the log. */
async function numbersByKey(brokers: readonly string[], topic: string) {
  const client = kafkaClient({ brokers })
  const admin = client.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  let left = ends.reduce((sum, { high }) => sum + Number(high), 0)
  const found = new Map<string, number[]>()
  const consumer = client.consumer({ groupId: `check-${topic}-${Date.now()}` })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await new Promise<void>((resolve) => {
    if (left === 0) resolve()
    void consumer.run({
      eachMessage: async ({ message }) => {
        const key = String(message.key)
        found.set(key, [...(found.get(key) ?? []), Number(message.value)])
        if (--left === 0) resolve()
      },
    })
  })
  await consumer.disconnect()
  return found
}

function expectEachOnce(found: ReadonlyMap<string, readonly number[]>, count: number): void {
  for (let key = 0; key < KEYS; key++) {
    const expected = Array.from(
      { length: Math.ceil((count - key) / KEYS) },
      (_, i) => key + i * KEYS,
    )
    expect(found.get(`key-${key}`) ?? []).toEqual(expected)
  }
}

/** Pseudo-random numbers in [0, 1), the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

type Open = (client: KafkaClient, topic: string) => Promise<OnceSender>

async function linkTo(client: KafkaClient, topic: string): Promise<BrokerLink> {
  const link = await BrokerLink.open(client, topic)
  if (link === undefined) throw new Error('expected a kafkajs and a broker that batches go to')
  return link
}

/** Both ways to send, as programs open them; and with sequence numbers that end after a hundred records. */
const ways: readonly { name: string; open: Open; openNearTheEnd: Open }[] = [
  {
    name: 'batches made here',
    open: (client, topic) => openOnceSender(client, topic, 'none'),
    openNearTheEnd: async (client, topic) =>
      BatchSender.open(await linkTo(client, topic), {
        codec: 'none',
        firstSequence: 2 ** 31 - 100,
      }),
  },
  {
    name: 'kafkajs’s producer',
    open: (client, topic) => KafkajsSender.open(client, topic, { codec: 'none' }),
    openNearTheEnd: (client, topic) =>
      KafkajsSender.open(client, topic, { codec: 'none', producerRecordsMax: 100 }),
  },
]

describeWith([ownKafkaForTests()], 'a broker that is cut off, killed and silent', () => {
  it.each(ways)('has every record once and in order: $name', async ({ open }) => {
    const random = randomNumbers(7)
    const lossOf = (): Loss => {
      const number = random()
      return number < 0.02 ? 'answer' : number < 0.03 ? 'request' : 'none'
    }
    let proxy: Awaited<ReturnType<typeof openLossyProxy>> | undefined
    const kafka = await ownKafka(async (upstream) => {
      proxy = await openLossyProxy(upstream, lossOf)
      return proxy.port
    })
    const settings = kafka.address
    const topic = 'once'
    const client = kafkaClient(settings, { requestTimeoutMs: 5_000 })
    await ensureTopic(client, topic, PARTITIONS)
    const sender = await open(client, topic)
    const appends = 450
    const each = 8
    const restart = async () => {
      await kafka.kill()
      await kafka.start()
    }
    /** For longer than the writer waits for an answer, twice. */
    const freeze = async () => {
      kafka.pause()
      await delay(12_000)
      kafka.resume()
    }
    const outages = new Map([
      [100, restart],
      [220, freeze],
      [340, restart],
    ])
    const told = new Set<string>()
    let outage: Promise<void> | undefined
    for (let n = 0; n < appends; n++) {
      const batch = records(n * each, each)
      const begin = outages.get(n)
      if (begin !== undefined) {
        await outage
        outage = begin()
      }
      while (true) {
        try {
          await askKafka(settings, 'appending', () => sender.send(batch, (record) => record))
          break
        } catch (error) {
          if (!(error instanceof UnavailableError)) throw error
          told.add(error.message)
          await delay(50)
        }
      }
    }
    await outage
    await sender.close()
    expect(told.size).toBeGreaterThan(0)
    expectEachOnce(await numbersByKey(settings.brokers, topic), appends * each)
    await kafka.end()
    await proxy?.close()
  })
})

describeWith([kafkaForTests()], 'sending once', ({ brokers }) => {
  const client = kafkaClient({ brokers })
  let topics = 0
  const newTopic = async (config = {}) => {
    const topic = `once-${process.pid}-${Date.now()}-${topics++}`
    await ensureTopic(client, topic, PARTITIONS, config)
    return topic
  }

  it.each(ways)('goes on where sequence numbers end: $name', async ({ openNearTheEnd }) => {
    const topic = await newTopic()
    const sender = await openNearTheEnd(client, topic)
    for (let n = 0; n < 50; n++) await sender.send(records(n * 40, 40), (record) => record)
    await sender.close()
    expectEachOnce(await numbersByKey(brokers, topic), 2_000)
  })

  it.each(ways)('fits a topic that takes less at once: $name', async ({ open }) => {
    const topic = await newTopic({ 'max.message.bytes': '2000' })
    const sender = await open(client, topic)
    const itself = (record: OutgoingRecord) => record
    await sender.send(records(0, 3_000), itself)
    const tooLarge = [{ key: 'key-0', value: Buffer.alloc(5_000) }]
    await expect(sender.send(tooLarge, itself)).rejects.toThrow(/larger/)
    await sender.send(records(3_000, 1_000), itself)
    await sender.close()
    expectEachOnce(await numbersByKey(brokers, topic), 4_000)
  })

  it('refuses a record that is too large, saying how large', async () => {
    const topic = await newTopic({ 'max.message.bytes': '2000' })
    const writer = await kafkaWriter({ brokers }, topic)
    const tooLarge = [{ key: 'key-0', value: Buffer.alloc(5_000) }]
    await expect(writer.append(tooLarge)).rejects.toThrow(/refuses a record of 5000 bytes/)
    await writer.close()
  })

  it.each(ways)('puts keys where the default partitioner does: $name', async ({ open }) => {
    const topic = await newTopic()
    const sender = await open(client, topic)
    await sender.send(records(0, KEYS), (record) => record)
    await sender.close()
    const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
    await producer.connect()
    await producer.send({ topic, messages: records(KEYS, KEYS) })
    await producer.disconnect()
    const admin = client.admin()
    await admin.connect()
    const ends = await admin.fetchTopicOffsets(topic)
    await admin.disconnect()
    expect(ends.map(({ high }) => Number(high) % 2)).toEqual([0, 0, 0, 0])
    expectEachOnce(await numbersByKey(brokers, topic), 2 * KEYS)
  })
})
