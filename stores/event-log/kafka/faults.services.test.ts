// What a reader of Kafka makes of a broker that ends, crashes or is silent: it waits and goes on, without a gap.

import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../../kit/clock.ts'
import { silentLog } from '../../../kit/log.ts'
import { untilAvailable } from '../../../kit/retry.ts'
import { describeWith, ownKafkaForTests } from '../../../scripts/services/testing.ts'
import { ownKafka } from '../../../scripts/testing/own-servers.ts'
import type { EventLog } from '../event-log.ts'
import { kafkaEventLog } from '../kafka.ts'
import { NumberedRecords, SteadyReading } from './testing/steady.ts'

const PARTITIONS = 3

describeWith([ownKafkaForTests()], 'a reader of Kafka', () => {
  let broker: Awaited<ReturnType<typeof ownKafka>>
  let log: EventLog
  beforeAll(async () => {
    broker = await ownKafka()
    log = kafkaEventLog({ brokers: broker.address.brokers })
  })
  afterAll(async () => {
    await broker?.end()
  })

  /** Some records are read, some wait; then `fault`; then everything must come, and more. */
  const goesOnAfter = async (topic: string, fault: () => Promise<void>) => {
    await log.createTopic(topic, PARTITIONS)
    const writer = await log.writer(topic)
    const records = new NumberedRecords(writer, PARTITIONS)
    await records.append(5_000)
    // A broker that has just started may still be loading its groups.
    const retry = { clock: systemClock, log: silentLog }
    const reader = await untilAvailable(retry, () => log.reader({ topic, group: `g-${topic}` }))
    const reading = new SteadyReading(reader)
    await reading.step()
    const faulty = fault()
    // Reads while it lasts.
    const isOver = faulty.then(() => true)
    while (!(await Promise.race([isOver, reading.step().then(() => false)])));
    await records.append(1_000)
    // The broker keeps the place of the reader it knew for a session of 6 s.
    await reading.untilCount(records.total, 20_000)
    await reader.commit(reader.positions())
    await records.append(10)
    await reading.untilCount(records.total, 5_000)
    await writer.close()
    await reader.close()
    expect(reading.waits.length).toBeGreaterThan(0)
    expect(reading.waits.length).toBeLessThan(10)
  }

  it('goes on after a broker that was restarted', async () => {
    await goesOnAfter('restarted', async () => {
      await broker.stop()
      await delay(3_000)
      await broker.start()
    })
  })

  it('goes on after a broker that crashed', async () => {
    await goesOnAfter('crashed', async () => {
      await broker.kill()
      await broker.start()
    })
  })

  it('goes on after a broker that was silent for 30 s', async () => {
    await goesOnAfter('silent', async () => {
      broker.pause()
      await delay(30_000)
      broker.resume()
    })
  })
})
