// `windrow points` as a user runs it, on a SQLite store.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { measurementOf, openMeasurementOf } from '../data/definitions/metric.ts'
import { revenueByCategory } from '../data/ecommerce/revenue-by-category.ts'
import type { Point } from '../data/point.ts'
import { sqlitePoints } from '../stores/points/sqlite.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-points-'))
const T0 = Date.UTC(2026, 0, 31, 12)
const COUNTRIES = ['DE', 'FR', 'unknown']
const points = Array.from({ length: 3000 }, (_, n): Point => {
  const orders = (n % 7) + 1
  const revenue = (n % 1000) / 100
  return {
    measurement: revenueByCategory.name,
    tags: { category: 'toys, games', country: COUNTRIES[n % 3] },
    fields: { revenue, orders, items: n, average_order_value: revenue / orders, revision: 0 },
    timeMs: T0 + Math.floor(n / 3) * 10_000,
  }
})

beforeAll(async () => {
  const store = sqlitePoints(join(dir, 'points.db'))
  await store.write(points, [measurementOf(revenueByCategory)])
  await store.close()
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: process.env.PATH, WINDROW_DATA: dir }
  const program = ['cli/windrow.js', 'points', ...args]
  return new Promise((resolve) => {
    const options = { env, cwd: join(import.meta.dirname, '..'), maxBuffer: 1e8 }
    execFile(process.execPath, program, options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

describe('windrow points', () => {
  test('csv is every point and nothing else on standard output', async () => {
    const { code, out, err } = await run('revenue_by_category', '--format', 'csv')
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines[0]).toBe('time,category,country,revenue,orders,items,average_order_value,revision')
    expect(lines).toHaveLength(3001)
    expect(lines[2]).toBe('2026-01-31T12:00:00.000Z,"toys, games",FR,0.01,2,1,0.005,0')
    expect(err).toContain(`stores: points SQLite ${dir}`)
  })

  test('json rolled up to a tag and an hour is the sum', async () => {
    const args = [
      '--by',
      'country',
      '--every',
      '1h',
      '--format',
      'json',
      '--to',
      '2026-01-31T13:00Z',
    ]
    const { out } = await run('revenue_by_category', ...args)
    const rows = JSON.parse(out) as { country: string; items: number }[]
    const items = (country: string) =>
      points
        .filter(({ tags, timeMs }) => tags.country === country && timeMs < T0 + 3_600_000)
        .reduce((sum, { fields }) => sum + fields.items, 0)
    expect(rows.map(({ country, items }) => [country, items])).toEqual(
      COUNTRIES.map((country) => [country, items(country)]),
    )
  })

  test('a table is cut to the latest rows and says so', async () => {
    const { out, err } = await run('revenue_by_category', '--limit', '2')
    expect(err).toContain('the last 2 of 3000 rows; --limit 0 shows all')
    expect(out.trimEnd().split('\n')).toHaveLength(4)
  })

  test('open windows are shown marked, unless they closed meanwhile', async () => {
    const store = sqlitePoints(join(dir, 'points.db'))
    const { timeMs } = points[2999]
    const open = openMeasurementOf(revenueByCategory)
    const windows = [timeMs, timeMs + 10_000].map((at) => ({
      ...points[0],
      measurement: open.name,
      timeMs: at,
    }))
    await store.write(windows, [open])
    await store.close()
    const { out } = await run('revenue_by_category', '--open', '--format', 'json')
    const rows = JSON.parse(out) as { time: string; final: boolean }[]
    const notFinal = rows.filter(({ final }) => !final)
    expect(rows).toHaveLength(3001)
    expect(notFinal.map(({ time }) => Date.parse(time))).toEqual([timeMs + 10_000])
  })

  test('values that do not add up are left out with a note', async () => {
    const { out, err } = await run('events_by_segment', '--by', 'country', '--format', 'csv')
    expect(out).toBe('time,country,events\n')
    expect(err).toContain('note: users is left out')
    expect(err).toMatch(/no points of events_by_segment yet; `(npx )?windrow stream` writes them/)
  })

  test('without a metric lists the metrics; a misspelt one is wrong usage with the nearest name', async () => {
    const list = await run()
    expect(list.code).toBe(0)
    expect(list.out).toContain('revenue_by_category\n  Purchase revenue')
    const misspelt = await run('revenue_by_categry', '--form', 'csv')
    expect(misspelt.code).toBe(2)
    const nearest = await run('revenue_by_categry')
    expect(nearest.code).toBe(2)
    expect(nearest.out).toBe('')
    expect(nearest.err).toContain('did you mean "revenue_by_category"?')
  })

  test('help has examples', async () => {
    const { code, out } = await run('--help')
    expect(code).toBe(0)
    expect(out).toContain('windrow points revenue_by_category --from -1h')
  })
})
