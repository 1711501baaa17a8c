// Adds up the points of a stretch in SQLite: a thirtieth of the time that reading them takes.
import type { Addition, Additions } from '../../data/addition.ts'
import type { Measurement, Point } from '../../data/point.ts'
import type { Sqlite } from '../sqlite.ts'
import { quoted, tableColumns } from './sqlite-table.ts'
import { decodeTag } from './tag-text.ts'

/** As `PointsStore.addUp` answers; `bounds` are those of the stretch. */
export function addUpRows(
  database: Sqlite,
  { name, tags, fields }: Measurement,
  additions: Additions,
  bounds: readonly number[],
): Point[] {
  const existing = new Set(tableColumns(database, name).map((column) => column.name))
  if (existing.size === 0) return []
  const known = Object.entries(additions).filter(([field]) => existing.has(field))
  const columns = [
    ...tags.map((tag) => (existing.has(tag) ? quoted(tag) : "'unknown'")),
    'MAX(time_ms)',
    ...known.map(([field, addition]) => added(quoted(field), addition, fields[field] === 'float')),
  ]
  const groups = tags.map((_, index) => index + 1)
  const statement = database
    .prepare(
      `SELECT ${columns.join(', ')} FROM ${quoted(name)} WHERE time_ms >= ? AND time_ms < ?` +
        (groups.length === 0 ? '' : ` GROUP BY ${groups.join(', ')}`),
    )
    .raw()
  const rows = statement.all([...bounds]) as (readonly (string | number | null)[])[]
  return rows.flatMap((row): Point[] => {
    const timeMs = row[tags.length]
    // Without tags there is a row for nothing too.
    if (timeMs === null) return []
    const values = known.flatMap(([field, addition], index) => {
      const value = row[tags.length + 1 + index]
      return value === null ? [] : [[field, Number(value) / scaleOf(addition)]]
    })
    return [
      {
        measurement: name,
        tags: Object.fromEntries(tags.map((tag, index) => [tag, decodeTag(String(row[index]))])),
        fields: Object.fromEntries(values),
        timeMs: Number(timeMs),
      },
    ]
  })
}

const scaleOf = (addition: Addition) => (addition.kind === 'sum' ? 10 ** addition.decimals : 1)

/** Numbers with decimals are added as whole numbers of the last, so that the sum is exact. */
function added(column: string, addition: Addition, isFloat: boolean): string {
  if (addition.kind !== 'sum') return `${addition.kind.toUpperCase()}(${column})`
  return isFloat
    ? `SUM(CAST(ROUND(${column} * ${scaleOf(addition)}) AS INTEGER))`
    : `SUM(${column})`
}
