// The embedded log on disk: where large runs lie, what a log of before is, and what is said when something is missing.
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { RefusedError } from '../../kit/errors.ts'
import { openSqlite } from '../sqlite.ts'
import { encodeValues, valueAt } from './batch.ts'
import type { EventLog, RecordBatch } from './event-log.ts'
import { PlacedReader } from './sqlite/placed.ts'
import { sqliteEventLog } from './sqlite.ts'

const directory = fs.mkdtempSync(join(tmpdir(), 'windrow-segments-'))
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }))

let files = 0
const newFile = () => join(directory, `events-${files++}.db`)
const segmentOf = (file: string, segment = 0) => join(`${file}-segments`, `0000000${segment}`)

/** So many values of 20 kB, each full of its number: four are a run for a segment. */
const valuesOf = (count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => new Uint8Array(20_000).fill(first + i))

async function append(log: EventLog, values: readonly (Uint8Array | null)[]): Promise<void> {
  const writer = await log.writer('t')
  await writer.append(values.map((value) => ({ partition: 0, value })))
  await writer.close()
}

/** The first byte of every value from an offset on, undefined for none; in memory that is used again, as the job reads. */
async function firstBytes(log: EventLog, from = 0): Promise<(number | undefined)[]> {
  const options = { topic: 't', group: 'g', from: new Map([[0, from]]), reusesMemory: true }
  const reader = await log.reader(options)
  const read: (number | undefined)[] = []
  while (true) {
    const batch = await reader.read([0], 0)
    if (batch === undefined) break
    for (let i = 0; i < batch.count; i++) {
      const value = valueAt(batch, i)
      expect(value?.every((byte) => byte === value[0])).not.toBe(false)
      read.push(value?.[0])
    }
  }
  await reader.close()
  return read
}

/** The offset of every record, and the first byte of its value. */
const recordsOf = (batch: RecordBatch) =>
  Array.from({ length: batch.count }, (_, i) => [batch.offsets[i], valueAt(batch, i)?.[0]])

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

test('large runs lie in a segment, small ones in SQLite, and are read in their order', async () => {
  const file = newFile()
  const log = sqliteEventLog(file)
  await append(log, valuesOf(1))
  expect(fs.existsSync(`${file}-segments`)).toBe(false)
  await append(log, valuesOf(60, 1))
  await append(log, valuesOf(1, 61))
  await append(log, [...valuesOf(4, 62), null])
  expect(fs.statSync(segmentOf(file)).size).toBe(64 * 20_004 + 4)
  expect(await firstBytes(log)).toEqual([...upTo(66), undefined])
  expect(await firstBytes(log, 40)).toEqual([...upTo(66).slice(40), undefined])
  await log.close()
})

test('a log of before, with large runs in SQLite, is read and appended to', async () => {
  const file = newFile()
  const log = sqliteEventLog(file)
  await log.createTopic('t', 1)
  const database = openSqlite(file)
  const old = encodeValues(valuesOf(10))
  database.prepare("INSERT INTO batches VALUES ('t', 0, 0, 10, 1, ?, ?)").run(old.length, old)
  database.exec("DROP TABLE segments; UPDATE partitions SET next_offset = 10 WHERE topic = 't'")
  database.close()
  await log.close()
  const again = sqliteEventLog(file)
  await append(again, valuesOf(10, 10))
  expect(await firstBytes(again)).toEqual(upTo(20))
  await again.close()
})

test('a run that begins at the end of a segment lies in it whole, the next one in the next', async () => {
  const file = newFile()
  const log = sqliteEventLog(file)
  await log.createTopic('t', 1)
  const database = openSqlite(file)
  database.exec(`UPDATE segments SET end_bytes = ${2 ** 28 - 1}`)
  database.close()
  await append(log, valuesOf(4))
  await append(log, valuesOf(4, 4))
  expect(fs.statSync(segmentOf(file)).size).toBe(2 ** 28 - 1 + 4 * 20_004)
  expect(fs.statSync(segmentOf(file, 1)).size).toBe(2 * 4 * 20_004 - 1)
  expect(await firstBytes(log)).toEqual(upTo(8))
  await log.close()
})

test('writers of two processes append large runs at the same time and none is lost', async () => {
  const file = newFile()
  const logs = [sqliteEventLog(file), sqliteEventLog(file)]
  await logs[0].createTopic('t', 1)
  const appendSome = async (log: EventLog, first: number) => {
    for (let i = 0; i < 5; i++) await append(log, valuesOf(4, first + i * 4))
  }
  await Promise.all([appendSome(logs[0], 0), appendSome(logs[1], 20)])
  const read = await firstBytes(logs[1])
  expect(read.toSorted((a = 0, b = 0) => a - b)).toEqual(upTo(40))
  for (const log of logs) await log.close()
})

