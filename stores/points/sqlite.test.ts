import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { RefusedError } from '../../kit/errors.ts'
import { openSqlite } from '../sqlite.ts'
import { describePointsStore } from './conformance.ts'
import { sqlitePoints } from './sqlite.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-points-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const sales = {
  name: 'sales',
  tags: ['category'],
  fields: { orders: 'integer', revenue: 'float' },
} as const
const point = {
  measurement: 'sales',
  tags: { category: 'books' },
  fields: { orders: 2, revenue: 12 },
  timeMs: Date.UTC(2026, 0, 31, 12, 0, 10),
}

describePointsStore('points in SQLite', () => sqlitePoints(join(dir, 'conformance', 'points.db')))

describe('points in SQLite', () => {
  test('are readable for a person with the sqlite3 shell: time as text, whole and real numbers', async () => {
    const file = join(dir, 'person.db')
    const store = sqlitePoints(file)
    await store.write([point], [sales])
    await store.close()
    const database = openSqlite(file)
    const rows = database
      .prepare('SELECT *, typeof(orders) AS o, typeof(revenue) AS r FROM sales')
      .all([])
    database.close()
    expect(rows).toEqual([
      {
        time: '2026-01-31T12:00:10.000Z',
        time_ms: point.timeMs,
        category: 'books',
        orders: 2,
        revenue: 12,
        o: 'integer',
        r: 'real',
      },
    ])
  })

  test('of another process are seen at once', async () => {
    const file = join(dir, 'shared.db')
    const store = sqlitePoints(file)
    expect(await store.read(sales, {})).toEqual([])
    const script = `
      import { sqlitePoints } from ${JSON.stringify(join(import.meta.dirname, 'sqlite.ts'))}
      const store = sqlitePoints(${JSON.stringify(file)})
      await store.write(${JSON.stringify([point])}, ${JSON.stringify([sales])})
      await store.close()`
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script])
    expect(await store.read(sales, {})).toEqual([point])
    await store.close()
  })

  test('a failed write leaves nothing behind', async () => {
    const store = sqlitePoints(join(dir, 'atomic.db'))
    const stranger = { ...point, measurement: 'stranger' }
    await expect(store.write([point, stranger], [sales])).rejects.toThrow(/stranger/)
    expect(await store.read(sales, {})).toEqual([])
    await store.close()
  })

  test('are written on after another process widened their table, and after a close', async () => {
    const file = join(dir, 'widened.db')
    const [store, other] = [sqlitePoints(file), sqlitePoints(file)]
    await store.write([point], [sales])
    const wide = {
      ...sales,
      tags: ['category', 'country'],
      fields: { ...sales.fields, n: 'integer' },
    } as const
    const tags = { category: 'books', country: 'ES' }
    await other.write([{ ...point, tags, fields: { n: 1 } }], [wide])
    const next = { ...point, fields: { orders: 3, revenue: 13 } }
    await store.write([next], [sales])
    await store.close()
    await store.write([{ ...next, timeMs: point.timeMs + 1 }], [sales])
    expect(await other.read(wide, {})).toEqual([
      { ...point, tags, fields: { n: 1 } },
      { ...next, tags: { category: 'books', country: 'unknown' } },
      { ...next, tags: { category: 'books', country: 'unknown' }, timeMs: point.timeMs + 1 },
    ])
    await Promise.all([store.close(), other.close()])
  })

  test('many at once are all there, whatever their number', async () => {
    const store = sqlitePoints(join(dir, 'many.db'))
    let count = 0
    for (const rows of [1, 31, 32, 33, 100]) {
      const from = count
      count += rows
      const points = Array.from({ length: rows }, (_, i) => ({ ...point, timeMs: from + i }))
      await store.write(points, [sales])
    }
    const times = (await store.read(sales, {})).map(({ timeMs }) => timeMs)
    expect(times).toEqual(Array.from({ length: count }, (_, i) => i))
    await store.close()
  })

  test('a file that is no database is refused, naming it and WINDROW_DATA', async () => {
    const file = join(dir, 'text.db')
    writeFileSync(file, 'this is no database, just text that is long enough'.repeat(100))
    const store = sqlitePoints(file)
    const error = await store.prepare().then(
      () => store.read(sales, {}),
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(RefusedError)
    expect(String(error)).toContain(file)
    expect(String(error)).toContain('WINDROW_DATA')
  })

  test('a directory that cannot be made is refused, naming WINDROW_DATA', async () => {
    const file = join(dir, 'a-file')
    writeFileSync(file, '')
    const error = await sqlitePoints(join(file, 'points.db'))
      .prepare()
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RefusedError)
    expect(String(error)).toContain('WINDROW_DATA')
  })

  test('a measurement with a tag "time" is told', async () => {
    const store = sqlitePoints(join(dir, 'reserved.db'))
    const bad = { ...sales, tags: ['time'] }
    await expect(store.write([{ ...point, tags: { time: 'x' } }], [bad])).rejects.toThrow(/"time"/)
    await store.close()
  })
})
