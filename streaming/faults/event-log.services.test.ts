// The way to Kafka fails in every way a network knows, while events are appended and read and records
// set aside: unavailable, not stuck, and afterwards everything is there once and in order.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../kit/clock.ts'
import { silentLog } from '../../kit/log.ts'
import { untilAvailable } from '../../kit/retry.ts'
import {
  describeWith,
  ownKafkaForTests,
  toxiproxyForTests,
} from '../../scripts/services/testing.ts'
import {
  comesTo,
  cutAfter,
  type Fault,
  OUTAGES,
  SLOW,
  untilSuccess,
} from '../../scripts/testing/faults.ts'
import { ownKafka } from '../../scripts/testing/own-servers.ts'
import { openProxy, type ToxicProxy } from '../../scripts/testing/toxiproxy.ts'
import { kafkaSetAside } from '../../stores/dead-letters/kafka.ts'
import { valueAt } from '../../stores/event-log/batch.ts'
import type { EventLog } from '../../stores/event-log/event-log.ts'
import { NumberedRecords, SteadyReading } from '../../stores/event-log/kafka/testing/steady.ts'
import { kafkaEventLog } from '../../stores/event-log/kafka.ts'

const PARTITIONS = 3
/** How long we wait for an answer. */
const TIMEOUT_MS = 2_000

describeWith([ownKafkaForTests(), toxiproxyForTests()], 'Kafka', (_, toxiproxy) => {
  let broker: Awaited<ReturnType<typeof ownKafka>>
  let proxy: ToxicProxy
  beforeAll(async () => {
    broker = await ownKafka(async (upstream) => {
      proxy = await openProxy(toxiproxy, upstream)
      return proxy.port
    })
  })
  afterEach(() => proxy.heal())
  afterAll(async () => {
    await broker.end()
    await proxy.remove()
  })
  /** Through the proxy, and around it. */
  const settings = () => ({ brokers: broker.address.brokers, timeoutMs: TIMEOUT_MS })
  const proxied = () => kafkaEventLog(settings())
  const direct = () => kafkaEventLog({ brokers: [broker.hostPort] })
  let topics = 0
  const newTopic = async () => {
    const topic = `faults-${topics++}`
    await direct().createTopic(topic, PARTITIONS)
    return topic
  }

  describe.each(OUTAGES)('while the connection is $name', (fault: Fault) => {
    it('what is appended arrives once, and in order', async () => {
      const topic = await newTopic()
      const writer = await proxied().writer(topic)
      const records = new NumberedRecords(writer, PARTITIONS)
      await records.append(10)
      await fault.begin(proxy)
      const appended = records.append(2_000, 100)
      expect(await comesTo(() => proxied().writer(topic))).toBe('unavailable')
      await proxy.heal()
      await untilSuccess(() => appended)
      await records.append(10)
      // A broker that has just started may still be loading its groups.
      const open = () => direct().reader({ topic, group: `g-${topic}` })
      const reader = await untilAvailable({ clock: systemClock, log: silentLog }, open)
      await new SteadyReading(reader).untilCount(records.total)
      await reader.close()
      await writer.close()
    })

    it('reading goes on where it was', async () => {
      const topic = await newTopic()
      const writer = await direct().writer(topic)
      const records = new NumberedRecords(writer, PARTITIONS)
      await records.append(1_000, 100)
      const reader = await proxied().reader({ topic, group: `g-${topic}` })
      const reading = new SteadyReading(reader)
      await reading.step()
      await fault.begin(proxy)
      expect(await comesTo(() => reader.ends())).toBe('unavailable')
      await records.append(1_000, 100)
      const allIsRead = reading.untilCount(records.total)
      const another = () => proxied().reader({ topic, group: 'another' })
      expect(await comesTo(another)).toBe('unavailable')
      await proxy.heal()
      await allIsRead
      await untilSuccess(() => reader.commit(reader.positions()))
      await reader.close()
      await writer.close()
    })

    it('records set aside are there once', async () => {
      const topic = `${await newTopic()}.aside`
      const store = await kafkaSetAside(settings(), topic)
      const values = Array.from({ length: 1_000 }, (_, i) => `record ${i}`.padEnd(100))
      const records = values.map((value, offset) => ({
        ...{ topic: 'events', partition: 0, offset, value: Buffer.from(value) },
        ...{ reason: 'json', field: '', detail: 'no JSON' },
      }))
      await fault.begin(proxy)
      expect(await comesTo(() => store.append(records))).toBe('unavailable')
      await proxy.heal()
      await untilSuccess(() => store.append(records))
      expect(await valuesOf(direct(), topic)).toEqual(values)
      await store.close()
    })
  })

  it('what is cut in the middle arrives once, and in order', async () => {
    const topic = await newTopic()
    const writer = await proxied().writer(topic)
    const values = Array.from({ length: 20_000 }, (_, i) => ({
      partition: 0,
      value: Buffer.from(`record ${i}`.padEnd(100)),
    }))
    await cutAfter(30_000).begin(proxy)
    expect(await comesTo(() => writer.append(values))).toBe('unavailable')
    await proxy.heal()
    await untilSuccess(() => writer.append(values))
    expect(await valuesOf(direct(), topic)).toEqual(values.map(({ value }) => String(value)))
    await writer.close()
  })

  it('appends and reads while every answer is slow', async () => {
    const topic = await newTopic()
    await SLOW.begin(proxy)
    const writer = await proxied().writer(topic)
    const records = new NumberedRecords(writer, PARTITIONS)
    await records.append(100)
    const reader = await proxied().reader({ topic, group: `g-${topic}` })
    const reading = new SteadyReading(reader)
    await reading.untilCount(records.total)
    await reader.commit(reader.positions())
    expect(reading.waits).toEqual([])
    await reader.close()
    await writer.close()
  })
})

/** All that partition 0 holds. */
async function valuesOf(log: EventLog, topic: string): Promise<string[]> {
  const reader = await log.reader({ topic, group: `of-${topic}` })
  const end = (await reader.ends()).get(0) ?? 0
  const values: string[] = []
  while ((reader.positions().get(0) ?? 0) < end) {
    const batch = await reader.read([0], 1_000)
    for (let i = 0; batch !== undefined && i < batch.count; i++)
      values.push(Buffer.from(valueAt(batch, i) ?? []).toString())
  }
  await reader.close()
  return values
}
