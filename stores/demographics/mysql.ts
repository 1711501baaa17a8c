// Demographics in MySQL or MariaDB. A chunk of rows is one transaction, run again where it met another loader's.

import { setTimeout as delay } from 'node:timers/promises'
import mysql, {
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2'
import { DEMOGRAPHIC_COLUMNS, type Demographic } from '../../data/demographics.ts'
import { WINDROW } from '../../kit/invocation.ts'
import { createDatabase, createPool, withConnection } from '../mysql-connection.ts'
import { isConflict, type MysqlContents, mysqlError } from '../mysql-errors.ts'
import type { MysqlSettings } from '../settings.ts'
import { checkedColumns, selectCombinations } from './columns.ts'
import type { DemographicsStore, UpsertCounts } from './demographics-store.ts'
import { lookup } from './mysql-lookup.ts'
import { isUpToDate, SELECT_APPLIED } from './schema-version.ts'

/** Rows of one statement: at their longest 2 MB, below every server's max_allowed_packet. */
const STATEMENT_ROWS = 1000
/** A transaction that met others is run again for so long. */
const CONFLICTS_MS = 10_000

const CONTENTS: MysqlContents = {
  name: 'demographics',
  filledBy: `run \`${WINDROW} seed\``,
  otherwise: 'Without MYSQL_HOST the demographics are kept in a SQLite file.',
}

const INSERT = `INSERT INTO demographics (${DEMOGRAPHIC_COLUMNS.join(', ')}) VALUES`
const WHERE_THERE = 'ON DUPLICATE KEY UPDATE'
/** Changes no row that is there: the affected rows are those inserted. */
const KEEP = 'user_id = demographics.user_id'
const REPLACE = DEMOGRAPHIC_COLUMNS.slice(1)
  .map((column) => `${column} = VALUES(${column})`)
  .join(', ')

/** Demographics in `settings.database`, which `migrate` makes where it is missing. Connects at the first use. */
export function mysqlDemographics(
  settings: MysqlSettings,
  options: { readonly silenceMs?: number } = {},
): DemographicsStore {
  const { host, port, database } = settings
  const pool = createPool(settings, options.silenceMs)
  const withStoreErrors = <T>(action: Promise<T>): Promise<T> =>
    action.catch((error) => {
      throw mysqlError(settings, CONTENTS, error)
    })
  /** As the last chunk was, so is the next one likely to be. */
  let expectsUpdates = false
  let closing: Promise<void> | undefined
  return {
    description: `MySQL ${host}:${port}/${database}`,
    migrate: () => withStoreErrors(migrate(pool, settings, options.silenceMs)),
    upsert: async (rows) => {
      const counts = await withStoreErrors(upsert(pool, rows, expectsUpdates))
      expectsUpdates = rows.length > 0 && counts.updated === rows.length
      return counts
    },
    count: () =>
      withStoreErrors(select(pool, 'SELECT COUNT(*) AS n FROM demographics')).then(([{ n }]) =>
        Number(n),
      ),
    combinations: async (columns) => {
      if (columns.length === 0) return 1
      const [{ n }] = await withStoreErrors(select(pool, selectCombinations(columns)))
      return Number(n)
    },
    lookup: async function* (columns, sinceMs, recentMs) {
      try {
        yield* lookup(pool, checkedColumns(columns), sinceMs, recentMs)
      } catch (error) {
        throw mysqlError(settings, CONTENTS, error)
      }
    },
    close: () => {
      closing ??= new Promise((resolve) => pool.end(() => resolve()))
      return closing
    },
  }
}

async function migrate(pool: Pool, settings: MysqlSettings, silenceMs?: number): Promise<void> {
  if (await isMigrated(pool)) return
  await createDatabase(settings, silenceMs)
  const { migrateMysql } = await import('./mysql-schema.ts')
  await migrateMysql(pool)
}

/** False, too, where the database is missing. */
async function isMigrated(pool: Pool): Promise<boolean> {
  try {
    return isUpToDate((await select(pool, SELECT_APPLIED)) as (RowDataPacket & { name: string })[])
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ER_NO_SUCH_TABLE' || code === 'ER_BAD_DB_ERROR') return false
    throw error
  }
}

function select(pool: Pool, sql: string): Promise<RowDataPacket[]> {
  return new Promise((resolve, reject) => {
    pool.query<RowDataPacket[]>(sql, (error, rows) => (error ? reject(error) : resolve(rows)))
  })
}

async function upsert(
  pool: Pool,
  rows: readonly Demographic[],
  expectsUpdates: boolean,
): Promise<UpsertCounts> {
  // One order for all loaders: then they wait for each other more often than they deadlock.
  const sorted = isSorted(rows) ? rows : rows.toSorted(byId)
  const values: string[] = []
  for (let start = 0; start < sorted.length; start += STATEMENT_ROWS)
    values.push(insertOf(sorted.slice(start, start + STATEMENT_ROWS)))
  const untilMs = performance.now() + CONFLICTS_MS
  for (let attempt = 1; ; attempt++) {
    try {
      return await withConnection(pool, (connection) =>
        transaction(connection, values, rows.length, expectsUpdates),
      )
    } catch (error) {
      if (!isConflict(error) || performance.now() > untilMs) throw error
      await delay(Math.random() * 20 * 2 ** Math.min(attempt, 6))
    }
  }
}

/**
 * An upsert in one statement does not tell an inserted row from one that was there with the same values, so that as a
 * rule new rows are inserted first, and then those that were there replaced. Where all are expected to be there one
 * statement does: it affects 2 rows for each that changed, 1 for each new one, 0 for each that stayed the same, so 2 per
 * row means that all were there. Anything else is undone and done as a rule.
 */
async function transaction(
  connection: PoolConnection,
  inserts: readonly string[],
  rowCount: number,
  expectsUpdates: boolean,
): Promise<UpsertCounts> {
  await run(connection, 'START TRANSACTION')
  if (expectsUpdates) {
    let affected = 0
    for (const insert of inserts)
      affected += (await run(connection, `${insert} ${REPLACE}`)).affectedRows
    if (affected === 2 * rowCount) {
      await run(connection, 'COMMIT')
      return { inserted: 0, updated: rowCount }
    }
    await run(connection, 'ROLLBACK')
    await run(connection, 'START TRANSACTION')
  }
  let inserted = 0
  for (const [index, insert] of inserts.entries()) {
    const { affectedRows } = await run(connection, `${insert} ${KEEP}`)
    inserted += affectedRows
    const rowsHere = Math.min(STATEMENT_ROWS, rowCount - index * STATEMENT_ROWS)
    if (affectedRows < rowsHere) await run(connection, `${insert} ${REPLACE}`)
  }
  await run(connection, 'COMMIT')
  return { inserted, updated: rowCount - inserted }
}

function run(connection: PoolConnection, sql: string): Promise<ResultSetHeader> {
  return new Promise((resolve, reject) => {
    connection.query<ResultSetHeader>(sql, (error, result) =>
      error ? reject(error) : resolve(result),
    )
  })
}

const byId = (a: Demographic, b: Demographic): number => (a.user_id < b.user_id ? -1 : 1)

const isSorted = (rows: readonly Demographic[]): boolean =>
  rows.every((row, i) => i === 0 || rows[i - 1].user_id < row.user_id)

/** A statement but for its end. Written out: mysql2's own formatting costs more than the rest of loading. */
const insertOf = (rows: readonly Demographic[]): string =>
  `${INSERT} ${rows.map(tupleOf).join()} ${WHERE_THERE}`

const tupleOf = (row: Demographic): string =>
  `(${DEMOGRAPHIC_COLUMNS.map((column) => literalOf(column, row)).join()})`

function literalOf(column: keyof Demographic, row: Demographic): string {
  const value = row[column]
  if (column === 'updated_at')
    return `'${row.updated_at.slice(0, 10)} ${row.updated_at.slice(11, 23)}'`
  if (typeof value === 'string' && PLAIN.test(value)) return `'${value}'`
  return mysql.escape(value)
}

/** A text that means itself in SQL. */
const PLAIN = /^[\w +.:@-]*$/
