// Opens the SQLite files of the embedded stores, the same way for all of them.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'libsql'

export type Sqlite = Database.Database
/** A prepared statement; parameters by position. */
export type Statement = Database.Statement<unknown[]>

export interface SqliteOptions {
  readonly durable?: boolean
  /** Size of the pages of a file that is made; large ones suit large values. Default: SQLite's, 4 KiB. */
  readonly pageBytes?: number
}

/**
 * Opens or creates a SQLite file; several processes may have it open. Writes of one process do not block readers of
 * others (write-ahead log); a writer waits up to 10 s for another one. A commit survives the death of the process; with
 * `durable` also that of the machine.
 */
export function openSqlite(file: string, options: SqliteOptions = {}): Sqlite {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const database = new Database(file)
  database.pragma('busy_timeout = 10000')
  if (options.pageBytes !== undefined) database.pragma(`page_size = ${options.pageBytes}`)
  database.pragma('journal_mode = WAL')
  database.pragma(`synchronous = ${options.durable === true ? 'FULL' : 'NORMAL'}`)
  return database
}

/**
 * All or nothing, holding the file's write lock. Not libsql's own `transaction`: when SQLite itself has rolled back, as on
 * a full disk, that one throws about the rollback and hides the reason.
 */
export function inTransaction<T>(database: Sqlite, action: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = action()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Throws where a write would: the file or its directory is read-only, another program writes for too long. */
export function tryWriting(database: Sqlite): void {
  database.exec('BEGIN IMMEDIATE')
  database.exec('ROLLBACK')
}
