// Rows of the demographics out of MySQL or MariaDB, in chunks: taken from the connection as fast as they are used.
import { setImmediate as nextTurn } from 'node:timers/promises'
import mysql, { type Pool, type PoolConnection, type Query } from 'mysql2'
import type { LookupRows } from '../lookup/lookup-store.ts'
import { takeConnection } from '../mysql-connection.ts'

/** Rows that are taken without giving others their turn: about a millisecond's. */
const CHUNK_ROWS = 500
/** Chunks that wait before the connection does: about what comes from a socket at once. */
const WAITING_MAX = 4

/** Of a time and one so many microseconds ago. */
const EARLIER = 'LEAST(CAST(? AS DATETIME(3)), CURRENT_TIMESTAMP(3) - INTERVAL ? MICROSECOND)'

/** A port's `lookup`, with checked columns. One statement, so one state of the table. Errors are mysql2's. */
export async function* lookup(
  pool: Pool,
  columns: readonly string[],
  sinceMs: number,
  recentMs: number | undefined,
): AsyncGenerator<LookupRows> {
  const connection = await takeConnection(pool)
  const sql = selectOf(columns, sinceMs, recentMs)
  const query = connection.query({ sql, rowsAsArray: true, dateStrings: true })
  const chunks = new ChunksOfRows(connection, query, columns.indexOf('updated_at') + 1)
  try {
    while (true) {
      const chunk = await chunks.next()
      if (chunk === undefined) break
      yield chunk
      await nextTurn()
    }
  } finally {
    chunks.leave()
  }
}

function selectOf(
  columns: readonly string[],
  sinceMs: number,
  recentMs: number | undefined,
): string {
  const select = `SELECT ${['user_id', ...columns, 'updated_at'].join(', ')} FROM demographics`
  if (sinceMs <= 0) return select
  const since = new Date(sinceMs).toISOString().slice(0, 23).replace('T', ' ')
  const from = recentMs === undefined ? '?' : EARLIER
  return mysql.format(`${select} WHERE updated_at >= ${from}`, [
    since,
    Math.ceil((recentMs ?? 0) * 1000),
  ])
}

/** ISO 8601 of a `TIMESTAMP(3)` as the server writes it in UTC. */
const isoOf = (timestamp: string) => `${timestamp.replace(' ', 'T')}Z`

/** What comes of a query, by its events: a stream of objects between takes longer than the rows do. */
class ChunksOfRows {
  readonly #connection: PoolConnection
  /** Place of the column `updated_at` in a row where it is asked for; 0: it is not. */
  readonly #updatedAt: number
  readonly #waiting: LookupRows[] = []
  #rows: string[][] = []
  /** The latest `updated_at` of these rows. */
  #latest = ''
  #isPaused = false
  #isComplete = false
  #error: Error | undefined
  /** Wakes who waits. */
  #wake: (() => void) | undefined

  constructor(connection: PoolConnection, query: Query, updatedAt: number) {
    this.#connection = connection
    this.#updatedAt = updatedAt
    query.on('result', (row) => this.#take(row as unknown as (string | number)[]))
    query.on('error', this.#fail)
    query.on('end', () => this.#complete())
    // mysql2 tells a lost connection to the callbacks of its queries; one without would wait for ever.
    connection.on('error', this.#fail)
  }

  /** The next chunk; undefined: that was the last one. */
  async next(): Promise<LookupRows | undefined> {
    while (this.#waiting.length === 0) {
      if (this.#error !== undefined) throw this.#error
      if (this.#isComplete) return undefined
      if (this.#isPaused) this.#resume()
      else await this.#woken()
    }
    return this.#waiting.shift()
  }

  /** Gives the connection back, or closes it: left in the middle, the rest of the answer would still be under way. */
  leave(): void {
    this.#connection.off('error', this.#fail)
    if (this.#isComplete) this.#connection.release()
    else this.#connection.destroy()
  }

  #take(row: (string | number)[]): void {
    for (let i = 0; i < row.length; i++) if (typeof row[i] !== 'string') row[i] = String(row[i])
    const texts = row as string[]
    const updatedAt = texts.pop() as string
    if (updatedAt > this.#latest) this.#latest = updatedAt
    if (this.#updatedAt > 0) texts[this.#updatedAt] = isoOf(updatedAt)
    if (this.#rows.push(texts) < CHUNK_ROWS) return
    this.#finishChunk()
    if (this.#waiting.length === WAITING_MAX) this.#pause()
  }

  #finishChunk(): void {
    this.#waiting.push({ rows: this.#rows, latestMs: Date.parse(isoOf(this.#latest)) })
    this.#rows = []
    this.#latest = ''
    this.#wake?.()
  }

  #complete(): void {
    if (this.#error !== undefined) return
    if (this.#rows.length > 0) this.#finishChunk()
    this.#isComplete = true
    this.#wake?.()
  }

  /** Once all rows have come, what happens to the connection while they are used is nothing to them. */
  readonly #fail = (error: Error): void => {
    if (this.#isComplete) return
    this.#error ??= error
    this.#wake?.()
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #pause(): void {
    this.#isPaused = true
    this.#connection.pause()
  }

  /** Rows that came already are taken at once, and may pause it again. */
  #resume(): void {
    this.#isPaused = false
    this.#connection.resume()
  }
}
