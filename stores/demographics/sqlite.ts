// The embedded demographics: a SQLite file. A chunk of rows travels as one JSON text and is one transaction.

import { setImmediate } from 'node:timers/promises'
import { DEMOGRAPHIC_COLUMNS, type Demographic } from '../../data/demographics.ts'
import { systemClock } from '../../kit/clock.ts'
import { RefusedError } from '../../kit/errors.ts'
import { WINDROW } from '../../kit/invocation.ts'
import type { LookupRows } from '../lookup/lookup-store.ts'
import { inTransaction, openSqlite, type Sqlite } from '../sqlite.ts'
import { sqliteError } from '../sqlite-errors.ts'
import { checkedColumns, selectCombinations } from './columns.ts'
import type { DemographicsStore, UpsertCounts } from './demographics-store.ts'
import { isUpToDate, SELECT_APPLIED } from './schema-version.ts'

/** Rows that are taken without giving others their turn: one or two milliseconds' worth. */
const LOOKUP_ROWS = 500

const COUNT_EXISTING = `SELECT COUNT(*) AS n FROM json_each(?) AS row
  JOIN demographics ON demographics.user_id = row.value ->> 0`

// `WHERE TRUE` keeps SQLite from reading ON CONFLICT as a join's ON.
const UPSERT = `INSERT INTO demographics (${DEMOGRAPHIC_COLUMNS.join(', ')})
  SELECT ${DEMOGRAPHIC_COLUMNS.map((_, index) => `value ->> ${index}`).join(', ')}
  FROM json_each(?) WHERE TRUE
  ON CONFLICT (user_id) DO UPDATE
  SET ${DEMOGRAPHIC_COLUMNS.slice(1)
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')}`

/** Demographics in `file`, made at the first use; several processes may have it open. */
export function sqliteDemographics(file: string): DemographicsStore {
  let opened: Sqlite | undefined
  const open = (): Sqlite => {
    opened ??= openSqlite(file)
    return opened
  }
  return {
    description: `SQLite ${file}`,
    migrate: () => withStoreErrors(file, () => oneAfterAnother(() => migrate(open()))),
    upsert: (rows) => withStoreErrors(file, async () => upsert(open(), rows)),
    count: () =>
      withStoreErrors(file, async () => {
        const row = open().prepare('SELECT COUNT(*) AS n FROM demographics').get()
        return (row as { n: number }).n
      }),
    combinations: (columns) =>
      withStoreErrors(file, async () => {
        if (columns.length === 0) return 1
        return (open().prepare(selectCombinations(columns)).get() as { n: number }).n
      }),
    lookup: (columns, sinceMs, recentMs = -Infinity) => {
      // A file has no clock but its machine's.
      const fromMs = Math.min(sinceMs, systemClock.nowMs() - recentMs)
      return lookup(file, checkedColumns(columns), fromMs)
    },
    close: async () => {
      opened?.close()
      opened = undefined
    },
  }
}

async function migrate(database: Sqlite): Promise<void> {
  if (isMigrated(database)) return
  const { migrateSqlite } = await import('./sqlite-schema.ts')
  await migrateSqlite(database)
}

function isMigrated(database: Sqlite): boolean {
  try {
    return isUpToDate(database.prepare<unknown[]>(SELECT_APPLIED).all() as { name: string }[])
  } catch (error) {
    if (/no such table/.test((error as Error).message)) return false
    throw error
  }
}

function upsert(database: Sqlite, rows: readonly Demographic[]): UpsertCounts {
  const json = JSON.stringify(rows.map((row) => DEMOGRAPHIC_COLUMNS.map((column) => row[column])))
  return inTransaction(database, () => {
    const existing = database.prepare<unknown[]>(COUNT_EXISTING).get([json]) as { n: number }
    database.prepare<unknown[]>(UPSERT).run([json])
    return { inserted: rows.length - existing.n, updated: existing.n }
  })
}

/** Reads on a connection of its own: one statement, so one state of the table, and never in the way of a writer. */
async function* lookup(
  file: string,
  columns: readonly string[],
  sinceMs: number,
): AsyncGenerator<LookupRows> {
  const reader = await withStoreErrors(file, async () => openSqlite(file))
  let isRunning = false
  let rows: Iterator<string[]> | undefined
  try {
    const since = new Date(Math.max(sinceMs, 0)).toISOString()
    rows = await withStoreErrors(file, async () => {
      const texts = ['user_id', ...columns, 'updated_at'].map((name) => `CAST(${name} AS TEXT)`)
      const query = `SELECT ${texts.join(', ')} FROM demographics WHERE updated_at >= ?`
      return reader.prepare<unknown[]>(query).raw().iterate([since]) as Iterator<string[]>
    })
    isRunning = true
    while (isRunning) {
      const chunk: string[][] = []
      let latest = ''
      while (chunk.length < LOOKUP_ROWS) {
        const { done, value } = rows.next()
        if (done === true) {
          isRunning = false
          break
        }
        const updatedAt = value.pop() as string
        if (updatedAt > latest) latest = updatedAt
        chunk.push(value)
      }
      if (chunk.length > 0) yield { rows: chunk, latestMs: Date.parse(latest) }
      // Reading is synchronous: let the rest of the program have its turn.
      await setImmediate()
    }
  } finally {
    // A statement left in the middle would keep its snapshot, and the write-ahead log could not shrink.
    if (isRunning) endStatement(reader, rows)
    reader.close()
  }
}

/** libsql can only end a statement in the middle by interrupting it: the next step after its read-ahead then fails. */
function endStatement(reader: Sqlite, rows: Iterator<unknown> | undefined): void {
  ;(reader as Sqlite & { interrupt(): void }).interrupt()
  try {
    while (rows?.next().done === false);
  } catch {
    // Interrupted, as asked.
  }
}

let lastMigration: Promise<unknown> = Promise.resolve()

/** Waiting for a lock blocks the process, so two migrations within one process must not wait for each other. */
function oneAfterAnother<T>(action: () => Promise<T>): Promise<T> {
  const result = lastMigration.then(action)
  lastMigration = result.catch(() => {})
  return result
}

/** Errors of SQLite in the words of the port; a wrong statement stays what it is, a bug. */
async function withStoreErrors<T>(file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw storeError(file, error)
  }
}

function storeError(file: string, error: unknown): unknown {
  if (/no such table: demographics/.test((error as Error).message))
    return new RefusedError(
      `The demographics file ${file} has no table yet: run \`${WINDROW} seed\`.`,
    )
  return sqliteError('demographics', file, error)
}
