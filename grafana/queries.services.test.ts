// Every query of the dashboard against real servers, with data that our own sink wrote, compared with what the
// definitions say of the same points.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Metric, measurementOf, openMeasurementOf } from '../data/definitions/metric.ts'
import { stepsOf } from '../data/definitions/nodes.ts'
import { rollUp } from '../data/definitions/rollup.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import type { Point } from '../data/point.ts'
import { describeWith, influx1ForTests, influx2ForTests } from '../scripts/services/testing.ts'
import { influxPoints } from '../stores/points/influx.ts'
import type { InfluxServer } from '../stores/points/influx-kind.ts'
import { type InfluxRow, queryRows } from '../stores/points/influx-query.ts'
import { revisionTimeNs } from '../stores/points/influx-revisions.ts'
import { detectServer } from '../stores/points/influx-server.ts'
import { ownBucket, removeBucket } from '../stores/points/influx-testing.ts'
import { toLine } from '../stores/points/line-protocol.ts'
import type { InfluxSettings } from '../stores/settings.ts'
import { dashboardOf } from './dashboard.ts'
import { fillQuery } from './fill.ts'
import { labelOf, type Panel } from './panels.ts'
import { openSeriesQuery, seriesQuery } from './queries.ts'

const { enrichment } = ecommerce

const FROM_MS = Date.UTC(2026, 0, 31, 12)
const TO_MS = FROM_MS + 10 * 60_000
const VALUES: Readonly<Record<string, readonly string[]>> = {
  event_type: ['click', 'purchase'],
  gender: ['F', 'M', 'X', 'unknown'],
  age_group: ['18-24', '65+', 'unknown'],
  country: ['DE', 'FR', 'unknown'],
  category: ['books', 'C++ / C# (used)', 'toys, games'],
}
const CHOICES: readonly Readonly<Record<string, readonly string[]>>[] = [
  {},
  { age_group: ['65+'], category: ['C++ / C# (used)'] },
  { country: ['DE', 'unknown'], gender: ['F', 'X'], category: ['books', 'toys, games'] },
]

/** A point per window and combination of tags, some left out; numbers that differ everywhere, clicks sometimes 0. */
function pointsOf(metric: Metric): Point[] {
  const combinations = metric.by.reduce<Record<string, string>[]>(
    (tags, tag) => tags.flatMap((one) => VALUES[tag].map((value) => ({ ...one, [tag]: value }))),
    [{}],
  )
  const windows = (TO_MS - FROM_MS) / stepsOf(metric.window).sizeMs
  const points: Point[] = []
  for (let window = 0; window < windows; window++) {
    // A quiet minute: nothing at all.
    if (window >= 12 && window < 18) continue
    combinations.forEach((tags, n) => {
      const seed = window * 31 + n * 17
      if (seed % 5 === 0) return
      const timeMs = FROM_MS + window * stepsOf(metric.window).sizeMs
      points.push({ measurement: metric.name, tags, fields: fieldsOf(metric, seed), timeMs })
    })
  }
  return points
}

function fieldsOf(metric: Metric, seed: number): Record<string, number> {
  const fields: Record<string, number> = {}
  Object.entries(metric.values).forEach(([name, node], index) => {
    const whole = (seed * (index + 3)) % 7
    if (node.kind === 'sum') fields[name] = (whole * 100 + (seed % 100)) / 10 ** node.decimals
    else if (node.kind !== 'ratio') fields[name] = name === 'orders' ? whole + 1 : whole
  })
  for (const [name, node] of Object.entries(metric.values))
    if (node.kind === 'ratio' && fields[node.denominator] !== 0)
      fields[name] = fields[node.numerator] / fields[node.denominator]
  return fields
}

const written = new Map(ecommerce.metrics.map((metric) => [metric.name, pointsOf(metric)]))
const metricOf = (panel: Panel) => {
  const found = ecommerce.metrics.find(({ summary }) => summary === panel.description)
  if (found === undefined) throw new Error(`panel "${panel.title}" is of no metric`)
  return found
}
const chosenPoints = (metric: Metric, chosen: (typeof CHOICES)[number]) =>
  (written.get(metric.name) ?? []).filter(({ tags }) =>
    metric.by.every((tag) => chosen[tag]?.includes(tags[tag]) ?? true),
  )

