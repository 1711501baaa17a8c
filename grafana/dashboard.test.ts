import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type PanelKind, panelsOf } from '../data/definitions/metric.ts'
import { stepsOf, tumbling } from '../data/definitions/nodes.ts'
import { labelOf } from '../data/definitions/words.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { smallShop } from '../data/ecommerce/small-shop.ts'
import { durationMs } from '../kit/duration.ts'
import { dashboardOf } from './dashboard.ts'
import { GENERATE_COMMAND, generatedFiles } from './files.ts'
import { laidOut } from './layout.ts'
import { EXPRESSION, GRAFANA, POINTS } from './sdk/sources.ts'
import { everyKind } from './testing/every-kind.ts'
import { intervalMsOf } from './testing/fill.ts'

const generated = generatedFiles()
const dashboards = generated
  .filter(({ path }) => path.endsWith('.json'))
  .map(({ path, text }) => ({ path, text, dashboard: JSON.parse(text) as Dashboard }))
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
    readonly secureJsonData?: Readonly<Record<string, string>>
  }[]
  readonly providers?: readonly { readonly options: { readonly path: string } }[]
}
const datasources = provisioned('datasources').flatMap((file) => file.datasources ?? [])

test('any number of panels of any width is laid out without holes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 1 }), { minLength: 1 }),
      (widths) => {
        const sections = widths.map((line, index) => ({
          title: index === 0 ? '' : 'Heading',
          drawn: line.map((width) => ({ panel: { type: 'stat' }, width })),
          height: 3,
        }))
        expectGrid(laidOut(sections))
      },
    ),
  )
})

