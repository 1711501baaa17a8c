// Every query of the dashboard against real servers, with data that our own sink wrote, compared with what the
// definitions say of the same points.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Metric, measurementOf, openMeasurementOf } from '../../data/definitions/metric.ts'
import { stepsOf } from '../../data/definitions/nodes.ts'
import { ecommerce } from '../../data/ecommerce/pipeline.ts'
import type { Point } from '../../data/point.ts'
import { describeWith, influx1ForTests, influx2ForTests } from '../../scripts/services/testing.ts'
import { influxPoints } from '../../stores/points/influx.ts'
import type { InfluxServer } from '../../stores/points/influx-kind.ts'
import { type InfluxRow, queryRows } from '../../stores/points/influx-query.ts'
import { revisionTimeNs } from '../../stores/points/influx-revisions.ts'
import { detectServer } from '../../stores/points/influx-server.ts'
import { ownBucket, removeBucket } from '../../stores/points/influx-testing.ts'
import { toLine } from '../../stores/points/line-protocol.ts'
import type { InfluxSettings } from '../../stores/settings.ts'
import { dropRules } from '../alerts/rules.ts'
import { dashboardOf } from '../dashboard.ts'
import { everyKind } from '../testing/every-kind.ts'
import { fillQuery } from '../testing/fill.ts'
import { endMs, expectedOf, FROM_MS, pointsOf, VALUES } from '../testing/points.ts'
import { foldOf } from './folds.ts'
import type { Asked } from './influxql.ts'
import {
  dayBefore,
  hoursQuery,
  openSeriesQuery,
  rowsQuery,
  seriesQuery,
  shareQuery,
  totalQuery,
} from './queries.ts'

const { enrichment, metrics } = everyKind
const variables = [...new Set(metrics.flatMap(({ by }) => by))]
type Chosen = Readonly<Record<string, readonly string[]>>
const CHOICES: readonly Chosen[] = [
  {},
  { age_group: ['65+'], category: ['C++ / C# (used)'] },
  { country: ['DE', 'unknown'], gender: ['F', 'X'], category: ['books', 'toys, games'] },
]
const DAY_MS = 86_400_000

const known = new Set(metrics.map(({ name }) => name))
const others = ecommerce.metrics.filter(({ name }) => !known.has(name))
const written = new Map([...metrics, ...others].map((metric) => [metric.name, pointsOf(metric)]))
const chosenPoints = (metric: Metric, chosen: Chosen): Point[] =>
  (written.get(metric.name) ?? []).filter(({ tags }) =>
    metric.by.every((tag) => chosen[tag]?.includes(tags[tag]) ?? true),
  )

/** Each value of each metric, with the splits it may have. */
const cases = metrics.flatMap((metric) =>
  Object.keys(metric.values).flatMap((value) =>
    [[], ...metric.by.map((tag) => [tag])].flatMap((by) => {
      const asked: Asked = { metric, enrichment, keepsVersions: false, variables }
      try {
        seriesQuery(asked, value, by)
      } catch {
        return []
      }
      return [{ metric, value, by, name: `${metric.name}.${value} by ${by.join() || 'nothing'}` }]
    }),
  ),
)
const wholes = cases.filter(({ by }) => by.length === 0)