/** Asks for the newest version wherever there may be several: on every store the answers are the same. */
function describeQueries(settings: InfluxSettings, keepsVersions: boolean): void {
  const dashboard = dashboardOf(ecommerce, { keepsVersions })
  const store = influxPoints(settings)
  let server: InfluxServer
  const ask = async (
    query: string,
    chosen: (typeof CHOICES)[number] = {},
    intervalMs = 10_000,
    range = { fromMs: FROM_MS, toMs: TO_MS - 1 },
  ) => {
    const filled = fillQuery(query, { ...range, intervalMs, chosen })
    const rows: InfluxRow[] = []
    for await (const row of queryRows(settings, server, { doing: 'ask', query: filled }))
      rows.push(row)
    return rows
  }

  beforeAll(async () => {
    await store.prepare()
    server = await detectServer(settings)
    for (const metric of ecommerce.metrics) {
      const points = written.get(metric.name) ?? []
      if (keepsVersions) await writeVersions(settings, metric, points)
      else await store.write(points, [measurementOf(metric)])
    }
  })
  afterAll(async () => {
    await store.close()
    await removeBucket(settings)
  })

  test.each(dashboard.templating.list)(
    'variable $name offers the values there are',
    async (variable) => {
      const rows = await ask(variable.query)
      const values = [...new Set(rows.map(({ value }) => value))]
      expect(values.sort()).toEqual(VALUES[variable.name].toSorted())
    },
  )

  const of = (type: Panel['type']) => dashboard.panels.filter((panel) => panel.type === type)

  describe.each(CHOICES)('with %o chosen', (chosen) => {
    test.each(of('timeseries'))('chart "$title" shows what was written', async (panel) => {
      const metric = metricOf(panel)
      const { value, split } = metric.panel
      const by = split === undefined ? [] : [split]
      for (const intervalMs of [10_000, 60_000]) {
        const rows = await ask(panel.targets[0].query, chosen, intervalMs)
        const rolled = rollUp(metric, enrichment, chosenPoints(metric, chosen), {
          by,
          bucketMs: intervalMs,
        })
        expectSame(rows, rolled.points, by, [value])
        expect(Object.keys(rows[0]).sort()).toEqual(['time', value, ...by].sort())
        const quiet = rows.filter(({ time }) => time === FROM_MS + 2 * 60_000)
        expect(quiet.length).toBeGreaterThan(0)
        expect(quiet.every((row) => row[value] === null)).toBe(true)
      }
    })

    test.each(of('stat'))('total "$title" is that of the range', async (panel) => {
      const metric = metricOf(panel)
      const value = (metric.panel.totals ?? []).find((name) => labelOf(name) === panel.title) ?? ''
      const isRatio = metric.values[value].kind === 'ratio'
      const { points } = rollUp(metric, enrichment, chosenPoints(metric, chosen), {
        by: [],
        bucketMs: Infinity,
      })
      for (const intervalMs of [10_000, 120_000]) {
        const rows = await ask(panel.targets[0].query, chosen, intervalMs)
        const numbers = rows.map((row) => Number(row[value]))
        const total = isRatio ? numbers.at(-1) : numbers.reduce((sum, one) => sum + one, 0)
        expect(total).toBeCloseTo(points[0].fields[value], 6)
        expect(numbers.length).toBeGreaterThan(3)
      }
    })

    test.each(of('table'))('table "$title" has a row per combination', async (panel) => {
      const metric = metricOf(panel)
      const merged = new Map<string, InfluxRow>()
      for (const { query } of panel.targets)
        for (const row of await ask(query, chosen)) {
          const tags = metric.by.filter((tag) => tag in row)
          // What Grafana's merge joins on: everything that both have, the time too.
          const key = JSON.stringify([row.time, ...tags.map((tag) => row[tag])])
          merged.set(key, { ...merged.get(key), ...row })
        }
      const rows = [...merged.values()]
      const tags = metric.by.filter((tag) => tag in rows[0])
      const rolled = rollUp(metric, enrichment, chosenPoints(metric, chosen), {
        by: tags,
        bucketMs: Infinity,
      })
      const values = Object.keys(rolled.measurement.fields)
      expectSame(
        rows,
        rolled.points.map((point) => ({ ...point, timeMs: FROM_MS })),
        tags,
        values,
      )
    })
  })

  test('windows that are open are shown while they are, not what was left behind', async () => {
    const [, revenue] = ecommerce.metrics
    const live: Metric = { ...revenue, name: 'live', emitEveryMs: 1000 }
    const open = openMeasurementOf(live)
    const nowMs = Math.floor(Date.now() / 10_000) * 10_000
    const point = (timeMs: number, category: string, value: number): Point => ({
      measurement: open.name,
      tags: { category, country: 'DE' },
      fields: { revenue: value, orders: 1, items: 1 },
      timeMs,
    })
    await store.write([point(nowMs - 600_000, 'books', 5)], [open])
    await store.write([point(nowMs, 'books', 1), point(nowMs, 'toys', 2)], [open])
    await store.write([point(nowMs, 'books', 3)], [open])
    const query = openSeriesQuery({ metric: live, enrichment, keepsVersions }, 'revenue', [
      'category',
    ])
    const range = { fromMs: nowMs - 900_000, toMs: nowMs + 10_000 }
    const rows = await ask(query ?? '', {}, 10_000, range)
    const shown = rows.filter((row) => row.revenue !== null)
    expect(shown.map(({ category, time, revenue }) => [category, time, revenue]).sort()).toEqual([
      ['books', nowMs, 3],
      ['toys', nowMs, 2],
    ])
  })

  test('distinct counts are shown per window, also where windows are drawn together', async () => {
    const [events] = ecommerce.metrics
    const query = seriesQuery({ metric: events, enrichment, keepsVersions }, 'users', [
      'event_type',
    ])
    const { points } = rollUp(events, enrichment, chosenPoints(events, {}), { by: ['event_type'] })
    expectSame(await ask(query), points, ['event_type'], ['users'])
    const minute = (await ask(query, {}, 60_000)).filter(({ time }) => time === FROM_MS)
    for (const row of minute) {
      const windows = points.filter(
        ({ timeMs, tags }) => timeMs < FROM_MS + 60_000 && tags.event_type === row.event_type,
      )
      const mean = windows.reduce((sum, { fields }) => sum + fields.users, 0) / windows.length
      expect(row.users).toBeCloseTo(mean, 9)
    }
  })
}

