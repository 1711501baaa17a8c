import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Additions } from '../../data/addition.ts'
import type { Measurement, Point } from '../../data/point.ts'
import { comparePoints } from '../../data/point-order.ts'
import { openSqlite } from '../sqlite.ts'
import { addUpPoints } from './add-up.ts'
import type { PointsStore } from './points-store.ts'
import { sqlitePoints } from './sqlite.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const T0 = Date.UTC(2026, 0, 31)
const sales: Measurement = {
  name: 'sales',
  tags: ['category'],
  fields: { orders: 'integer', revenue: 'float', most: 'float' },
}
const wide: Measurement = {
  name: 'sales',
  tags: ['category', 'country'],
  fields: { ...sales.fields, items: 'integer' },
}
const additions: Additions = {
  orders: { kind: 'sum', decimals: 0 },
  revenue: { kind: 'sum', decimals: 2 },
  most: { kind: 'max' },
}
const sale = (timeMs: number, cents: number, category = 'books'): Point => ({
  measurement: 'sales',
  tags: { category },
  fields: { orders: 1, revenue: cents / 100, most: cents / 100 },
  timeMs,
})

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'windrow-kept-sums-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))
let files = 0
const newFile = () => join(dir, `${files++}.db`)

function keptIn(file: string): number {
  const database = openSqlite(file)
  const row = database
    .prepare('SELECT COUNT(*) AS n FROM "windrow sums" WHERE sums IS NOT NULL')
    .get([])
  database.close()
  return (row as { n: number }).n
}

async function expectAsRead(store: PointsStore, measurement: Measurement, query = {}) {
  const inOrder = comparePoints(measurement)
  const read = addUpPoints(measurement, additions, await store.read(measurement, query))
  expect((await store.addUp(measurement, additions, query)).sort(inOrder)).toEqual(
    read.sort(inOrder),
  )
}

/** A day of windows of 10 s, of two categories. */
const dayOf = (cents: (n: number) => number) =>
  Array.from({ length: 17_280 }, (_, n) =>
    sale(T0 + (n >> 1) * 10_000, cents(n), n % 2 === 0 ? 'books' : 'toys'),
  )

