// Sessions, a funnel and new people, beside plain SQL over the same events. DuckDB shares nothing with the engine.
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import {
  atLeast,
  atMost,
  count,
  countDistinct,
  countNew,
  eq,
  funnel,
  length,
  max,
  measure,
  min,
  mul,
  sessions,
  sum,
  tumbling,
} from '../data/definitions/nodes.ts'
import { smallShop } from '../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../data/ecommerce/vocabulary.ts'
import type { Point } from '../data/point.ts'
import { avroDecoder } from './decode/avro.ts'
import { Job } from './job.ts'
import { Random } from './sim/random.ts'
import { BASE_MS, batchOf, JOB_OPTIONS, NOW_MS } from './testing/events.ts'

const isOf = (type: string) => eq(field('event_type'), type)
const money = { decimals: 2 } as const
const panel = { title: 'Visits', value: 'n', unit: 'short' } as const

const visits = defineMetric({
  name: 'visits',
  summary: 'Sessions.',
  by: ['category'],
  window: sessions({
    of: field('session_id'),
    gap: '2m',
    every: '5m',
    measures: {
      pages: count(),
      paid: sum(mul(field('quantity'), field('unit_price')), money),
      cheapest: min(field('unit_price'), money),
      took: length(),
      reached: funnel([isOf('view'), isOf('purchase')], { within: '1m' }),
    },
  }),
  values: {
    n: count(),
    pages: sum(measure('pages')),
    bounces: count(atMost(measure('pages'), 1)),
    paid: sum(measure('paid'), money),
    cheapest: min(measure('cheapest'), money),
    longest: max(measure('took')),
    bought: count(atLeast(measure('reached'), 2)),
  },
  panel,
})

const newcomers = defineMetric({
  name: 'newcomers',
  summary: 'People, and those that were not there before.',
  by: [],
  window: tumbling('5m'),
  values: {
    n: countDistinct(field('user_id')),
    new_ones: countNew(field('user_id'), { within: '365d' }),
  },
  panel,
})

const VISITS = `
  WITH cut AS (
    SELECT *, CASE WHEN event_time - lag(event_time) OVER w < 120000 THEN 0 ELSE 1 END AS begins
    FROM events WHERE session_id IS NOT NULL WINDOW w AS (PARTITION BY session_id ORDER BY event_time)
  ), numbered AS (
    SELECT *, sum(begins) OVER (PARTITION BY session_id ORDER BY event_time) AS number FROM cut
  ), own AS (
    SELECT session_id, number, arg_min(tag, (event_time, tag)) AS category, max(event_time) AS last, count(*) AS pages,
      coalesce(sum(quantity * unit_price), 0) AS paid, min(unit_price) AS cheapest, last - min(event_time) AS took,
      (SELECT count(*) FROM numbered a JOIN numbered b USING (session_id, number) WHERE a.session_id = n.session_id
        AND a.number = n.number AND a.event_type = 'view' AND b.event_type = 'purchase'
        AND b.event_time BETWEEN a.event_time AND a.event_time + 60000) > 0 AS bought
    FROM numbered n GROUP BY session_id, number
  )
  SELECT last - last % 300000 AS start, category, count(*) AS n, sum(pages) AS pages,
    count(*) FILTER (pages = 1) AS bounces, sum(paid) AS paid, min(cheapest) AS cheapest, max(took) AS longest,
    count(*) FILTER (bought) AS bought
  FROM own GROUP BY start, category`

const NEWCOMERS = `
  WITH first AS (SELECT user_id, min(event_time) AS ms FROM events GROUP BY user_id)
  SELECT event_time - event_time % 300000 AS start, count(DISTINCT user_id) AS n,
    count(DISTINCT user_id) FILTER (ms >= event_time - event_time % 300000) AS new_ones
  FROM events JOIN first USING (user_id) GROUP BY start`

function eventsOf(random: Random, eventCount: number): object[] {
  return Array.from({ length: eventCount }, (_, i) => {
    const event = {
      event_id: `e${i}`,
      event_type: random.pick(['view', 'purchase', 'add_to_cart']),
      user_id: `u${random.skewed(0, 4_000)}`,
      session_id: random.pick([`s${random.int(0, 900)}`, `s${random.int(0, 900)}`, null]),
      event_time: BASE_MS + i * 200 - random.int(0, 5_000),
      category: random.pick(['books', 'toys', 'garden', null]),
    }
    const order = { quantity: random.int(1, 5), unit_price: random.skewed(0, 200_000) / 100 }
    return event.event_type === 'purchase' ? { ...event, ...order } : event
  })
}

async function rowsBySql(events: readonly object[], sql: string) {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  try {
    await connection.run(`CREATE TABLE events (event_type VARCHAR, user_id VARCHAR, session_id VARCHAR, event_time BIGINT,
      tag VARCHAR, quantity BIGINT, unit_price DECIMAL(18, 2))`)
    await connection.run(
      `INSERT INTO events SELECT e.event_type, e.user_id, e.session_id, e.event_time, coalesce(e.category, 'unknown'),
        e.quantity, e.unit_price FROM (SELECT unnest(from_json($1, '[{"event_type":"VARCHAR","user_id":"VARCHAR",
        "session_id":"VARCHAR","event_time":"BIGINT","category":"VARCHAR","quantity":"BIGINT",
        "unit_price":"DECIMAL(18,2)"}]')) AS e)`,
      [JSON.stringify(events)],
    )
    return (await connection.runAndReadAll(sql)).getRowObjectsJson()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const comparable = (rows: readonly object[]) =>
  rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort()

test('sessions, their funnel and new people are those of SQL', async () => {
  const events = eventsOf(new Random('sessions'), 20_000)
  const job = new Job(
    { ...smallShop, metrics: [visits, newcomers] },
    JOB_OPTIONS,
    avroDecoder(smallShop.avroSchema),
  )
  const points: Point[] = []
  for (let from = 0; from < events.length; from += 777) {
    job.process(batchOf(events.slice(from, from + 777), 0, from), NOW_MS)
    points.push(...job.closeWindows())
  }
  points.push(...job.windows.flatMap((one) => one.closeThrough(Number.POSITIVE_INFINITY)))
  expect(job.ledger.total()).toMatchObject({ late: 0, counted: events.length })
  for (const [name, sql] of [
    ['visits', VISITS],
    ['newcomers', NEWCOMERS],
  ]) {
    const rows = (await rowsBySql(events, sql)).map(({ category, ...row }) => ({
      ...(category === undefined ? {} : { category }),
      ...Object.fromEntries(
        Object.entries(row).flatMap(([key, value]) =>
          value === null ? [] : [[key, Number(value)]],
        ),
      ),
    }))
    const own = points
      .filter(({ measurement }) => measurement === name)
      .map(({ tags, fields, timeMs }) => ({ start: timeMs, ...tags, ...fields }))
    expect(rows.length).toBeGreaterThan(10)
    expect(comparable(own)).toEqual(comparable(rows))
  }
})
