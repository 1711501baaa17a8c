// What a reader of Kafka does where others share its group, where it is not read from, and where records are removed.
import { setTimeout as delay } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../kit/clock.ts'
import { silentLog } from '../../../kit/log.ts'
import { untilAvailable } from '../../../kit/retry.ts'
import { describeWith, kafkaForTests } from '../../../scripts/services/testing.ts'
import { RunningProgram } from '../../../scripts/testing/programs.ts'
import type { EventLogReader, RemovedRecords } from '../event-log.ts'
import { kafkaEventLog } from '../kafka.ts'
import { NumberedRecords, SteadyReading } from './testing/steady.ts'

const PARTITIONS = 2
/** A reader that is dead or silent for so long has left the group. */
const SESSION_MS = 6_000
const RETRY = { clock: systemClock, log: silentLog }

describeWith([kafkaForTests()], 'a reader of Kafka', (kafka) => {
  const log = kafkaEventLog({ brokers: kafka.brokers })

  const filled = async (name: string, perPartition: number) => {
    const topic = `reader-${name}-${process.pid}-${Date.now()}`
    await log.createTopic(topic, PARTITIONS)
    const writer = await log.writer(topic)
    const records = new NumberedRecords(writer, PARTITIONS)
    await records.append(perPartition)
    return { topic, group: `group-${topic}`, records, writer }
  }
  const opened: EventLogReader[] = []
  const open = async (options: Parameters<typeof log.reader>[0]) => {
    // As programs do: a broker that has just started may not know the group yet.
    const reader = await untilAvailable(RETRY, () => log.reader(options))
    opened.push(reader)
    return { reader, reading: new SteadyReading(reader) }
  }

  describe('that shares its group', () => {
    it('gets nothing while one of a higher epoch lives, and everything when that one closes', async () => {
      const { topic, group, records } = await filled('epoch', 100)
      const low = await open({ topic, group, epoch: 1 })
      await low.reading.untilCount(records.total)
      const high = await open({ topic, group, epoch: 2, from: low.reader.positions() })
      await records.append(100)
      await high.reading.untilCount(200)
      expect(await low.reading.step()).toBe(false)
      await high.reader.close()
      await low.reading.untilCount(records.total)
      await low.reader.close()
    })

    it('stays the only one when one of a lower epoch comes', async () => {
      const { topic, group, records } = await filled('lower', 100)
      const first = await open({ topic, group, epoch: 7 })
      await first.reading.step()
      const late = await open({ topic, group, epoch: 3 })
      await first.reading.untilCount(records.total)
      expect(await late.reading.step()).toBe(false)
      await Promise.all([first.reader.close(), late.reader.close()])
    })

    it('loses and doubles nothing when others come and go while it reads', async () => {
      const { topic, group, records } = await filled('rebalance', 20_000)
      const { reader, reading } = await open({ topic, group, epoch: 2 })
      for (let i = 0; i < 3; i++) {
        await reading.step()
        const other = log.reader({ topic, group, epoch: 1 })
        let isOpen = false
        const opening = other.then(() => {
          isOpen = true
        })
        while (!isOpen) await reading.step()
        await opening
        await reading.step()
        await (await other).close()
      }
      await reading.untilCount(records.total)
      await reader.close()
    })

    it('commits without complaint after it was thrown out', async () => {
      const { topic, group } = await filled('thrown-out', 10)
      const { reader, reading } = await open({ topic, group })
      await reading.untilCount(20)
      const other = await log.reader({ topic, group, epoch: 1 })
      const startMs = performance.now()
      await reader.commit(reader.positions())
      expect(performance.now() - startMs).toBeLessThan(5_000)
      await Promise.all([reader.close(), other.close()])
    })

    const readingProcess = async (topic: string, group: string, epoch: number, count: number) => {
      const program = new RunningProgram(
        'stores/event-log/kafka/testing/read-forever.ts',
        [topic, group, String(epoch)],
        { KAFKA_BROKERS: kafka.brokers.join(',') },
      )
      await program.until('its reading', () => program.err.includes(`read ${count}\n`))
      return program
    }

    it('reads within 10 s of the kill of the one that did', async () => {
      const { topic, group, records } = await filled('kill', 100)
      const killed = await readingProcess(topic, group, 2, records.total)
      const { reader, reading } = await open({ topic, group, epoch: 1 })
      expect(await reading.step()).toBe(false)
      await killed.stop('SIGKILL')
      await reading.untilCount(records.total, 10_000)
      await reader.close()
    })

    it('reads in place of one that is frozen, which gets nothing when it wakes up', async () => {
      const { topic, group, records } = await filled('frozen', 100)
      const frozen = await readingProcess(topic, group, 1, records.total)
      const pid = Number(/pid (\d+)/.exec(frozen.err)?.[1])
      process.kill(pid, 'SIGSTOP')
      const { reader, reading } = await open({ topic, group, epoch: 2 })
      await reading.untilCount(records.total, 10_000)
      process.kill(pid, 'SIGCONT')
      await records.append(100)
      await reading.untilCount(records.total, 10_000)
      expect(frozen.err.match(/read \d+\n/g)?.at(-1)).toBe('read 200\n')
      await frozen.stop('SIGKILL')
      await reader.close()
    })
  })

  it('keeps its place when it is not read from for longer than a session', async () => {
    const { topic, group, records } = await filled('paused', 30_000)
    const { reader, reading } = await open({ topic, group })
    await reading.step()
    await delay(SESSION_MS * 2)
    await records.append(10)
    await reading.untilCount(records.total, 10_000)
    await reader.close()
  })

  it('refuses to go on when its topic is deleted and made again, before that has grown as long', async () => {
    const { topic, group, records } = await filled('recreated', 10)
    const { reader, reading } = await open({ topic, group })
    await reading.untilCount(records.total)
    await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }))
    await log.createTopic(topic, PARTITIONS)
    const readOn = async () => {
      const untilMs = performance.now() + 30_000
      while (performance.now() < untilMs) await reading.step()
    }
    await expect(readOn()).rejects.toThrow(/was read, but it now ends at 0/)
    await reader.close()
  })

  const withAdmin = async (use: (admin: kafkajs.Admin) => Promise<void>) => {
    const admin = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: 0 }).admin()
    await admin.connect()
    await use(admin)
    await admin.disconnect()
  }

  describe('whose records are removed', () => {
    const removeBefore = (topic: string, partition: number, offset: number) =>
      withAdmin(async (admin) => {
        // Loads the topic's metadata, which kafkajs does not do by itself here.
        await admin.fetchTopicOffsets(topic)
        await admin.deleteTopicRecords({
          topic,
          partitions: [{ partition, offset: String(offset) }],
        })
      })

    it('refuses to go on from a place that is gone', async () => {
      const { topic, group } = await filled('removed', 10)
      await removeBefore(topic, 0, 6)
      await expect(log.reader({ topic, group, from: new Map([[0, 4]]) })).rejects.toThrow(
        /Offset 4 of .*\/0 .*first record left is 6: retention removed 2 records/,
      )
      const reader = await log.reader({ topic, group })
      expect(reader.positions().get(0)).toBe(6)
      await reader.close()
    })

    it('goes on with what is left and says so, when it is told to', async () => {
      const { topic, group } = await filled('skipped', 10)
      await removeBefore(topic, 0, 6)
      const told: RemovedRecords[] = []
      const onRemoved = (one: RemovedRecords) => told.push(one)
      const from = new Map([
        [0, 4],
        [1, 10],
      ])
      const { reader, reading } = await open({ topic, group, from, removed: 'skip', onRemoved })
      expect(told).toEqual([{ partition: 0, fromOffset: 4, toOffset: 6 }])
      await reading.untilCount(4)
      await reader.close()
    })

    /** More than is read ahead; nothing is read yet when everything before `removeTo` of partition 0 is removed. */
    const removedWhileReading = async (removeTo: number, removed: 'stop' | 'skip') => {
      const { topic, group, records } = await filled(`while-${removed}`, 0)
      await records.append(RECORDS, 100_000)
      const told: RemovedRecords[] = []
      const onRemoved = (one: RemovedRecords) => told.push(one)
      const { reader } = await open({ topic, group, removed, onRemoved })
      await delay(1_000)
      await removeBefore(topic, 0, removeTo)
      const offsets: number[] = []
      const readThrough = async () => {
        while ((reader.positions().get(0) ?? 0) < RECORDS) {
          await reader.ends()
          const batch = await reader.read([0], 200)
          if (batch !== undefined) offsets.push(...batch.offsets.subarray(0, batch.count))
        }
        await reader.close()
      }
      return { told, offsets, reader, readThrough }
    }
    const RECORDS = 150
    const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

    for (const [left, removeTo] of [
      ['something', RECORDS - 5],
      ['nothing', RECORDS],
    ] as const) {
      it(`stops when that happens while it reads and ${left} is left`, async () => {
        const { told, offsets, reader, readThrough } = await removedWhileReading(removeTo, 'stop')
        await expect(readThrough()).rejects.toThrow(/retention removed \d+ records/)
        expect(offsets).toEqual(upTo(0, offsets.length))
        expect(told).toEqual([])
        await reader.close()
      })

      it(`says what is gone when that happens while it reads and ${left} is left`, async () => {
        const { told, offsets, readThrough } = await removedWhileReading(removeTo, 'skip')
        await readThrough()
        expect(told).toHaveLength(1)
        const [{ partition, fromOffset, toOffset }] = told
        expect({ partition, toOffset }).toEqual({ partition: 0, toOffset: removeTo })
        expect(offsets).toEqual([...upTo(0, fromOffset), ...upTo(removeTo, RECORDS)])
      })
    }
  })
})
