// Points in a SQLite file: a table per measurement, made for the `sqlite3` shell too: readable time, tags, fields.
// A write is one transaction, so a reader in another process sees all of its points or none.
import { resolve } from 'node:path'
import type { Measurement, Point } from '../../data/point.ts'
import { comparePoints, measurementFinder } from '../../data/point-order.ts'
import { inTransaction, openSqlite, type Sqlite } from '../sqlite.ts'
import { asSqliteErrors } from '../sqlite-errors.ts'
import type { PointsQuery, PointsStore, Removal } from './points-store.ts'
import { ensureTable, quoted, tableColumns } from './sqlite-table.ts'
import { decodeTag, encodeTag, TROUBLE_IN_SQLITE } from './tag-text.ts'

/** Rows of a statement; SQLite allows 32,766 parameters in one. */
const STATEMENT_ROWS = 32

/** Points in `file`, made at the first use; several processes may have it open. */
export function sqlitePoints(file: string): PointsStore {
  let opened: Sqlite | undefined
  const ensured = new Set<Measurement>()
  const database = () => {
    opened ??= openSqlite(file)
    return opened
  }
  return {
    description: `SQLite ${file}`,
    identity: `sqlite:${resolve(file)}`,
    prepare: async () => asSqliteErrors('points', file, () => void database()),
    write: async (points, measurements) => {
      if (points.length > 0)
        asSqliteErrors('points', file, () => write(database(), ensured, points, measurements))
    },
    read: async (measurement, query) =>
      asSqliteErrors('points', file, () => read(database(), measurement, query)),
    remove: async (measurement, removal) =>
      asSqliteErrors('points', file, () => remove(database(), ensured, measurement, removal)),
    close: async () => {
      opened?.close()
      opened = undefined
    },
  }
}

function write(
  database: Sqlite,
  ensured: Set<Measurement>,
  points: readonly Point[],
  measurements: readonly Measurement[],
): void {
  const measurementOf = measurementFinder(measurements)
  const fresh = measurements.filter((measurement) => !ensured.has(measurement))
  const rowsOf = new Map<Measurement, SqlValue[][]>()
  for (const point of points) {
    if (Object.keys(point.fields).length === 0) continue
    const measurement = measurementOf(point)
    const rows = rowsOf.get(measurement)
    if (rows === undefined) rowsOf.set(measurement, [rowOf(point, measurement)])
    else rows.push(rowOf(point, measurement))
  }
  inTransaction(database, () => {
    for (const measurement of fresh) ensureTable(database, measurement)
    for (const [measurement, rows] of rowsOf) insert(database, measurement, rows)
  })
  for (const measurement of fresh) ensured.add(measurement)
}

type SqlValue = string | number | null

/** What a row of a measurement has, in this order. */
const columnsOf = ({ tags, fields }: Measurement) => ['time_ms', ...tags, ...Object.keys(fields)]

const rowOf = (point: Point, measurement: Measurement): SqlValue[] => [
  point.timeMs,
  ...tagsOf(point, measurement),
  ...Object.keys(measurement.fields).map((field) => point.fields[field] ?? null),
]

/** A statement for many rows costs half of what one for each does. */
function insert(database: Sqlite, measurement: Measurement, rows: readonly SqlValue[][]): void {
  const columns = columnsOf(measurement).map(quoted)
  const into = `INSERT OR REPLACE INTO ${quoted(measurement.name)} (${columns.join(', ')}) VALUES `
  const values = `(${columns.map(() => '?').join(', ')})`
  const whole = rows.length - (rows.length % STATEMENT_ROWS)
  if (whole > 0) {
    const many = database.prepare(into + Array(STATEMENT_ROWS).fill(values).join(', '))
    for (let i = 0; i < whole; i += STATEMENT_ROWS)
      many.run(rows.slice(i, i + STATEMENT_ROWS).flat())
  }
  if (whole === rows.length) return
  const one = database.prepare(into + values)
  for (const row of rows.slice(whole)) one.run(row)
}

const tagsOf = (point: Pick<Point, 'tags'>, { tags }: Measurement) =>
  tags.map((tag) => encodeTag(point.tags[tag], TROUBLE_IN_SQLITE))

/** Whole numbers that SQLite holds, for an open end too. */
const bounds = ({ fromMs = -Infinity, toMs = Infinity }: PointsQuery) => [
  Math.max(fromMs, Number.MIN_SAFE_INTEGER),
  Math.min(toMs, Number.MAX_SAFE_INTEGER),
]

function remove(
  database: Sqlite,
  ensured: Set<Measurement>,
  measurement: Measurement,
  removal: Removal,
): void {
  inTransaction(database, () => {
    ensureTable(database, measurement)
    const from = `DELETE FROM ${quoted(measurement.name)} WHERE`
    if ('points' in removal) {
      const same = ['time_ms', ...measurement.tags].map((column) => `${quoted(column)} = ?`)
      const statement = database.prepare(`${from} ${same.join(' AND ')}`)
      for (const point of removal.points)
        statement.run([point.timeMs, ...tagsOf(point, measurement)])
    } else database.prepare(`${from} time_ms >= ? AND time_ms < ?`).run(bounds(removal))
  })
  ensured.add(measurement)
}

function read(database: Sqlite, measurement: Measurement, query: PointsQuery): Point[] {
  const existing = new Set(tableColumns(database, measurement.name).map(({ name }) => name))
  if (existing.size === 0) return []
  const column = (name: string, missing: string) => (existing.has(name) ? quoted(name) : missing)
  const fields = Object.keys(measurement.fields)
  const tags = measurement.tags.map((tag) => column(tag, "'unknown'"))
  const statement = database
    .prepare(
      `SELECT ${['time_ms', ...tags, ...fields.map((field) => column(field, 'NULL'))].join(', ')} ` +
        `FROM ${quoted(measurement.name)} WHERE time_ms >= ? AND time_ms < ? ORDER BY time_ms`,
    )
    .raw()
  const points: Point[] = []
  for (const row of statement.iterate(bounds(query)) as Iterable<
    readonly (string | number | null)[]
  >) {
    const values = fields.flatMap((field, index) => {
      const value = row[1 + tags.length + index]
      return value === null ? [] : [[field, Number(value)]]
    })
    points.push({
      measurement: measurement.name,
      tags: Object.fromEntries(
        measurement.tags.map((tag, index) => [tag, decodeTag(String(row[1 + index]))]),
      ),
      fields: Object.fromEntries(values),
      timeMs: Number(row[0]),
    })
  }
  return points.sort(comparePoints(measurement))
}