test.each(generated)('$path is what the definitions say', ({ path, text }) => {
  const how = `the file and the definitions differ; run \`${GENERATE_COMMAND}\` and commit the file`
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

  test('has unique ids and fills the grid without overlaps', () => {
    expectGrid(dashboard.panels ?? [])
  })

  test('refers to the provisioned data source everywhere', () => {
    const references = [...text.matchAll(/"datasource": \{\s*"type": "(.+)",\s*"uid": "(.+)"/g)]
    expect(references).toHaveLength([...text.matchAll(/"datasource"/g)].length)
    const known = [...datasources, EXPRESSION, GRAFANA]
    for (const [, type, uid] of references)
      expect(known).toContainEqual(expect.objectContaining({ type, uid }))
  })

  test('has a variable for every one a query names', () => {
    const names = (dashboard.templating.list ?? []).map(({ name }) => name)
    const used = [...text.matchAll(/\$\{(\w+)(?::\w+)?\}/g)].map(([, name]) => name)
    const own = used.filter((name) => !name.startsWith('__'))
    expect(names).toEqual(expect.arrayContaining([...new Set(own)]))
  })

  test('shows no interval that windows do not fit into, in any quick range', () => {
    const rangesMs = ['5m', '15m', '30m', '1h', '3h', '6h', '12h', '24h', '2d', '7d', '30d'].map(
      durationMs,
    )
    for (const panel of dashboard.panels ?? []) {
      if (!('maxDataPoints' in panel)) continue
      const { maxDataPoints = 0, interval = '' } = panel
      const windowMs = durationMs(interval)
      for (const rangeMs of rangesMs)
        expect(intervalMsOf(rangeMs, maxDataPoints, windowMs) % windowMs).toBe(0)
    }
  })
})

test('every panel of every metric is drawn by its kind, and every total', () => {
  const { panels = [] } = dashboardOf(everyKind, { keepsVersions: false })
  const drawn = panels.map(({ type, title }) => `${type} ${title}`)
  const types: Readonly<Record<PanelKind, string>> = {
    series: 'timeseries',
    bars: 'barchart',
    share: 'piechart',
    ranking: 'bargauge',
    table: 'table',
    funnel: 'bargauge',
    heatmap: 'table',
  }
  const expected = everyKind.metrics.flatMap((metric) =>
    panelsOf(metric).flatMap(({ kind = 'series', title, totals = [] }) => [
      `${types[kind]} ${title}`,
      ...totals.map((value) => `stat ${labelOf(value)}`),
    ]),
  )
  expect(new Set(everyKind.metrics.flatMap(panelsOf).map(({ kind = 'series' }) => kind))).toEqual(
    new Set(Object.keys(types)),
  )
  const sections = ['Conversion', 'People', 'Sales', 'Visits', 'When'].map((name) => `row ${name}`)
  const others = [...sections, 'bargauge Checkout: of the step before']
  expect(drawn.sort()).toEqual([...expected, ...others].sort())
})

test('panels say what is not plain to see of their numbers', () => {
  const { panels = [] } = dashboardOf(everyKind, { keepsVersions: false })
  const said = (title: string) => panels.find((panel) => panel.title === title)
  expect(said('Visitors')).toMatchObject({
    description: 'Who came. Users: of several windows the mean per window of 1m.',
  })
  expect(said('About')).toMatchObject({ description: expect.stringContaining('estimate') })
  expect(said('P50')).toMatchObject({ description: expect.stringContaining('at most 1 % off') })
  expect(said('Busy')).toMatchObject({ description: expect.stringContaining('overlap') })
  expect(said('Categories')).toMatchObject({ description: expect.stringContaining('"other"') })
})

test('a total has its change against the day before, in percent', () => {
  const { panels = [] } = dashboardOf(everyKind, { keepsVersions: false })
  const totals = targetsOf(panels.filter(({ type }) => type === 'stat'))
  expect(totals.length).toBeGreaterThan(10)
  for (const [now, before, ...expressions] of totals) {
    expect(before).toMatchObject({ hide: true, query: expect.stringContaining('ms - 1d') })
    expect(before.query?.replaceAll(/time >= \S+ - 1d and time <= \S+ - 1d/g, '$timeFilter')).toBe(
      now.query,
    )
    expect(expressions.map(({ type, expression, hide }) => [type, expression, hide])).toEqual([
      ['reduce', 'A', true],
      ['reduce', 'B', true],
      ['math', '$C / $D - 1', undefined],
    ])
  }
})

test('a metric that shows open windows has them pale and dashed over its chart, out of its legend', () => {
  const live = smallShop.metrics.map((metric) => ({ ...metric, emitEveryMs: 1000 }))
  for (const keepsVersions of [false, true]) {
    const { panels = [] } = dashboardOf({ ...smallShop, metrics: live }, { keepsVersions })
    const charts = panels.filter(({ type }) => type === 'timeseries')
    for (const [final, open] of targetsOf(charts)) {
      expect([final.refId, open.refId]).toEqual(['A', 'A open'])
      expect(final.query).not.toContain('_open"')
      expect(open.query).toContain('_open"')
      expect(open.alias).toMatch(/ \(open\)$/)
    }
    expect(JSON.stringify(charts).match(/"dash":\[/g)?.length).toBe(charts.length)
  }
})

test('a click on a row filters by it and keeps every other choice', () => {
  const { panels = [] } = dashboardOf(everyKind, { keepsVersions: false })
  const text = JSON.stringify(panels.find(({ title }) => title === 'Genders'))
  const url = /"url":"(\/d\/windrow-every_kind[^"]*)"/.exec(text)?.[1]
  expect(url).toContain(`var-gender=\${__data.fields.gender:percentencode}`)
  expect(url).toContain(`\${country:queryparam}`)
  expect(url).not.toContain(`\${gender:queryparam}`)
})

test('a metric of days is looked at over days, whatever range is chosen', () => {
  const daily = { ...smallShop.metrics[1], window: tumbling('1d') }
  const { panels = [] } = dashboardOf(
    { ...smallShop, metrics: [daily, smallShop.metrics[2]] },
    { keepsVersions: false },
  )
  const ranges = new Map(
    panels.map((panel) => [panel.title, 'timeFrom' in panel ? panel.timeFrom : undefined]),
  )
  expect(ranges.get('Revenue')).toBe('30d')
  expect(ranges.get(daily.panel.title)).toBe('30d')
  expect(ranges.get(smallShop.metrics[2].panel.title)).toBeUndefined()
})