/** Asks for the newest version wherever there may be several: on every store the answers are the same. */
function describeQueries(settings: InfluxSettings, keepsVersions: boolean): void {
  const store = influxPoints(settings)
  let server: InfluxServer
  const ask = async (
    query: string,
    range: { fromMs: number; toMs: number },
    { chosen = {}, intervalMs = 60_000 }: { chosen?: Chosen; intervalMs?: number } = {},
  ) => {
    const filled = fillQuery(query, { ...range, intervalMs, chosen })
    const rows: InfluxRow[] = []
    for await (const row of queryRows(settings, server, { doing: 'ask', query: filled }))
      rows.push(row)
    return rows
  }
  const rangeOf = (metric: Metric) => ({ fromMs: FROM_MS, toMs: endMs(metric) - 1 })
  const about = (metric: Metric): Asked => ({
    ...{ metric, enrichment, keepsVersions, variables },
  })

  beforeAll(async () => {
    await store.prepare()
    server = await detectServer(settings)
    for (const metric of [...metrics, ...others]) {
      const points = written.get(metric.name) ?? []
      if (keepsVersions) await writeVersions(settings, metric, points)
      else await store.write(points, [measurementOf(metric)])
    }
  })
  afterAll(async () => {
    await store.close()
    await removeBucket(settings)
  })

  test.each(cases)('over time: $name', async ({ metric, value, by }) => {
    const stepMs = stepsOf(metric.window).sizeMs
    for (const chosen of CHOICES)
      for (const intervalMs of chosen === CHOICES[0] ? [stepMs, 6 * stepMs] : [6 * stepMs]) {
        const query = seriesQuery(about(metric), value, by)
        const rows = await ask(query, rangeOf(metric), { chosen, intervalMs })
        const asked = { value, by, bucketMs: intervalMs }
        const points = chosenPoints(metric, chosen)
        expectSame(rows, value, by, expectedOf(metric, enrichment, points, asked))
        const quiet = rows.filter(({ time }) => time === FROM_MS + 12 * stepMs)
        expect(quiet.length).toBeGreaterThan(0)
        expect(quiet.every((row) => row[value] === null)).toBe(true)
      }
  })

  test.each(cases)('over the range: $name', async ({ metric, value, by }) => {
    for (const chosen of CHOICES) {
      const rows = await ask(rowsQuery(about(metric), value, by), rangeOf(metric), { chosen })
      const points = chosenPoints(metric, chosen)
      const expected = expectedOf(metric, enrichment, points, { value, by, bucketMs: Infinity })
      // The time of a row is of no use: the last window's, or the range's beginning.
      const untimed = rows.map((row) => ({ ...row, time: FROM_MS }))
      expectSame(untimed, value, by, expected)
    }
  })

  test.each(wholes)('total, also of the day before: $name', async ({ metric, value }) => {
    const stepMs = stepsOf(metric.window).sizeMs
    const { query, calc } = totalQuery(about(metric), value)
    const whole = { value, by: [], bucketMs: Infinity }
    const [expected] = expectedOf(metric, enrichment, chosenPoints(metric, {}), whole)
    const { fromMs, toMs } = rangeOf(metric)
    const dayAfter = { fromMs: fromMs + DAY_MS, toMs: toMs + DAY_MS }
    for (const intervalMs of [stepMs, 12 * stepMs]) {
      const same = await ask(query, rangeOf(metric), { intervalMs })
      const before = await ask(dayBefore(query), dayAfter, { intervalMs })
      for (const rows of [same, before])
        expect(calculated(rows, value, calc)).toBeCloseTo(expected.value, 6)
    }
    expect(await ask(query, dayAfter)).toEqual([])
  })

  test('steps of a funnel as shares of the step before', async () => {
    const checkout = metricOf('checkout')
    const [row] = await ask(shareQuery(about(checkout), 'bought', 'viewed'), rangeOf(checkout))
    const sum = (value: string) =>
      chosenPoints(checkout, {}).reduce((total, { fields }) => total + fields[value], 0)
    expect(row.bought).toBeCloseTo(sum('bought') / sum('viewed'), 9)
  })

  test('a drop rule asks for the value of all tags, without a choice', async () => {
    const [rule] = dropRules({ ...everyKind, metrics: [metricOf('conversion_by_segment')] })
    const asked = { by: [], bucketMs: Infinity }
    for (const [query, value] of [
      [rule.query, 'conversion'],
      [rule.enough.query, 'clicks'],
    ]) {
      const metric = metricOf('conversion_by_segment')
      const [row] = await ask(query, rangeOf(metric))
      const points = chosenPoints(metric, {})
      const [expected] = expectedOf(metric, enrichment, points, { ...asked, value })
      expect(row[value]).toBeCloseTo(expected.value, 6)
    }
  })

  test('hours, each at its beginning', async () => {
    const hours = metricOf('hours')
    for (const value of ['orders', 'conversion']) {
      const rows = await ask(hoursQuery(about(hours), value), rangeOf(hours))
      const asked = { value, by: [], bucketMs: 3_600_000 }
      expectSame(rows, value, [], expectedOf(hours, enrichment, chosenPoints(hours, {}), asked))
      expect(rows).toHaveLength(9)
    }
  })

  describe('the dashboard', () => {
    const { templating } = dashboardOf(everyKind, { keepsVersions })

    test.each(templating.list ?? [])('variable $name offers the values there are', async (one) => {
      const rows = await ask(String(one.query), { fromMs: FROM_MS, toMs: FROM_MS })
      const values = [...new Set(rows.map(({ value }) => value))]
      expect(values.sort()).toEqual(VALUES[one.name].toSorted())
    })

    const queriesOf = (dashboard: Dashboard): string[] =>
      (dashboard.panels ?? [])
        .flatMap((panel) => ('targets' in panel ? (panel.targets ?? []) : []))
        .flatMap((target) => ('query' in target ? [String(target.query)] : []))

    test.each([everyKind, ecommerce])('each query of $name is answered', async (pipeline) => {
      const queries = queriesOf(dashboardOf(pipeline, { keepsVersions }))
      expect(queries.length).toBeGreaterThan(40)
      const shifted = dayBefore('$timeFilter')
      for (const query of queries.filter((text) => !text.includes('_open"'))) {
        const later = query.includes(shifted) ? DAY_MS : 0
        const range = { fromMs: FROM_MS + later, toMs: FROM_MS + 3_600_000 + later }
        expect(await ask(query, range), query).not.toEqual([])
      }
    })
  })

  test('windows that are open are shown while they are, not what was left behind', async () => {
    const live: Metric = { ...metricOf('revenue_by_category'), name: 'live', emitEveryMs: 1000 }
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
    const query = openSeriesQuery(about(live), 'revenue', ['category'])
    const range = { fromMs: nowMs - 900_000, toMs: nowMs + 10_000 }
    const rows = await ask(query ?? '', range, { intervalMs: 10_000 })
    const shown = rows.filter((row) => row.revenue !== null)
    expect(shown.map(({ category, time, revenue }) => [category, time, revenue]).sort()).toEqual([
      ['books', nowMs, 3],
      ['toys', nowMs, 2],
    ])
  })
}

