// Connections to MySQL or MariaDB, every one with the same session: UTC, strict, text as UTF-8.
import mysql, { type Pool, type PoolConnection, type QueryResult } from 'mysql2'
import type { MysqlSettings } from './settings.ts'

/** Strict: a value that does not fit is an error. Without NO_BACKSLASH_ESCAPES, which breaks mysql2's escaping. */
const SESSION = `SET time_zone = '+00:00', innodb_lock_wait_timeout = 20,
  sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`

/** How long connecting and greeting may take. */
const CONNECT_TIMEOUT_MS = 10_000

const access = ({ host, port, user, password }: MysqlSettings) => ({
  host,
  port,
  user,
  password,
  charset: 'utf8mb4',
  connectTimeout: CONNECT_TIMEOUT_MS,
})

/** A pool that connects at the first use. Without `FOUND_ROWS`, so that an unchanged row counts as not affected. */
export function createPool(settings: MysqlSettings): Pool {
  const pool = mysql.createPool({
    ...access(settings),
    database: settings.database,
    flags: ['-FOUND_ROWS'],
    connectionLimit: 4,
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
  })
  // Queued before any statement of ours. Should it fail, the connection is lost and the next statement tells.
  pool.on('connection', (connection: PoolConnection) => connection.query(SESSION, () => {}))
  return pool
}

/** A connection of the pool; the caller releases or destroys it. */
export function takeConnection(pool: Pool): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)))
  })
}

/** A connection of the pool for `action`; a connection that failed in a transaction is not used again. */
export async function withConnection<T>(
  pool: Pool,
  action: (connection: PoolConnection) => Promise<T>,
): Promise<T> {
  const connection = await takeConnection(pool)
  try {
    const result = await action(connection)
    connection.release()
    return result
  } catch (error) {
    // Closing it makes the server roll back, also where a ROLLBACK would not arrive.
    connection.destroy()
    throw error
  }
}

/** Makes the database where it is missing. Errors are mysql2's. */
export async function createDatabase(settings: MysqlSettings): Promise<void> {
  const isMissing = await withSingleConnection({ ...settings }, async () => false).catch(
    (error) => {
      if (error.code === 'ER_BAD_DB_ERROR') return true
      throw error
    },
  )
  if (!isMissing) return
  const { database, ...server } = settings
  await withSingleConnection(server, (query) =>
    query(`CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4`),
  )
}

/**
 * Runs one prepared statement, so that bytes travel as they are. A server that is silent for `timeoutMs` is given up:
 * mysql2's own time limit does not count preparing.
 */
export function execute<T extends QueryResult>(
  pool: Pool,
  sql: string,
  values: readonly (string | number | Uint8Array)[],
  timeoutMs: number,
): Promise<T> {
  return withConnection(
    pool,
    (connection) =>
      new Promise((resolve, reject) => {
        const silence = setTimeout(() => {
          const message = `no answer for ${timeoutMs / 1000} s`
          reject(Object.assign(new Error(message), { code: 'ETIMEDOUT' }))
        }, timeoutMs)
        connection.execute<T>(sql, [...values], (error, result) => {
          clearTimeout(silence)
          if (error) reject(error)
          else resolve(result)
        })
      }),
  )
}

async function withSingleConnection<T>(
  settings: Omit<MysqlSettings, 'database'> & { readonly database?: string },
  action: (query: (sql: string) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const { database } = settings
  const connection = mysql.createConnection({
    ...access({ database: '', ...settings }),
    ...(database === undefined ? {} : { database }),
  })
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()))
    })
    return await action(
      (sql) =>
        new Promise((resolve, reject) => {
          connection.query(sql, (error, result) => (error ? reject(error) : resolve(result)))
        }),
    )
  } finally {
    connection.destroy()
  }
}
