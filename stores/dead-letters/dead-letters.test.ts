import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openSqlite } from '../sqlite.ts'
import { describeSetAside } from './conformance.ts'
import type { SetAside } from './dead-letters.ts'
import { memorySetAside } from './memory.ts'
import { sqliteSetAside } from './sqlite.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-dead-letters-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
let files = 0
const newFile = () => join(dir, `events-${files++}.db`)

type Row = Omit<SetAside, 'value'> & { readonly value: ArrayBuffer | null }

function keptIn(file: string, table: string): Map<string, SetAside> {
  const database = openSqlite(file)
  const rows = database.prepare(`SELECT * FROM ${table}`).all() as Row[]
  database.close()
  return new Map(
    rows.map(({ value, ...row }) => [
      `${row.topic}/${row.partition}/${row.offset}`,
      { ...row, value: value === null ? null : Buffer.from(value) },
    ]),
  )
}

describeSetAside('memory', async () => {
  const store = memorySetAside()
  return { store, kept: async () => store.records }
})
describeSetAside('SQLite', async () => {
  const file = newFile()
  return {
    store: sqliteSetAside(file, 'dead_letters'),
    kept: async () => keptIn(file, 'dead_letters'),
  }
})

describe('SQLite', () => {
  it('keeps dead letters and late events apart', async () => {
    const file = newFile()
    const letter = { reason: 'late', field: '', detail: '', topic: 't', partition: 0, offset: 1 }
    const dead = sqliteSetAside(file, 'dead_letters')
    const late = sqliteSetAside(file, 'late_events')
    await late.append([{ ...letter, value: null }])
    expect([keptIn(file, 'dead_letters').size, keptIn(file, 'late_events').size]).toEqual([0, 1])
    await dead.close()
    await late.close()
  })
})
