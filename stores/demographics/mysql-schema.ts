// Migrates the demographics in MySQL or MariaDB.
import { Kysely, MysqlDialect } from 'kysely'
import type { Pool } from 'mysql2'
import { migrateToLatest, mysqlMigrations } from './schema.ts'

/** The database must be there. Leaves the pool open. */
export const migrateMysql = (pool: Pool): Promise<void> =>
  migrateToLatest(new Kysely({ dialect: new MysqlDialect({ pool }) }), mysqlMigrations)