/** As InfluxDB 3 is written to: two versions of each point, the first of them wrong. */
async function writeVersions(settings: InfluxSettings, metric: Metric, points: readonly Point[]) {
  // A field that is absent in the newest version is read as it was: a ratio is not, being computed.
  const wrong = Object.fromEntries(
    Object.keys(measurementOf(metric).fields).map((field) => [field, 99_999]),
  )
  const lines = points.flatMap((point) => [
    toLine({ ...point, fields: wrong }, measurementOf(metric), revisionTimeNs(point, 7)),
    toLine(point, measurementOf(metric), revisionTimeNs(point, 12)),
  ])
  const { url, org, bucket, token } = settings
  const place = org === '-' ? `${bucket}/autogen` : bucket
  const answer = await fetch(
    `${url}/api/v2/write?org=${org}&bucket=${encodeURIComponent(place)}&precision=ns`,
    { method: 'POST', headers: { authorization: `Token ${token}` }, body: lines.join('\n') },
  )
  expect(answer.status).toBe(204)
}

/** The same times and tags with the same numbers; a row with no number at all is an empty place in a chart. */
function expectSame(
  rows: readonly InfluxRow[],
  points: readonly Point[],
  tags: readonly string[],
  values: readonly string[],
): void {
  const keyed = (timeMs: unknown, of: Readonly<Record<string, unknown>>) =>
    JSON.stringify([timeMs, ...tags.map((tag) => of[tag])])
  const got = new Map(
    rows
      .filter((row) => values.some((value) => typeof row[value] === 'number'))
      .map((row) => [keyed(row.time, row), row]),
  )
  const expected = points.filter(({ fields }) =>
    values.some((value) => fields[value] !== undefined),
  )
  expect(expected.length).toBeGreaterThan(0)
  expect([...got.keys()].sort()).toEqual(
    expected.map((point) => keyed(point.timeMs, point.tags)).sort(),
  )
  for (const point of expected)
    for (const value of values) {
      const number = got.get(keyed(point.timeMs, point.tags))?.[value]
      if (point.fields[value] === undefined) expect(number ?? undefined).toBeUndefined()
      else expect(number).toBeCloseTo(point.fields[value], 6)
    }
}

describeWith([influx1ForTests()], 'the dashboard on InfluxDB 1.8', (influx) => {
  describe.each([false, true])('versions kept: %s', (keepsVersions) => {
    describeQueries(ownBucket(influx), keepsVersions)
  })
})

describeWith([influx2ForTests()], 'the dashboard on InfluxDB 2.7', (influx) => {
  describe.each([false, true])('versions kept: %s', (keepsVersions) => {
    describeQueries(ownBucket(influx), keepsVersions)
  })
})
