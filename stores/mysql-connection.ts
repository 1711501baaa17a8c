// Connections to MySQL or MariaDB, every one with the same session: UTC, strict, text as UTF-8. One that is silent while
// an answer is due is lost: what waits for it fails, and the next statement gets a new connection.
import { connect, type Socket } from 'node:net'
import mysql, {
  type Connection,
  type Pool,
  type PoolConnection,
  type QueryResult,
  type SslOptions,
} from 'mysql2'
import { formatDuration } from '../kit/duration.ts'
import type { Encryption } from './encryption.ts'
import type { MysqlSettings } from './settings.ts'

/** Strict: a value that does not fit is an error. Without NO_BACKSLASH_ESCAPES, which breaks mysql2's escaping. */
const SESSION = `SET time_zone = '+00:00', innodb_lock_wait_timeout = 5,
  sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`

/** How long a server may take for the next piece of an answer. */
const SILENCE_MS = 10_000

const access = ({ host, port, user, password, tls }: MysqlSettings, silenceMs: number) => ({
  host,
  port,
  user,
  password,
  charset: 'utf8mb4',
  connectTimeout: silenceMs,
  stream: () => openSocket(host, port),
  ...(tls && { ssl: sslOf(tls) }),
})

const sslOf = ({ ca, client, checksName }: Encryption): SslOptions => ({
  rejectUnauthorized: true,
  verifyIdentity: checksName,
  minVersion: 'TLSv1.2',
  ...(ca !== undefined && { ca }),
  ...client,
})

function openSocket(host: string, port: number): Socket {
  // Where mysql2 is given an address, TLS compares the certificate with the host that its socket says it leads to.
  return Object.assign(connect(port, host).setNoDelay(true), { _host: host })
}

/**
 * Makes a connection fail when nothing came for `silenceMs`, unless its reader holds it back. That closes connections
 * without work too, before they can have become stale. Until it is there, mysql2's own limit holds.
 */
function watchSilence(connection: Connection, silenceMs: number): void {
  // Not in its type. With TLS it is no longer the one that it was opened with.
  const { stream: socket } = connection as unknown as { readonly stream: Socket }
  socket.setTimeout(silenceMs, () => {
    const reason = `no answer for ${formatDuration(silenceMs)}`
    if (socket.isPaused()) socket.setTimeout(silenceMs)
    else socket.destroy(Object.assign(new Error(reason), { code: 'ETIMEDOUT' }))
  })
}

/**
 * A pool that connects at the first use. A server silent for `silenceMs` is lost. Without `FOUND_ROWS`, so that an
 * unchanged row counts as not affected.
 */
export function createPool(settings: MysqlSettings, silenceMs = SILENCE_MS): Pool {
  const pool = mysql.createPool({
    ...access(settings, silenceMs),
    database: settings.database,
    flags: ['-FOUND_ROWS'],
    connectionLimit: 4,
    queryFormat: withValues,
  })
  pool.on('connection', (connection: PoolConnection) => {
    // Its user is told as well; an error that nobody listens to would end the process.
    connection.on('error', () => {})
    watchSilence(connection, silenceMs)
    // Queued before any statement of ours. Should it fail, the connection is lost and the next statement tells.
    connection.query(SESSION, () => {})
  })
  return pool
}

/** As mysql2 does it, but a statement without values is not searched for where they go: of a large one that takes long. */
const withValues = (sql: string, values: SqlValue[]): string =>
  values.length === 0 ? sql : mysql.format(sql, values)

type SqlValue = Parameters<typeof mysql.escape>[0]

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
export async function createDatabase(
  settings: MysqlSettings,
  silenceMs = SILENCE_MS,
): Promise<void> {
  const isMissing = await withSingleConnection(settings, silenceMs, async () => false).catch(
    (error) => {
      if (error.code === 'ER_BAD_DB_ERROR') return true
      throw error
    },
  )
  if (!isMissing) return
  const { database, ...server } = settings
  await withSingleConnection(server, silenceMs, (query) =>
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
  silenceMs: number,
  action: (query: (sql: string) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const { database } = settings
  const connection = mysql.createConnection({
    ...access({ database: '', ...settings }, silenceMs),
    ...(database === undefined ? {} : { database }),
  })
  connection.on('error', () => {})
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()))
    })
    watchSilence(connection, silenceMs)
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
