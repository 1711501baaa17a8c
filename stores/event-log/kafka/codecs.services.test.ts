// Topics as real brokers keep them, read as whole batches and by a plain kafkajs consumer: the same records, in every
// compression, of kafkajs's producer and ours, with transactions, and after compaction.
import { setTimeout as delay } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import { afterAll, expect, it } from 'vitest'
import { describeWith, kafkaForTests } from '../../../scripts/services/testing.ts'
import { valueAt } from '../batch.ts'
import { kafkaEventLog } from '../kafka.ts'
import { CODEC_NAMES } from './codecs.ts'

interface Seen {
  readonly offset: number
  readonly appendedMs: number
  readonly value: string | null
}

describeWith([kafkaForTests()], 'topics on a real broker', (kafka) => {
  const log = kafkaEventLog({ brokers: kafka.brokers })
  const { brokers } = kafka
  const client = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
  const admin = client.admin()
  afterAll(() => admin.disconnect())

  const newTopic = async (name: string, config: Readonly<Record<string, string>> = {}) => {
    const topic = `codecs-${name}-${process.pid}-${Date.now()}`
    await admin.connect()
    const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }))
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] })
    return topic
  }

  /** Partition 0 from `from` to its end. */
  async function whole(topic: string, from: number): Promise<Seen[]> {
    const group = `whole-${topic}-${from}`
    const where = { topic, group, from: new Map([[0, from]]) }
    const reader = await log.reader({ ...where, reusesMemory: true })
    const end = (await reader.ends()).get(0) ?? 0
    const seen: Seen[] = []
    while ((reader.positions().get(0) ?? 0) < end) {
      const batch = await reader.read([0], 1_000)
      for (let i = 0; i < (batch?.count ?? 0); i++) {
        if (batch === undefined) break
        const bytes = valueAt(batch, i)
        const value = bytes === null ? null : Buffer.from(bytes).toString()
        seen.push({ offset: batch.offsets[i], appendedMs: batch.appendedMs[i], value })
      }
    }
    await reader.close()
    return seen
  }

  /** The same through a consumer of kafkajs's own, in the same process, until the last record that comes. */
  async function oneByOne(topic: string, from: number, last: number): Promise<Seen[]> {
    const consumer = client.consumer({ groupId: `plain-${topic}-${from}`, maxWaitTimeInMs: 50 })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    const seen: Seen[] = []
    await new Promise<void>((resolve) => {
      void consumer.run({
        autoCommit: false,
        eachMessage: async ({ message }) => {
          const value = message.value?.toString() ?? null
          const offset = Number(message.offset)
          seen.push({ offset, appendedMs: Number(message.timestamp), value })
          if (offset >= last) resolve()
        },
      })
      consumer.seek({ topic, partition: 0, offset: String(from) })
    })
    await consumer.disconnect()
    return seen
  }

  /** From the first record, and from within a batch. */
  const expectSame = async (topic: string, count: number) => {
    const all = await whole(topic, 0)
    expect(all).toHaveLength(count)
    expect(all).toEqual(await oneByOne(topic, 0, all[all.length - 1].offset))
    const middle = all[count >> 1].offset
    expect(await whole(topic, middle)).toEqual(all.slice(count >> 1))
    return all
  }

  const value = (n: number) =>
    n % 7 === 3 ? null : JSON.stringify({ n, text: 'x'.repeat(n % 90) })
  const messages = (first: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      key: `k${(first + i) % 5}`,
      value: value(first + i),
      headers: first % 2 === 0 ? {} : { trace: 'abc' },
    }))

  it.each(CODEC_NAMES)('in %s of kafkajs’s producer hold the same', async (codec) => {
    const topic = await newTopic(`theirs-${codec}`)
    const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
    await producer.connect()
    for (const first of [0, 300, 301])
      await producer.send({
        topic,
        messages: messages(first, first === 300 ? 1 : 300),
        compression: CODEC_NAMES.indexOf(codec),
      })
    await producer.disconnect()
    const all = await expectSame(topic, 601)
    expect(all.map((one) => one.value)).toEqual(all.map((_, n) => value(n)))
  })

  it.each(CODEC_NAMES)('in %s of our writer hold the same', async (compression) => {
    const topic = await newTopic(`ours-${compression}`, {
      'message.timestamp.type': 'LogAppendTime',
    })
    const writer = await kafkaEventLog({ brokers, compression }).writer(topic)
    const records = messages(0, 500).map((one) => ({
      partition: 0,
      value: one.value === null ? null : Buffer.from(one.value),
    }))
    await writer.append(records.slice(0, 400))
    await writer.append(records.slice(400))
    await writer.close()
    const all = await expectSame(topic, 500)
    expect(all.map((one) => one.value)).toEqual(all.map((_, n) => value(n)))
  })

  it('with transactions, some of them aborted, hold what was committed', async () => {
    const topic = await newTopic('transactions')
    const producer = client.producer({
      idempotent: true,
      transactionalId: topic,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    for (const first of [0, 10, 20, 30]) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: messages(first, 10) })
      await (first === 10 ? transaction.abort() : transaction.commit())
    }
    await producer.disconnect()
    const all = await whole(topic, 0)
    const committed = [0, 20, 30].flatMap((first) => messages(first, 10).map((one) => one.value))
    expect(all.map((one) => one.value)).toEqual(committed)
    expect(all).toEqual(await oneByOne(topic, 0, all[all.length - 1].offset))
  })

  it('that were compacted hold what is left, up to their end', async () => {
    const topic = await newTopic('compacted', {
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.01',
      'max.compaction.lag.ms': '1000',
    })
    const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
    await producer.connect()
    const send = (first: number, count: number) =>
      producer.send({ topic, messages: messages(first, count), compression: 1 })
    await send(0, 200)
    let all = await whole(topic, 0)
    // Each append begins a segment; what came before it can be compacted then, which brokers do every 15 s.
    for (let first = 200; all.length > 100 && first < 400; first++) {
      await delay(1_000)
      await send(first, 1)
      all = await whole(topic, 0)
    }
    await producer.disconnect()
    expect(all.length).toBeLessThan(100)
    expect(all).toEqual(await oneByOne(topic, 0, all[all.length - 1].offset))
  }, 120_000)
})