test('the cases have every way windows are put together', () => {
  const folds = new Set(cases.map(({ metric, value }) => foldOf(metric, metric.values[value])))
  expect([...folds].sort()).toEqual(['last', 'max', 'mean', 'min', 'parts', 'sum'])
})

function metricOf(name: string): Metric {
  const found = metrics.find((metric) => metric.name === name)
  if (found === undefined) throw new Error(`there is no metric ${name}`)
  return found
}

/** What Grafana makes of a series. */
function calculated(rows: readonly InfluxRow[], value: string, calc: string): number {
  const numbers = rows.flatMap((row) => (row[value] === null ? [] : [Number(row[value])]))
  if (calc === 'sum') return numbers.reduce((sum, one) => sum + one, 0)
  if (calc === 'min') return Math.min(...numbers)
  return calc === 'max' ? Math.max(...numbers) : (numbers.at(-1) ?? Number.NaN)
}

/** As InfluxDB 3 is written to: two versions of each point, the first of them wrong. */
async function writeVersions(settings: InfluxSettings, metric: Metric, points: readonly Point[]) {
  const { fields } = measurementOf(metric)
  const lines = points.flatMap((point) => {
    // A field that is absent in the newest version is read as it was; computed ones are not read.
    const wrong = Object.fromEntries(Object.keys(point.fields).map((field) => [field, 99_999]))
    return [
      toLine(
        { ...point, fields: wrong },
        { ...measurementOf(metric), fields },
        revisionTimeNs(point, 7),
      ),
      toLine(point, measurementOf(metric), revisionTimeNs(point, 12)),
    ]
  })
  const { url, org, bucket, token } = settings
  const place = org === '-' ? `${bucket}/autogen` : bucket
  const answer = await fetch(
    `${url}/api/v2/write?org=${org}&bucket=${encodeURIComponent(place)}&precision=ns`,
    { method: 'POST', headers: { authorization: `Token ${token}` }, body: lines.join('\n') },
  )
  expect(answer.status).toBe(204)
}

/** The same times and tags with the same numbers; a row without a number is an empty place in a chart. */
function expectSame(
  rows: readonly InfluxRow[],
  value: string,
  by: readonly string[],
  expected: ReturnType<typeof expectedOf>,
): void {
  const keyed = (timeMs: unknown, tags: Readonly<Record<string, unknown>>) =>
    JSON.stringify([timeMs, ...by.map((tag) => tags[tag])])
  const got = new Map(
    rows
      .filter((row) => typeof row[value] === 'number')
      .map((row) => [keyed(row.time, row), Number(row[value])]),
  )
  expect(expected.length).toBeGreaterThan(0)
  expect([...got.keys()].sort()).toEqual(
    expected.map(({ timeMs, tags }) => keyed(timeMs, tags)).sort(),
  )
  for (const one of expected) expect(got.get(keyed(one.timeMs, one.tags))).toBeCloseTo(one.value, 6)
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