test('a mark of a row is called by its row, not by what was summed up', () => {
  const { panels = [] } = dashboardOf(everyKind, { keepsVersions: false })
  for (const title of ['Genders', 'Countries', 'Categories']) {
    const panel = panels.find((one) => one.title === title)
    const renamed = /"renameByName":\{([^}]*)\}/.exec(JSON.stringify(panel))?.[1]
    // Grafana calls a mark by the label of its number where it has one.
    expect(renamed).toMatch(/^"(gender|country|category)":"\w+"$/)
  }
})

test('hours of a heatmap are numbers, of which Grafana makes columns with names of their own', () => {
  const { panels = [] } = dashboardOf(everyKind, { keepsVersions: false })
  const panel = panels.find(({ title }) => title === 'Orders by hour')
  const steps = panel !== undefined && 'transformations' in panel ? panel.transformations : []
  expect(steps?.map(({ id }) => id)).toEqual([
    ...['formatTime', 'extractFields', 'convertFieldType', 'groupingToMatrix', 'organize'],
  ])
  expect(JSON.stringify(steps)).toContain('"Hour","destinationType":"number"')
})

test('windows longer than an hour have no hours to show', () => {
  const daily = { ...smallShop.metrics[1], window: tumbling('1d') }
  const panel = { ...daily.panel, kind: 'heatmap' } as const
  expect(() =>
    dashboardOf({ ...smallShop, metrics: [{ ...daily, panel }] }, { keepsVersions: false }),
  ).toThrow(/revenue_by_category.*windows that an hour is made of/)
})

test('the data source never asks for less than a window', () => {
  const shortestMs = Math.min(...ecommerce.metrics.map(({ window }) => stepsOf(window).sizeMs))
  const [points] = datasources.filter(({ uid }) => uid === POINTS.uid)
  expect(durationMs(points.jsonData.timeInterval)).toBe(shortestMs)
})

test('the data source takes address, bucket and token from variables of .env.example', () => {
  const example = readFileSync(join(import.meta.dirname, '..', '.env.example'), 'utf8')
  for (const one of datasources) {
    expect(one.database).toBeUndefined()
    const places = [one.url, one.jsonData.dbName, one.secureJsonData?.httpHeaderValue1]
    for (const place of places.filter((text) => text !== undefined)) {
      const [, name] = /\$([A-Z_]+)$/.exec(place) ?? []
      expect(name).toBeDefined()
      expect(example).toMatch(new RegExp(`^#?${name}=`, 'm'))
    }
  }
})

test('a value that cannot be added up over the dropped tags is refused with the reason', () => {
  const [events] = smallShop.metrics
  const panel = { ...events.panel, value: 'users', split: 'country' }
  const wrong = { ...smallShop, metrics: [{ ...events, panel }] }
  expect(() => dashboardOf(wrong, { keepsVersions: false })).toThrow(
    /events_by_segment.*users.*event_type/,
  )
})

function expectGrid(panels: NonNullable<Dashboard['panels']>): void {
  expect(panels.map(({ id }) => id)).toEqual(panels.map((_, index) => index + 1))
  const places = panels.map(({ gridPos = { x: 0, y: 0, w: 0, h: 0 } }) => gridPos)
  const cells = places.flatMap(({ x, y, w, h }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)}:${y + Math.floor(cell / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
  // All of 24 columns, without holes.
  const bottom = Math.max(...places.map(({ y, h }) => y + h))
  expect(cells.length).toBe(24 * bottom)
  expect(Math.max(...places.map(({ x, w }) => x + w))).toBe(24)
}

interface StoredTarget {
  readonly refId: string
  readonly query?: string
  readonly alias?: string
  readonly type?: string
  readonly expression?: string
  readonly hide?: boolean
}

const targetsOf = (panels: NonNullable<Dashboard['panels']>): StoredTarget[][] =>
  panels.map((panel) => ('targets' in panel ? (panel.targets ?? []) : []) as never)
