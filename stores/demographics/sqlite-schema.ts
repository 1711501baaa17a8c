// Migrates the embedded demographics, holding the file's write lock meanwhile.
import { Kysely, SqliteAdapter, SqliteDialect, sql } from 'kysely'
import type { Sqlite } from '../sqlite.ts'
import { migrateToLatest, sqliteMigrations } from './schema.ts'

export const migrateSqlite = (database: Sqlite): Promise<void> =>
  migrateToLatest(new Kysely({ dialect: new LockingSqliteDialect({ database }) }), sqliteMigrations)

/** Kysely takes no lock on SQLite while it migrates; two programs that start at once need one. */
class LockingSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new LockingSqliteAdapter()
  }
}

class LockingSqliteAdapter extends SqliteAdapter {
  #isLocked = false

  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`BEGIN IMMEDIATE`.execute(db)
    this.#isLocked = true
  }

  override async releaseMigrationLock(db: Kysely<unknown>): Promise<void> {
    if (this.#isLocked) await sql`COMMIT`.execute(db)
    this.#isLocked = false
  }
}
