import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openSqlite } from '../sqlite.ts'
import { describeSetAside } from './conformance.ts'
import { type KeptRecord, keyOf } from './dead-letters.ts'
import { memorySetAside } from './memory.ts'
import { type SetAsideTable, sqliteSetAside } from './sqlite.ts'
import { sqliteArchive } from './sqlite-archive.ts'
import { collect, describeArchive } from './testing/archive-conformance.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-dead-letters-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
let files = 0
const newFile = () => join(dir, `events-${files++}.db`)
const letter = {
  reason: 'late',
  field: '',
  detail: '',
  topic: 'shop.events',
  partition: 0,
  offset: 1,
}

async function keptIn(file: string, table: SetAsideTable): Promise<Map<string, KeptRecord>> {
  const archive = sqliteArchive(file, table)
  const records = await collect(archive)
  await archive.close()
  return new Map(records.map((record) => [keyOf(record), record]))
}

describeSetAside('memory', async () => {
  const store = memorySetAside()
  return { store, kept: async () => store.records }
})
describeSetAside('SQLite', async () => {
  const file = newFile()
  const store = sqliteSetAside(file, 'dead_letters')
  return { store, kept: () => keptIn(file, 'dead_letters') }
})
describeArchive('SQLite', async () => {
  const file = newFile()
  const archive = sqliteArchive(file, 'late_events')
  return { store: sqliteSetAside(file, 'late_events'), archive }
})

describe('SQLite', () => {
  it('keeps dead letters and late events apart', async () => {
    const file = newFile()
    const dead = sqliteSetAside(file, 'dead_letters')
    const late = sqliteSetAside(file, 'late_events')
    await late.append([{ ...letter, value: null }])
    const kept = await Promise.all([keptIn(file, 'dead_letters'), keptIn(file, 'late_events')])
    expect(kept.map(({ size }) => size)).toEqual([0, 1])
    await dead.close()
    await late.close()
  })

  it('widens a table of a version that knew neither lateness nor replays, and keeps what is in it', async () => {
    const file = newFile()
    const database = openSqlite(file)
    database.exec(`CREATE TABLE dead_letters (
      topic TEXT NOT NULL, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL,
      reason TEXT NOT NULL, field TEXT NOT NULL, detail TEXT NOT NULL, value BLOB, set_aside_ms INTEGER NOT NULL,
      PRIMARY KEY (topic, partition, "offset"))`)
    database.exec(
      `INSERT INTO dead_letters VALUES ('shop.events', 0, 1, 'late', '', '', x'7b', 1700000000000)`,
    )
    database.close()
    const store = sqliteSetAside(file, 'dead_letters')
    const archive = sqliteArchive(file, 'dead_letters')
    await store.append([{ ...letter, offset: 2, lateByMs: 5, value: null }])
    await archive.markReplayed([letter])
    expect(await collect(archive)).toMatchObject([
      { offset: 1, setAsideMs: 1_700_000_000_000, replayedMs: expect.any(Number) },
      { offset: 2, lateByMs: 5 },
    ])
    await archive.close()
    await store.close()
  })
})
