// The schema of the demographics in both dialects, as migrations that may be repeated and interrupted.
import { type Kysely, type Migration, type MigrationProvider, Migrator, sql } from 'kysely'
import { RefusedError } from '../../kit/errors.ts'
import { TEXT_MAX } from './limits.ts'
import type { MIGRATION_NAMES } from './schema-version.ts'

/** Migrations by name, in the order of their names. A released migration is never changed: add another. */
export type Migrations = Readonly<Record<(typeof MIGRATION_NAMES)[number], Migration>>

/** Brings the schema to the newest version. Throws RefusedError when it is newer than this program. */
export async function migrateToLatest(db: Kysely<unknown>, migrations: Migrations): Promise<void> {
  const provider: MigrationProvider = { getMigrations: async () => ({ ...migrations }) }
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error instanceof Error && error.message.startsWith('corrupted migrations'))
    throw new RefusedError(
      'The demographics were made by a newer version of windrow than this one: ' +
        `update windrow, or load into another database (${error.message}).`,
    )
  if (error !== undefined) throw error
}

/** `updated_at` is ISO 8601 text in UTC with milliseconds, so that it sorts as it reads. */
export const sqliteMigrations: Migrations = {
  '001_demographics': {
    up: async (db) => {
      await sql`
        CREATE TABLE IF NOT EXISTS demographics (
          user_id TEXT NOT NULL PRIMARY KEY,
          gender TEXT NOT NULL,
          age INTEGER NOT NULL,
          age_group TEXT NOT NULL,
          country TEXT NOT NULL,
          city TEXT NOT NULL,
          income_bracket TEXT NOT NULL,
          signup_date TEXT NOT NULL,
          updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
        ) WITHOUT ROWID`.execute(db)
      await sql`
        CREATE INDEX IF NOT EXISTS demographics_updated_at ON demographics (updated_at)`.execute(db)
    },
  },
}

/** Works on MySQL 8.4 and MariaDB 10.11; every session has the time zone +00:00. */
export const mysqlMigrations: Migrations = {
  '001_demographics': {
    up: async (db) => {
      const collation = await exactCollation(db)
      await sql`
        CREATE TABLE IF NOT EXISTS demographics (
          user_id VARCHAR(${sql.lit(TEXT_MAX.user_id)}) NOT NULL PRIMARY KEY,
          gender CHAR(1) NOT NULL,
          age SMALLINT NOT NULL,
          age_group VARCHAR(5) NOT NULL,
          country CHAR(2) NOT NULL,
          city VARCHAR(${sql.lit(TEXT_MAX.city)}) NOT NULL,
          income_bracket VARCHAR(${sql.lit(TEXT_MAX.income_bracket)}) NOT NULL,
          signup_date DATE NOT NULL,
          updated_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
          INDEX demographics_updated_at (updated_at)
        ) DEFAULT CHARACTER SET utf8mb4 COLLATE ${sql.raw(collation)}`.execute(db)
    },
  },
}

/**
 * The collation that compares ids exactly: case, accents and trailing spaces. `utf8mb4_bin`, which both servers have,
 * ignores trailing spaces; the one that does not has another name on each.
 */
async function exactCollation(db: Kysely<unknown>): Promise<string> {
  const { rows } = await sql<{ version: string }>`SELECT VERSION() AS version`.execute(db)
  return /mariadb/i.test(rows[0].version) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin'
}
