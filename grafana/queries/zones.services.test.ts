// Panels of metrics whose windows follow a time zone, against real servers: InfluxQL must mean the same windows as ours.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Metric, measurementOf } from '../../data/definitions/metric.ts'
import { countDistinct, stepsOf, tumbling } from '../../data/definitions/nodes.ts'
import { windowsOf } from '../../data/definitions/windows.ts'
import { revenueByCategory } from '../../data/ecommerce/revenue-by-category.ts'
import { demographicsEnrichment, field } from '../../data/ecommerce/vocabulary.ts'
import type { Point } from '../../data/point.ts'
import { describeWith, influx1ForTests, influx2ForTests } from '../../scripts/services/testing.ts'
import { influxPoints } from '../../stores/points/influx.ts'
import type { InfluxServer } from '../../stores/points/influx-kind.ts'
import { queryRows } from '../../stores/points/influx-query.ts'
import { detectServer } from '../../stores/points/influx-server.ts'
import { ownBucket, removeBucket } from '../../stores/points/influx-testing.ts'
import type { InfluxSettings } from '../../stores/settings.ts'
import { fillQuery } from '../testing/fill.ts'
import { seriesQuery, totalQuery } from './queries.ts'

const metricOf = (size: string, tz: string, name: string): Metric => ({
  ...revenueByCategory,
  name,
  window: tumbling(size, { tz }),
  values: { ...revenueByCategory.values, buyers: countDistinct(field('user_id')) },
})

/** Around days on which the clock is changed. */
const CASES = [
  ['1d', 'Europe/Berlin', '2026-03-26', '2026-04-02'],
  ['1d', 'Europe/Berlin', '2026-10-22', '2026-10-29'],
  ['1d', 'Europe/London', '2026-03-26', '2026-04-02'],
  ['1d', 'America/Sao_Paulo', '2018-11-01', '2018-11-08'],
  ['1d', 'Asia/Kolkata', '2026-03-26', '2026-04-02'],
  ['1h', 'Europe/Berlin', '2026-10-24T20:00Z', '2026-10-25T08:00Z'],
  ['12h', 'Europe/Berlin', '2026-03-27', '2026-03-31'],
  ['7d', 'Europe/Berlin', '2026-10-05', '2026-11-17'],
  ['3d', 'Europe/Berlin', '2026-10-05', '2026-11-17'],
] as const

function pointsOf(metric: Metric, fromMs: number, toMs: number): Point[] {
  const windows = windowsOf(stepsOf(metric.window))
  const points: Point[] = []
  for (let timeMs = windows.startOf(fromMs); timeMs < toMs; timeMs = windows.endOf(timeMs)) {
    const orders = points.length + 1
    const fields = { revenue: 10 * orders, orders, items: 1, average_order_value: 10, buyers: 2 }
    const tags = { category: 'books', country: 'DE' }
    points.push({ measurement: metric.name, tags, fields, timeMs })
  }
  return points
}

function describeZones(settings: InfluxSettings): void {
  const store = influxPoints(settings)
  let server: InfluxServer
  beforeAll(async () => {
    await store.prepare()
    server = await detectServer(settings)
  })
  afterAll(async () => {
    await store.close()
    await removeBucket(settings)
  })

  describe.each([false, true])('read with versions kept: %s', (keepsVersions) => {
    test.each(CASES)('windows of %s in %s from %s', async (size, tz, from, to) => {
      const name = `m_${size}_${tz}_${from}`.replaceAll(/\W/g, '_')
      const metric = metricOf(size, tz, name)
      const asked = { metric, enrichment: demographicsEnrichment, keepsVersions, variables: [] }
      const points = pointsOf(metric, Date.parse(from), Date.parse(to))
      await store.write(points, [measurementOf(metric)])
      const range = { fromMs: points[0].timeMs, toMs: Date.parse(to), chosen: {} }
      const ask = async (query: string, value: string) => {
        const filled = fillQuery(query, { ...range, intervalMs: stepsOf(metric.window).sizeMs })
        const rows: [string, unknown][] = []
        for await (const row of queryRows(settings, server, { doing: 'ask', query: filled }))
          if (row[value] !== null) rows.push([iso(Number(row.time)), row[value]])
        return rows
      }
      for (const value of ['orders', 'average_order_value', 'buyers'])
        expect(await ask(seriesQuery(asked, value, ['category']), value)).toEqual(
          points.map(({ timeMs, fields }) => [iso(timeMs), fields[value]]),
        )
      expect(await ask(totalQuery(asked, 'orders').query, 'orders')).toEqual(
        points.map(({ timeMs, fields }) => [iso(timeMs), fields.orders]),
      )
    })
  })
}

const iso = (timeMs: number) => new Date(timeMs).toISOString()

describeWith([influx1ForTests()], 'zones on InfluxDB 1.8', (influx) => {
  describeZones(ownBucket(influx))
})

describeWith([influx2ForTests()], 'zones on InfluxDB 2.7', (influx) => {
  describeZones(ownBucket(influx))
})