describe('sums that are kept in SQLite', () => {
  test('are what reading would tell, whoever writes, corrects, removes or widens, and whenever', async () => {
    // Few times, so that stretches are written to again: two five minutes of two hours of two days.
    const timeMs = fc
      .tuple(fc.nat(1), fc.nat(1), fc.nat(1), fc.nat(29))
      .map(([d, h, m, w]) => T0 + d * DAY_MS + h * HOUR_MS + m * 300_000 + w * 10_000)
    const category = fc.constantFrom('books', "it's ␛")
    const point = fc
      .tuple(timeMs, fc.integer({ min: -9999, max: 9999 }), category)
      .map(([ms, cents, name]) => sale(ms, cents, name))
    const change = fc.oneof(
      { weight: 4, arbitrary: fc.record({ write: fc.array(point, { maxLength: 8 }) }) },
      fc.record({ remove: fc.array(point, { maxLength: 3 }) }),
      fc.record({ fromMs: timeMs, lengthMs: fc.constantFrom(10_000, HOUR_MS) }),
      fc.record({ widen: point }),
      fc.record({ alsoReads: fc.constant(true) }),
    )
    const bound = fc.option(timeMs, { nil: undefined })
    const look = fc.record({
      from: bound,
      to: bound,
      meanwhile: fc.array(change, { maxLength: 3 }),
    })
    const step = fc.oneof(change, look)
    let kept = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const file = newFile()
        const waiting: (() => Promise<void>)[] = []
        const pause = async () => waiting.shift()?.()
        const reader = sqlitePoints(file, { keptFromPoints: 1, pause })
        const other = sqlitePoints(file, { keptFromPoints: 1 })
        const writer = sqlitePoints(file)
        // So that all of the others have settled.
        await writer.write([sale(T0 + 30 * DAY_MS, 1)], [sales])
        const apply = async (one: typeof change extends fc.Arbitrary<infer T> ? T : never) => {
          if ('write' in one) await writer.write(one.write, [sales])
          else if ('remove' in one) await writer.remove(sales, { points: one.remove })
          else if ('alsoReads' in one) await other.addUp(sales, additions, {})
          else if ('widen' in one) {
            const tags = { ...one.widen.tags, country: 'DE' }
            await writer.write([{ ...one.widen, tags }], [wide])
          } else {
            const { fromMs, lengthMs } = one
            await writer.remove(sales, { fromMs, toMs: fromMs + lengthMs })
          }
        }
        for (const one of steps) {
          if (!('meanwhile' in one)) {
            await apply(one)
            continue
          }
          const query = {
            ...(one.from === undefined ? {} : { fromMs: one.from }),
            ...(one.to === undefined ? {} : { toMs: one.to }),
          }
          waiting.push(...one.meanwhile.map((change) => () => apply(change)))
          await reader.addUp(sales, additions, query)
          while (waiting.length > 0) await waiting.shift()?.()
          await expectAsRead(reader, sales, query)
        }
        await expectAsRead(reader, sales)
        await expectAsRead(reader, wide)
        await expectAsRead(reader, sales)
        kept += keptIn(file)
        await Promise.all([reader.close(), other.close(), writer.close()])
      }),
      { numRuns: 25 },
    )
    expect(kept).toBeGreaterThan(0)
  })

  test('are not kept of points that were corrected meanwhile, though another kept them by then', async () => {
    const times = [0, 10_000, 300_000, HOUR_MS, 2 * HOUR_MS].map((ms) => T0 + ms)
    for (let nth = 1; nth <= 8; nth++) {
      const file = newFile()
      const writer = sqlitePoints(file)
      const other = sqlitePoints(file, { keptFromPoints: 1 })
      await writer.write(
        [...times, T0 + 9 * DAY_MS].map((ms) => sale(ms, 1)),
        [sales],
      )
      let pauses = 0
      const pause = async () => {
        if (++pauses !== nth) return
        await writer.write(
          times.map((ms) => sale(ms, 500)),
          [sales],
        )
        await other.addUp(sales, additions, {})
      }
      const reader = sqlitePoints(file, { keptFromPoints: 1, pause })
      await reader.addUp(sales, additions, {})
      expect(pauses).toBeGreaterThan(nth)
      await expectAsRead(reader, sales)
      await Promise.all([reader.close(), other.close(), writer.close()])
    }
  })

  test('answer for the points, which are not read again', async () => {
    const file = newFile()
    const store = sqlitePoints(file, { keptFromPoints: 500 })
    await store.write(
      dayOf((n) => n),
      [sales],
    )
    const before = await store.addUp(sales, additions, { toMs: T0 + 12 * HOUR_MS })
    expect(keptIn(file)).toBe(12)
    // Behind the store's back.
    const database = openSqlite(file)
    database.exec(`UPDATE sales SET revenue = 0 WHERE time_ms < ${T0 + 12 * HOUR_MS}`)
    database.close()
    expect(await store.addUp(sales, additions, { toMs: T0 + 12 * HOUR_MS })).toEqual(before)
    await store.close()
  })

  test('of a whole day are one, and the newest minutes are not kept', async () => {
    const file = newFile()
    const store = sqlitePoints(file, { keptFromPoints: 500 })
    await store.write(
      dayOf((n) => n),
      [sales],
    )
    await expectAsRead(store, sales)
    expect(keptIn(file)).toBe(23)
    await store.write([sale(T0 + DAY_MS + 120_000, 5)], [sales])
    await expectAsRead(store, sales)
    expect(keptIn(file)).toBe(25)
    await store.close()
  })

  test('of few points are not kept', async () => {
    const file = newFile()
    const store = sqlitePoints(file)
    await store.write(dayOf((n) => n).slice(0, 1990), [sales])
    await store.write([sale(T0 + 9 * DAY_MS, 1)], [sales])
    await expectAsRead(store, sales)
    expect(keptIn(file)).toBe(0)
    await store.close()
  })

  test('are not kept where no writer would drop them, and added up all the same', async () => {
    const file = newFile()
    const store = sqlitePoints(file, { keptFromPoints: 500 })
    await store.write(
      dayOf((n) => n),
      [sales],
    )
    await store.close()
    const database = openSqlite(file)
    database.exec('DROP TABLE "windrow sums"')
    database.close()
    const reader = sqlitePoints(file)
    await expectAsRead(reader, sales)
    await reader.close()
  })

  test('wait for no writer: what is locked is not kept', async () => {
    const file = newFile()
    const store = sqlitePoints(file, { keptFromPoints: 500 })
    await store.write(
      dayOf((n) => n),
      [sales],
    )
    const writer = openSqlite(file)
    writer.exec('BEGIN IMMEDIATE')
    await expectAsRead(store, sales)
    writer.exec('ROLLBACK')
    writer.close()
    expect(keptIn(file)).toBe(0)
    await store.close()
  })
})
