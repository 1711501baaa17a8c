// Records set aside, as a table of the embedded log's file.
import { systemClock } from '../../kit/clock.ts'
import { inTransaction, openSqlite, type Sqlite } from '../sqlite.ts'
import { asSqliteErrors } from '../sqlite-errors.ts'
import type { SetAsideStore } from './dead-letters.ts'

export type SetAsideTable = 'dead_letters' | 'late_events'

export function sqliteSetAside(file: string, table: SetAsideTable): SetAsideStore {
  const database = asSqliteErrors('events', file, () => openSetAsideTable(file, table))
  // A record that is set aside again, as after a crash, keeps its mark and its place among the others.
  const insert = database.prepare<unknown[]>(
    `INSERT INTO ${table}
      (topic, partition, "offset", reason, field, detail, value, set_aside_ms, late_by_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET reason = excluded.reason, field = excluded.field, detail = excluded.detail,
        value = excluded.value, set_aside_ms = excluded.set_aside_ms, late_by_ms = excluded.late_by_ms`,
  )
  return {
    append: async (records) => {
      const appendAll = () => {
        for (const { topic, partition, offset, reason, field, detail, value, lateByMs } of records)
          insert.run(
            ...[topic, partition, offset, reason, field, detail, value],
            ...[systemClock.nowMs(), lateByMs ?? null],
          )
      }
      asSqliteErrors('events', file, () => inTransaction(database, appendAll))
    },
    close: async () => {
      database.close()
    },
  }
}

/** Columns that tables made by earlier versions lack. */
const LATER_COLUMNS = ['late_by_ms', 'replayed_ms']

/** Opens the file with the table as it must be: made when it is missing, widened when an earlier version made it. */
export function openSetAsideTable(file: string, table: SetAsideTable): Sqlite {
  const database = openSqlite(file)
  database.exec(`CREATE TABLE IF NOT EXISTS ${table} (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL,
    reason TEXT NOT NULL, field TEXT NOT NULL, detail TEXT NOT NULL, value BLOB, set_aside_ms INTEGER NOT NULL,
    late_by_ms INTEGER, replayed_ms INTEGER,
    PRIMARY KEY (topic, partition, "offset")
  )`)
  if (missingColumns(database, table).length === 0) return database
  // Asked again with the lock held: another process may be widening it, too.
  inTransaction(database, () => {
    for (const column of missingColumns(database, table))
      database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} INTEGER`)
  })
  return database
}

function missingColumns(database: Sqlite, table: SetAsideTable): string[] {
  const columns = database.prepare(`PRAGMA table_info(${table})`).all() as { name: string }[]
  return LATER_COLUMNS.filter((column) => columns.every(({ name }) => name !== column))
}
