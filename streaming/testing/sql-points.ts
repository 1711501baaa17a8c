// For tests: what the shop's points must be, by plain SQL over the same files. DuckDB shares nothing with the engine.
import { DuckDBInstance } from '@duckdb/node-api'

/** A row as text: `time|tag|tag`, and its fields by name; an absent field is left out. */
export type PointRows = ReadonlyMap<string, Readonly<Record<string, number>>>

const text = (value: string) => `'${value.replaceAll("'", "''")}'`

/** `people`: a CSV file with user_id, gender, age, country. */
const shop = (events: readonly string[], people: string) => `
  WITH people AS (
    SELECT user_id, gender, country, CASE
      WHEN age < 25 THEN '18-24' WHEN age < 35 THEN '25-34' WHEN age < 45 THEN '35-44'
      WHEN age < 55 THEN '45-54' WHEN age < 65 THEN '55-64' ELSE '65+' END AS age_group
    FROM read_csv(${text(people)}, header = true)
  ), timed AS (
    SELECT *, CASE WHEN regexp_full_match(event_time, '\\d+') THEN event_time::BIGINT
      ELSE epoch_ms(event_time::TIMESTAMPTZ) END AS ms
    FROM read_json([${events.map(text).join(', ')}], format = 'newline_delimited', columns = {
      event_type: 'VARCHAR', user_id: 'VARCHAR', event_time: 'VARCHAR', category: 'VARCHAR',
      quantity: 'BIGINT', unit_price: 'DECIMAL(18, 2)'})
  ), shop AS (
    SELECT strftime(make_timestamp(ms // 10000 * 10000000), '%Y-%m-%dT%H:%M:%S.000Z') AS time,
      event_type, timed.user_id, quantity, unit_price, coalesce(nullif(category, ''), 'unknown') AS category,
      coalesce(gender, 'unknown') AS gender, coalesce(age_group, 'unknown') AS age_group,
      coalesce(country, 'unknown') AS country
    FROM timed LEFT JOIN people USING (user_id))`

const QUERIES = {
  events_by_segment: `SELECT time, event_type, gender, age_group, country,
    count(*) AS events, count(DISTINCT user_id) AS users FROM shop GROUP BY ALL`,
  revenue_by_category: `SELECT time, category, country, sum(quantity * unit_price)::VARCHAR AS revenue,
    count(*) AS orders, sum(quantity) AS items, sum(quantity * unit_price)::DOUBLE / count(*) AS average_order_value,
    0 AS revision
    FROM shop WHERE event_type = 'purchase' GROUP BY time, category, country`,
  conversion_by_segment: `SELECT time, gender, age_group, count(*) FILTER (event_type = 'click') AS clicks,
    count(*) FILTER (event_type = 'purchase') AS purchases, purchases / nullif(clicks, 0) AS conversion
    FROM shop WHERE event_type IN ('click', 'purchase') GROUP BY time, gender, age_group`,
} as const

export const METRICS = Object.keys(QUERIES) as (keyof typeof QUERIES)[]

const FIELDS = {
  events_by_segment: ['events', 'users'],
  revenue_by_category: ['revenue', 'orders', 'items', 'average_order_value', 'revision'],
  conversion_by_segment: ['clicks', 'purchases', 'conversion'],
} as const satisfies Record<keyof typeof QUERIES, readonly string[]>

/** What files of events and people come to. */
export async function pointsBySql(
  metric: keyof typeof QUERIES,
  events: readonly string[],
  people: string,
): Promise<PointRows> {
  return rowsOf(metric, `${shop(events, people)} ${QUERIES[metric]}`)
}

/** What \`windrow points <metric> --format csv\` printed into a file. */
export async function pointsOfCsv(metric: keyof typeof QUERIES, file: string): Promise<PointRows> {
  const csv = `read_csv(${text(file)}, header = true, all_varchar = true, quote = '"', escape = '"')`
  return rowsOf(metric, `SELECT * FROM ${csv}`)
}

async function rowsOf(metric: keyof typeof QUERIES, sql: string): Promise<PointRows> {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  try {
    const reader = await connection.runAndReadAll(sql)
    const fields: readonly string[] = FIELDS[metric]
    const rows = reader.getRowObjectsJson().map((row) => {
      const tags = Object.keys(row).filter((name) => !fields.includes(name))
      const values = fields.flatMap((name) =>
        row[name] === null || row[name] === '' ? [] : [[name, Number(row[name])] as const],
      )
      return [tags.map((tag) => `${row[tag]}`).join('|'), Object.fromEntries(values)] as const
    })
    const byTags = new Map(rows)
    if (byTags.size !== rows.length)
      throw new Error(`${metric}: two rows of the same tags and time`)
    return byTags
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
