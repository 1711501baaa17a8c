// Least and largest numbers, means, percentiles, distinct counts about, and conditions, beside plain SQL over the same
// events. DuckDB shares nothing with the engine.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import {
  and,
  approxDistinct,
  atLeast,
  atMost,
  avg,
  count,
  countDistinct,
  difference,
  eq,
  max,
  min,
  mul,
  percentile,
  present,
  startsWith,
  sum,
  tumbling,
} from '../data/definitions/nodes.ts'
import { smallShop } from '../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../data/ecommerce/vocabulary.ts'
import { avroDecoder } from './decode/avro.ts'
import { Job } from './job.ts'
import { Random } from './sim/random.ts'
import { BASE_MS, batchOf, JOB_OPTIONS, NOW_MS } from './testing/events.ts'

const amount = mul(field('quantity'), field('unit_price'))
const money = { decimals: 2 } as const
const dear = and(atLeast(field('unit_price'), 19.99), atMost(field('unit_price'), 300))

const metric = defineMetric({
  name: 'figures',
  summary: 'What orders are like.',
  by: ['category'],
  window: tumbling('1m'),
  values: {
    events: count(),
    with_quantity: count(present(field('quantity'))),
    least: min(field('unit_price'), money),
    largest: max(amount, money),
    mean: avg(amount, money),
    dear_mean: avg(field('unit_price'), { ...money, where: dear }),
    dear_revenue: sum(amount, { ...money, where: dear }),
    rest: difference('mean_sum', 'dear_revenue'),
    p50: percentile(amount, 50, money),
    p95: percentile(amount, 95, money),
    p99_of_dear: percentile(amount, 99.9, { ...money, where: dear, error: 0.001 }),
    pages_of_shop: countDistinct(field('page'), { where: startsWith(field('page'), '/shop/ü') }),
    users: countDistinct(field('user_id')),
    buyers: approxDistinct(field('user_id'), { where: eq(field('event_type'), 'purchase') }),
    users_about: approxDistinct(field('user_id'), { error: 0.05 }),
  },
  panel: { title: 'Orders', value: 'events', unit: 'short' },
})

const SQL = `
  SELECT epoch_ms(event_time - event_time % 60000) AS start, coalesce(category, 'unknown') AS category,
    count(*) AS events, count(quantity) AS with_quantity, min(unit_price) AS least, max(amount) AS largest,
    sum(amount) AS mean_sum, count(amount) AS mean_count, sum(amount)::DOUBLE / count(amount) AS mean,
    sum(unit_price) FILTER (dear) AS dear_mean_sum, count(unit_price) FILTER (dear) AS dear_mean_count,
    dear_mean_sum::DOUBLE / nullif(dear_mean_count, 0) AS dear_mean,
    coalesce(sum(amount) FILTER (dear), 0) AS dear_revenue, mean_sum - dear_revenue AS rest,
    list_sort(list(amount) FILTER (amount IS NOT NULL))[ceil(0.5 * count(amount))::INT] AS p50,
    list_sort(list(amount) FILTER (amount IS NOT NULL))[ceil(0.95 * count(amount))::INT] AS p95,
    list_sort(list(amount) FILTER (dear))[ceil(0.999 * count(amount) FILTER (dear))::INT] AS p99_of_dear,
    count(DISTINCT page) FILTER (page LIKE '/shop/ü%') AS pages_of_shop,
    count(DISTINCT user_id) AS users, count(DISTINCT user_id) FILTER (event_type = 'purchase') AS buyers,
    count(DISTINCT user_id) AS users_about
  FROM (SELECT *, quantity * unit_price AS amount, unit_price BETWEEN 19.99 AND 300 AS dear FROM events)
  GROUP BY start, category ORDER BY start, category`

/** How far a value may be from the exact one, as a share of it: four times a standard error. Of all others: not at all. */
const WITHIN: Readonly<Record<string, number>> = {
  p50: 0.01,
  p95: 0.01,
  p99_of_dear: 0.001,
  buyers: 0.04,
  users_about: 0.2,
}

function eventsOf(random: Random, eventCount: number): object[] {
  return Array.from({ length: eventCount }, (_, i) => {
    const event = {
      event_id: `e${i}`,
      event_type: random.pick(['view', 'purchase', 'purchase']),
      user_id: `u${random.skewed(0, 9_000)}`,
      event_time: BASE_MS + random.int(0, 299_999),
      category: random.pick(['books', 'toys', 'garden', null]),
      page: random.pick(['/shop/übersicht', '/shop/ü', '/shop/u', '/', null]),
    }
    const order = { quantity: random.skewed(1, 500), unit_price: random.skewed(0, 200_000) / 100 }
    return event.event_type === 'purchase' ? { ...event, ...order } : event
  })
}

async function rowsBySql(events: readonly object[]): Promise<Record<string, unknown>[]> {
  const dir = mkdtempSync(join(tmpdir(), 'windrow-figures-'))
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  try {
    const file = join(dir, 'events.ndjson')
    writeFileSync(file, events.map((event) => JSON.stringify(event)).join('\n'))
    await connection.run(`CREATE TABLE events AS SELECT * FROM read_json('${file}',
      format = 'newline_delimited', columns = {event_type: 'VARCHAR', user_id: 'VARCHAR', event_time: 'BIGINT',
        category: 'VARCHAR', page: 'VARCHAR', quantity: 'BIGINT', unit_price: 'DECIMAL(18, 2)'})`)
    return (await connection.runAndReadAll(SQL)).getRowObjectsJson()
  } finally {
    connection.closeSync()
    instance.closeSync()
    rmSync(dir, { recursive: true })
  }
}

test('figures are those of SQL; what a sketch tells is within its error of them', async () => {
  const events = eventsOf(new Random('figures'), 40_000)
  const options = { ...JOB_OPTIONS, disorderMs: 600_000 }
  const job = new Job(
    { ...smallShop, metrics: [metric] },
    options,
    avroDecoder(smallShop.avroSchema),
  )
  for (let from = 0; from < events.length; from += 777)
    job.process(batchOf(events.slice(from, from + 777), 0, from), NOW_MS)
  const points = new Map(
    job.openPoints().map(({ timeMs, tags, fields }) => [`${timeMs} ${tags.category}`, fields]),
  )
  const rows = await rowsBySql(events)
  expect(points.size).toBe(rows.length)
  expect(rows.length).toBe(20)
  for (const { start, category, ...exact } of rows) {
    const got = points.get(`${Date.parse(`${start}Z`)} ${category}`) ?? {}
    for (const [name, value] of Object.entries(exact)) {
      const within = Math.abs(Number(value)) * (WITHIN[name] ?? 0)
      expect([name, got[name], Math.abs(got[name] - Number(value)) <= within]).toEqual([
        name,
        got[name],
        true,
      ])
    }
    expect(Object.keys(got).sort()).toEqual(Object.keys(exact).sort())
  }
})
