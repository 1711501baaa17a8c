import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { stepsOf } from '../data/definitions/nodes.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { durationMs } from '../kit/duration.ts'
import { type Dashboard, dashboardOf, type GridPos } from './dashboard.ts'
import { GENERATE_COMMAND, generatedFiles } from './files.ts'
import { intervalMsOf } from './fill.ts'

const dashboards = generatedFiles().map(({ path, text }) => ({
  path,
  text,
  dashboard: JSON.parse(text) as Dashboard,
}))
const provisioned = (kind: string) => {
  const dir = join(import.meta.dirname, 'provisioning', kind)
  return readdirSync(dir).map((file) => parse(readFileSync(join(dir, file), 'utf8')) as Provisioned)
}
interface Provisioned {
  readonly apiVersion: number
  readonly datasources?: readonly {
    readonly uid: string
    readonly type: string
    readonly url: string
    readonly database?: string
    readonly jsonData: Readonly<Record<string, string>>
    readonly secureJsonData: Readonly<Record<string, string>>
  }[]
  readonly providers?: readonly { readonly options: { readonly path: string } }[]
}
const datasources = provisioned('datasources').flatMap((file) => file.datasources ?? [])

test.each(dashboards)('$path is what the metrics say', ({ path, text }) => {
  const how = `the dashboard and the metrics differ; run \`${GENERATE_COMMAND}\` and commit the file`
  expect(readFileSync(path, 'utf8') === text, how).toBe(true)
})

test('every dashboard file is a generated one', () => {
  const files = ['dashboards', 'dashboards-influxdb3'].flatMap((directory) => {
    const dir = join(import.meta.dirname, directory)
    return readdirSync(dir).map((file) => join(dir, file))
  })
  expect(files.sort()).toEqual(dashboards.map(({ path }) => path).sort())
})

describe.each(dashboards)('$path', ({ dashboard, text }) => {
  test('is classic JSON, which file provisioning takes', () => {
    expect(dashboard).toMatchObject({
      schemaVersion: expect.any(Number),
      panels: expect.any(Array),
    })
    expect(dashboard).not.toHaveProperty('apiVersion')
    expect(dashboard).not.toHaveProperty('spec')
    expect(text).not.toMatch(/\$\{DS_/)
  })

  test('has unique ids and fits the grid without overlaps', () => {
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const places = dashboard.panels.map(({ gridPos }) => gridPos)
    for (const place of places) {
      expect(place.x).toBeGreaterThanOrEqual(0)
      expect(place.w).toBeGreaterThan(0)
      expect(place.x + place.w).toBeLessThanOrEqual(24)
    }
    const overlapping = places.filter((one, n) =>
      places.slice(n + 1).some((two) => overlap(one, two)),
    )
    expect(overlapping).toEqual([])
  })

  test('refers to the provisioned data source everywhere', () => {
    const references = [...text.matchAll(/"datasource": \{\s*"type": "(\w+)",\s*"uid": "(\w+)"/g)]
    expect(references).toHaveLength([...text.matchAll(/"datasource"/g)].length)
    for (const [, type, uid] of references)
      expect(datasources).toContainEqual(expect.objectContaining({ type, uid }))
  })

  test('has a variable for every one a query names', () => {
    const names = dashboard.templating.list.map(({ name }) => name)
    const used = [...text.matchAll(/\$\{(\w+)(?::\w+)?\}/g)].map(([, name]) => name)
    expect(used.length).toBeGreaterThan(0)
    expect(names).toEqual(expect.arrayContaining([...new Set(used)]))
  })

  test('shows no interval that windows do not fit into, in any quick range', () => {
    const rangesMs = ['5m', '15m', '30m', '1h', '3h', '6h', '12h', '24h', '2d', '7d', '30d'].map(
      durationMs,
    )
    for (const { maxDataPoints, interval } of dashboard.panels) {
      if (maxDataPoints === undefined) continue
      const windowMs = durationMs(interval)
      for (const rangeMs of rangesMs)
        expect(intervalMsOf(rangeMs, maxDataPoints, windowMs) % windowMs).toBe(0)
    }
  })
})

test('every metric has a chart, a table and its totals, described by its summary', () => {
  const { panels } = dashboardOf(ecommerce, { keepsVersions: false })
  for (const metric of ecommerce.metrics) {
    const own = panels.filter(({ description }) => description === metric.summary)
    const types = own.map(({ type }) => type).sort()
    const totals = metric.panel.totals ?? []
    expect(types).toEqual([...totals.map(() => 'stat'), 'table', 'timeseries'])
  }
})

test('a metric that shows open windows has them pale and dashed over its chart, out of its legend', () => {
  const live = ecommerce.metrics.map((metric) => ({ ...metric, emitEveryMs: 1000 }))
  for (const keepsVersions of [false, true]) {
    const { panels } = dashboardOf({ ...ecommerce, metrics: live }, { keepsVersions })
    for (const panel of panels.filter(({ type }) => type === 'timeseries')) {
      expect(panel.targets.map(({ refId }) => refId)).toEqual(['A', 'B'])
      expect(panel.targets[0].query).not.toContain('_open"')
      expect(panel.targets[1].query).toContain('_open"')
      expect(panel.targets[1].alias).toMatch(/ \(open\)$/)
      expect(JSON.stringify(panel.fieldConfig)).toContain('"dash"')
    }
  }
})

test('the data source never asks for less than a window', () => {
  const shortestMs = Math.min(...ecommerce.metrics.map(({ window }) => stepsOf(window).sizeMs))
  for (const { jsonData } of datasources) expect(durationMs(jsonData.timeInterval)).toBe(shortestMs)
})

test('the data source takes address, bucket and token from variables of .env.example', () => {
  const example = readFileSync(join(import.meta.dirname, '..', '.env.example'), 'utf8')
  for (const one of datasources) {
    expect(one.database).toBeUndefined()
    const places = [one.url, one.jsonData.dbName, one.secureJsonData.httpHeaderValue1]
    for (const place of places) {
      const [, name] = /\$([A-Z_]+)$/.exec(place) ?? []
      expect(name).toBeDefined()
      expect(example).toMatch(new RegExp(`^#?${name}=`, 'm'))
    }
  }
})

test('a value that cannot be added up over the dropped tags is refused with the reason', () => {
  const [events] = ecommerce.metrics
  const panel = { ...events.panel, value: 'users', split: 'country' }
  const wrong = { ...ecommerce, metrics: [{ ...events, panel }] }
  expect(() => dashboardOf(wrong, { keepsVersions: false })).toThrow(
    /events_by_segment.*users.*event_type/,
  )
})

const overlap = (a: GridPos, b: GridPos) =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
