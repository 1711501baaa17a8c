// For tests: what the shop's points must be, by plain SQL over the same files. DuckDB shares nothing with the engine.
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { type Metric, measurementOf } from '../../data/definitions/metric.ts'
import { ecommerce } from '../../data/ecommerce/pipeline.ts'
import type { Point } from '../../data/point.ts'
import { createShop } from './sql/events.ts'
import { OVERLAPPING } from './sql/overlapping.ts'
import { SESSIONS } from './sql/sessions.ts'
import { CLOSED_TUMBLING, TUMBLING } from './sql/tumbling.ts'

/** A row as text: `time|tag|tag`, and its fields by name; an absent field is left out. */
export type PointRows = ReadonlyMap<string, Readonly<Record<string, number>>>

const QUERIES: Readonly<Record<string, string>> = {
  ...TUMBLING,
  ...CLOSED_TUMBLING,
  ...OVERLAPPING,
  ...SESSIONS,
}

/** All of the shop's: one that has no query here has no test. */
export const ALL_METRICS: readonly Metric[] = ecommerce.metrics

/** Those whose windows are told as they stand: their points can be compared however the events end. */
export const METRICS_AS_THEY_STAND = ALL_METRICS.filter(({ name }) => name in TUMBLING)

/** Files of events and people, in DuckDB. */
export class SqlShop {
  readonly #instance: DuckDBInstance
  readonly #connection: DuckDBConnection

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance
    this.#connection = connection
  }

  static async open(events: readonly string[], people: string): Promise<SqlShop> {
    // One thread: rows keep the order of the lines.
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
    const connection = await instance.connect()
    await connection.run(createShop(events, people))
    return new SqlShop(instance, connection)
  }

  /** What the events come to. */
  async points(metric: Metric): Promise<PointRows> {
    const query = QUERIES[metric.name]
    if (query === undefined) throw new Error(`no SQL for ${metric.name}: expected it in sql/`)
    const sql = `SELECT instant(start) AS time, * EXCLUDE (start) FROM (${query})`
    const reader = await this.#connection.runAndReadAll(sql)
    return rowsOf(
      metric,
      reader.getRowObjectsJson().map((row) => ({
        time: String(row.time),
        tags: row,
        fields: row,
      })),
    )
  }

  close(): void {
    this.#connection.closeSync()
    this.#instance.closeSync()
  }
}

/** Points of a store, to be compared. */
export const rowsOfPoints = (metric: Metric, points: readonly Point[]): PointRows =>
  rowsOf(
    metric,
    points.map(({ timeMs, tags, fields }) => ({
      time: new Date(timeMs).toISOString(),
      tags,
      fields,
    })),
  )

interface Row {
  readonly time: string
  readonly tags: Readonly<Record<string, unknown>>
  readonly fields: Readonly<Record<string, unknown>>
}

/** Throws when there are two of an identity. */
function rowsOf(metric: Metric, rows: readonly Row[]): PointRows {
  const names = Object.keys(measurementOf(metric).fields)
  const points = new Map(
    rows.map(({ time, tags, fields }) => [
      [time, ...metric.by.map((tag) => tags[tag])].join('|'),
      Object.fromEntries(
        names.flatMap((name) =>
          fields[name] === null || fields[name] === undefined
            ? []
            : [[name, Number(fields[name])] as const],
        ),
      ),
    ]),
  )
  if (points.size !== rows.length)
    throw new Error(`${metric.name}: two rows of the same tags and time`)
  return points
}
