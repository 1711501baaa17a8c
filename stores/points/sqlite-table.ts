// The table of a measurement in SQLite: made, and widened when the metric has new tags or fields.
import { type Measurement, UNKNOWN } from '../../data/point.ts'
import type { Sqlite } from '../sqlite.ts'

interface Column {
  readonly name: string
  readonly type: string
  /** Place in the primary key, from 1; 0: not part of it. */
  readonly key: number
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Columns of a table that are stored, in order; none when there is no such table. */
export function tableColumns(database: Sqlite, table: string): Column[] {
  const rows = database
    .prepare('SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid')
    .all([table]) as { name: string; type: string; pk: number }[]
  return rows.map(({ name, type, pk }) => ({ name, type, key: pk }))
}

/**
 * Makes the table, or widens it: a new field is an empty column; a new tag becomes part of the identity, and points
 * written before are `unknown` there. Call within a transaction.
 */
export function ensureTable(database: Sqlite, measurement: Measurement): void {
  const { name } = measurement
  const fields = Object.entries(measurement.fields).map(([field, type]) => ({
    name: field,
    type: type === 'integer' ? 'INTEGER' : 'REAL',
  }))
  const reserved = [...measurement.tags, ...Object.keys(measurement.fields)].find((column) =>
    ['time', 'time_ms'].includes(column),
  )
  if (reserved !== undefined)
    throw new Error(`measurement "${name}" has a tag or field "${reserved}", which is the time's`)
  const existing = tableColumns(database, name)
  if (existing.length === 0) {
    database.exec(createTable(name, measurement.tags, fields))
    return
  }
  const has = (column: string) => existing.some((one) => one.name === column)
  const tags = existing
    .filter((one) => one.key > 0 && one.name !== 'time_ms')
    .map((one) => one.name)
  const newTags = measurement.tags.filter((tag) => !tags.includes(tag))
  const newFields = fields.filter((field) => !has(field.name))
  if (newTags.length > 0) {
    rebuild(database, name, tags, newTags, [
      ...existing.filter((one) => one.key === 0),
      ...newFields,
    ])
    return
  }
  for (const field of newFields)
    database.exec(`ALTER TABLE ${quoted(name)} ADD COLUMN ${quoted(field.name)} ${field.type}`)
}

function createTable(
  name: string,
  tags: readonly string[],
  fields: readonly Pick<Column, 'name' | 'type'>[],
): string {
  const time = `strftime('%Y-%m-%dT%H:%M:%fZ', time_ms / 1000.0, 'unixepoch')`
  return `CREATE TABLE ${quoted(name)} (${[
    `time TEXT GENERATED ALWAYS AS (${time}) VIRTUAL`,
    'time_ms INTEGER NOT NULL',
    ...tags.map((tag) => `${quoted(tag)} TEXT NOT NULL DEFAULT '${UNKNOWN}'`),
    ...fields.map((field) => `${quoted(field.name)} ${field.type}`),
    `PRIMARY KEY (${['time_ms', ...tags.map(quoted)].join(', ')})`,
  ].join(', ')}) WITHOUT ROWID`
}

function rebuild(
  database: Sqlite,
  name: string,
  tags: readonly string[],
  newTags: readonly string[],
  fields: readonly Pick<Column, 'name' | 'type'>[],
): void {
  const kept = tableColumns(database, name).map((column) => quoted(column.name))
  const old = `${name} before widening`
  const values = fields.filter((field) => !newTags.includes(field.name))
  const copied = kept.filter((column) => !newTags.map(quoted).includes(column)).join(', ')
  database.exec(`ALTER TABLE ${quoted(name)} RENAME TO ${quoted(old)}`)
  database.exec(createTable(name, [...tags, ...newTags], values))
  database.exec(`INSERT INTO ${quoted(name)} (${copied}) SELECT ${copied} FROM ${quoted(old)}`)
  database.exec(`DROP TABLE ${quoted(old)}`)
}