test('what could not be written is in the log once when it is tried again, at the same place', async () => {
  const file = newFile()
  const log = sqliteEventLog(file)
  const writer = await log.writer('t')
  fs.writeFileSync(`${file}-segments`, 'in the way')
  const records = valuesOf(4).map((value) => ({ partition: 0, value }))
  await expect(writer.append(records)).rejects.toThrow(/events file .* cannot be used/)
  await expect(writer.append(records)).rejects.toThrow(RefusedError)
  fs.rmSync(`${file}-segments`)
  await writer.append(records)
  expect(await firstBytes(log)).toEqual(upTo(4))
  expect(fs.statSync(segmentOf(file)).size).toBe(4 * 20_004)
  await log.close()
})

test('what cannot be read now comes next once it can be', async () => {
  const file = newFile()
  const log = sqliteEventLog(file)
  await append(log, valuesOf(60))
  await append(log, valuesOf(60, 60))
  const reader = await log.reader({ topic: 't', group: 'g' })
  fs.renameSync(segmentOf(file), `${file}-away`)
  await expect(reader.read([0], 0)).rejects.toThrow(RefusedError)
  fs.renameSync(`${file}-away`, segmentOf(file))
  const batch = await reader.read([0], 0)
  expect(batch && recordsOf(batch)[0]).toEqual([0, 0])
  await log.close()
})

test('records are found where another thread reads them, each once, and from an offset within a run', async () => {
  const file = newFile()
  const log = sqliteEventLog(file)
  await append(log, valuesOf(60))
  await append(log, [...valuesOf(3, 60), null])
  await append(log, [...valuesOf(4, 63), null, ...valuesOf(4, 67)])
  const elsewhere = new PlacedReader()
  for (const from of [0, 7, 62, 65]) {
    const reader = await log.reader({ topic: 't', group: 'g', from: new Map([[0, from]]) })
    const [found, here, there]: unknown[][] = [[], [], []]
    for (let next = from; ; ) {
      const batch = await reader.shared?.find([0], 0)
      if (batch === undefined) break
      found.push('runs' in batch ? 'placed' : 'read')
      const isPlaced = 'runs' in batch
      const loaded = isPlaced ? reader.shared?.load(batch) : batch
      if (isPlaced) expect([batch.firstOffset, batch.count]).toEqual([next, loaded?.count])
      here.push(...(loaded === undefined ? [] : recordsOf(loaded)))
      there.push(...recordsOf(isPlaced ? elsewhere.read(structuredClone(batch)) : batch))
      next = batch.nextOffset
      expect(reader.positions().get(0)).toBe(next)
    }
    const all = [...upTo(63), undefined, ...upTo(67).slice(63), undefined, ...upTo(71).slice(67)]
    expect(here).toEqual(all.map((value, offset) => [offset, value]).slice(from))
    expect(there).toEqual(here)
    expect(new Set(found)).toEqual(new Set(from < 60 ? ['placed', 'read'] : found))
    await reader.close()
  }
  elsewhere.close()
  await log.close()
})

test('the segments are found through a link to the file', async () => {
  const file = newFile()
  const log = sqliteEventLog(file)
  await append(log, valuesOf(4))
  await log.close()
  const link = newFile()
  fs.symlinkSync(file, link)
  const linked = sqliteEventLog(link)
  expect(await firstBytes(linked)).toEqual(upTo(4))
  await linked.close()
})

test.each([
  [
    'missing',
    (segment: string) => fs.rmSync(segment),
    /not complete: expected the file .*00000000/,
  ],
  [
    'cut off',
    (segment: string) => fs.truncateSync(segment, 50_000),
    /expected 80016 bytes at 0 of/,
  ],
  ['empty', (segment: string) => fs.truncateSync(segment, 0), /got 0\. Was it copied without/],
  [
    'overwritten',
    (segment: string) => fs.writeFileSync(segment, new Uint8Array(80_016)),
    /Records 0 to 3 of partition 0 are damaged: expected 80016 bytes, by their lengths they are 16/,
  ],
])('a segment that is %s is refused', async (_, damage, message) => {
  const file = newFile()
  const log = sqliteEventLog(file)
  await append(log, valuesOf(4))
  damage(segmentOf(file))
  await expect(firstBytes(log)).rejects.toThrow(message)
  await expect(firstBytes(log)).rejects.toThrow(RefusedError)
  await log.close()
})
