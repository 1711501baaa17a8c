// Points in a SQLite file: a table per measurement, made for the `sqlite3` shell too: readable time, tags, fields.
// A write is one transaction, so a reader in another process sees all of its points or none.
import { resolve } from 'node:path'
import type { Measurement, Point } from '../../data/point.ts'
import { comparePoints, isEmpty, measurementFinder } from '../../data/point-order.ts'
import { inTransaction, openSqlite, type Sqlite, tryWriting } from '../sqlite.ts'
import { asSqliteErrors, sqliteError } from '../sqlite-errors.ts'
import type { PointsQuery, PointsStore, Removal } from './points-store.ts'
import { addUpRows } from './sqlite-add-up.ts'
import { PointInserter } from './sqlite-insert.ts'
import { ensureKeptSums, KeptSumsDropper } from './sqlite-kept-sums.ts'
import type { SumsOptions } from './sqlite-sums.ts'
import { ensureTable, quoted, tableColumns } from './sqlite-table.ts'
import { decodeTag, encodeTag, TROUBLE_IN_SQLITE } from './tag-text.ts'

/** The file while it is open. */
interface Opened {
  readonly database: Sqlite
  /** Of measurements whose table is known to be there. */
  readonly writers: Map<Measurement, Writer>
}

interface Writer {
  readonly inserter: PointInserter
  readonly sums: KeptSumsDropper
}

/** Stretches of fewer points are added up in a few milliseconds. */
const KEPT_FROM_POINTS = 2_000

/** Points in `file`, made at the first use; several processes may have it open. */
export function sqlitePoints(
  file: string,
  options: SumsOptions = { keptFromPoints: KEPT_FROM_POINTS },
): PointsStore {
  let current: Opened | undefined
  const opened = () => {
    current ??= { database: openSqlite(file), writers: new Map() }
    return current
  }
  return {
    description: `SQLite ${file}`,
    identity: `sqlite:${resolve(file)}`,
    prepare: async () => asSqliteErrors('points', file, () => void opened()),
    write: async (points, measurements) => {
      if (points.length > 0)
        asSqliteErrors('points', file, () => write(opened(), points, measurements))
    },
    tryWrite: async () => asSqliteErrors('points', file, () => tryWriting(opened().database)),
    read: async (measurement, query) =>
      asSqliteErrors('points', file, () => read(opened().database, measurement, query)),
    addUp: async (measurement, additions, query) => {
      try {
        const asked = { measurement, additions, bounds: bounds(query) }
        return await addUpRows(opened().database, asked, options)
      } catch (error) {
        throw sqliteError('points', file, error)
      }
    },
    remove: async (measurement, removal) =>
      asSqliteErrors('points', file, () => remove(opened().database, measurement, removal)),
    close: async () => {
      current?.database.close()
      current = undefined
    },
  }
}

function write(
  { database, writers }: Opened,
  points: readonly Point[],
  measurements: readonly Measurement[],
): void {
  const pointsOf = byMeasurement(points, measurements)
  const fresh = measurements.filter((measurement) => !writers.has(measurement))
  const made = new Map<Measurement, Writer>()
  inTransaction(database, () => {
    for (const measurement of fresh) made.set(measurement, writerOf(database, measurement))
    for (const [measurement, some] of pointsOf) {
      const writer = writers.get(measurement) ?? made.get(measurement)
      writer?.inserter.insert(some)
      writer?.sums.dropOf(some)
    }
  })
  for (const [measurement, writer] of made) writers.set(measurement, writer)
}

function writerOf(database: Sqlite, measurement: Measurement): Writer {
  ensureTable(database, measurement)
  ensureKeptSums(database)
  return {
    inserter: new PointInserter(database, measurement),
    sums: new KeptSumsDropper(database, measurement.name),
  }
}

/** Those with a field. */
function byMeasurement(
  points: readonly Point[],
  measurements: readonly Measurement[],
): Map<Measurement, Point[]> {
  const measurementOf = measurementFinder(measurements)
  const pointsOf = new Map<Measurement, Point[]>()
  for (const point of points) {
    if (isEmpty(point)) continue
    const measurement = measurementOf(point)
    const some = pointsOf.get(measurement)
    if (some === undefined) pointsOf.set(measurement, [point])
    else some.push(point)
  }
  return pointsOf
}

const tagsOf = (point: Pick<Point, 'tags'>, { tags }: Measurement) =>
  tags.map((tag) => encodeTag(point.tags[tag], TROUBLE_IN_SQLITE))

/** Whole numbers that SQLite holds, for an open end too. */
const bounds = ({ fromMs = -Infinity, toMs = Infinity }: PointsQuery): [number, number] => [
  Math.max(fromMs, Number.MIN_SAFE_INTEGER),
  Math.min(toMs, Number.MAX_SAFE_INTEGER),
]

function remove(database: Sqlite, measurement: Measurement, removal: Removal): void {
  inTransaction(database, () => {
    ensureTable(database, measurement)
    ensureKeptSums(database)
    const sums = new KeptSumsDropper(database, measurement.name)
    const from = `DELETE FROM ${quoted(measurement.name)} WHERE`
    if ('points' in removal) {
      sums.dropOf(removal.points)
      const same = ['time_ms', ...measurement.tags].map((column) => `${quoted(column)} = ?`)
      const statement = database.prepare(`${from} ${same.join(' AND ')}`)
      for (const point of removal.points)
        statement.run([point.timeMs, ...tagsOf(point, measurement)])
    } else {
      const [fromMs, toMs] = bounds(removal)
      sums.dropIn(fromMs, toMs)
      database.prepare(`${from} time_ms >= ? AND time_ms < ?`).run([fromMs, toMs])
    }
  })
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
