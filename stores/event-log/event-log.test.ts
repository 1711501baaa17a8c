import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeEventLog } from './conformance.ts'
import type { StartAt } from './event-log.ts'
import { batchesFromMessages } from './kafka/messages.ts'
import { memoryEventLog } from './memory.ts'
import { sqliteEventLog } from './sqlite.ts'

const directory = mkdtempSync(join(tmpdir(), 'windrow-log-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

describeEventLog('memory', async () => memoryEventLog(Date.now))
describeEventLog('SQLite', async () => sqliteEventLog(join(directory, 'events.db')))

describe('SQLite event log', () => {
  it('starts at the first record appended at or after a time', async () => {
    const log = sqliteEventLog(join(directory, 'timed.db'))
    await log.createTopic('t', 1)
    const writer = await log.writer('t')
    await writer.append([{ key: 'a', value: Buffer.from('1') }])
    const startOf = async (startAt: StartAt) =>
      (await log.reader({ topic: 't', group: 'g', startAt })).positions().get(0)
    const future = { timeMs: Date.now() + 60_000 }
    expect(await startOf({ timeMs: 0 })).toBe(0)
    expect(await startOf(future)).toBe(1)
    await log.close()
  })

  it('lets two processes-worth of connections append to one topic without losing a record', async () => {
    const file = join(directory, 'shared.db')
    const [one, other] = [sqliteEventLog(file), sqliteEventLog(file)]
    await one.createTopic('t', 2)
    const writers = [await one.writer('t'), await other.writer('t')]
    for (let i = 0; i < 50; i++)
      await writers[i % 2].append([{ key: `k${i}`, value: Buffer.from(`${i}`) }])
    const ends = await (await other.reader({ topic: 't', group: 'g' })).ends()
    expect([...ends.values()].reduce((a, b) => a + b)).toBe(50)
    await one.close()
    await other.close()
  })
})

describe('batches from kafkajs messages', () => {
  const message = (offset: number, value: Buffer | null, timestamp = '1700000000000') => ({
    offset: String(offset),
    value,
    timestamp,
  })

  it('are one for values that lie in one buffer, without copying', () => {
    const buffer = Buffer.from(new ArrayBuffer(10))
    buffer.write('aabbbc')
    const values = [buffer.subarray(0, 2), buffer.subarray(2, 5), buffer.subarray(5, 6)]
    const [batch, ...others] = batchesFromMessages(
      3,
      values.map((value, i) => message(i * 2, value)),
      9,
    )
    expect(others).toEqual([])
    expect(batch.bytes.buffer).toBe(buffer.buffer)
    expect([...batch.offsets]).toEqual([0, 2, 4])
    expect(batch.nextOffset).toBe(9)
  })

  it('are one per buffer, each going on where the one before ended', () => {
    const [a, b] = [Buffer.from(new ArrayBuffer(4)), Buffer.from(new ArrayBuffer(4))]
    const batches = batchesFromMessages(0, [message(5, a), message(6, null), message(7, b)], 8)
    expect(batches.map(({ count, nextOffset }) => ({ count, nextOffset }))).toEqual([
      { count: 2, nextOffset: 7 },
      { count: 1, nextOffset: 8 },
    ])
    expect([...batches[0].starts]).toEqual([0, -1])
  })

  it('know when the broker took a record, or that it did not say', () => {
    const [batch] = batchesFromMessages(0, [message(0, null), message(1, null, '-1')], 2)
    expect([...batch.appendedMs]).toEqual([1_700_000_000_000, Number.NaN])
  })
})
