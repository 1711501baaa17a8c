import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { RefusedError } from '../../kit/errors.ts'
import { openSqlite } from '../sqlite.ts'
import { describeDemographicsStore, lookupAll, person } from './conformance.ts'
import { memoryDemographics } from './memory.ts'
import { sqliteDemographics } from './sqlite.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-demographics-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describeDemographicsStore('SQLite', async () => sqliteDemographics(join(dir, 'shared.db')), {
  isShared: true,
})
const inMemory = memoryDemographics()
describeDemographicsStore('memory', async () => inMemory, { isShared: false })

describe('demographics in SQLite', () => {
  it('may be migrated by many at once, on a new file', async () => {
    const stores = Array.from({ length: 4 }, () => sqliteDemographics(join(dir, 'new', 'many.db')))
    await Promise.all(stores.map((store) => store.migrate()))
    expect(await stores[3].count()).toBe(0)
    await Promise.all(stores.map((store) => store.close()))
  })

  it('upserts all rows or none', async () => {
    const store = sqliteDemographics(join(dir, 'atomic.db'))
    await store.migrate()
    const broken = { ...person('broken'), age: null as unknown as number }
    await expect(store.upsert([person('whole'), broken])).rejects.toThrow(/NOT NULL/)
    expect(await store.count()).toBe(0)
    await store.close()
  })

  it('keeps no snapshot when a lookup is left in the middle', async () => {
    const file = join(dir, 'left.db')
    const store = sqliteDemographics(file)
    await store.migrate()
    await store.upsert(Array.from({ length: 5000 }, (_, n) => person(`user-${n}`)))
    for await (const { rows } of store.lookup([], 0)) if (rows.length > 0) break
    await store.upsert([person('after')])
    const other = openSqlite(file)
    const [checkpoint] = other.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    expect(checkpoint.busy).toBe(0)
    other.close()
    await store.close()
  })

  it('says what to do when nothing was loaded, or the file is none', async () => {
    const empty = sqliteDemographics(join(dir, 'empty.db'))
    await expect(empty.count()).rejects.toThrow(/run `windrow seed`/)
    await expect(lookupAll(empty, [], 0)).rejects.toThrow(RefusedError)
    await empty.close()
    const file = join(dir, 'text.db')
    writeFileSync(file, 'this is no database, but it is long enough to be read as one '.repeat(50))
    const none = sqliteDemographics(file)
    await expect(none.migrate()).rejects.toThrow(/text\.db cannot be used.*WINDROW_DATA/)
    await none.close()
  })
})
