// Records set aside, as a table of the embedded log's file.
import { systemClock } from '../../kit/clock.ts'
import { inTransaction, openSqlite } from '../sqlite.ts'
import type { SetAsideStore } from './dead-letters.ts'

/** `table` is `dead_letters` or `late_events`. */
export function sqliteSetAside(file: string, table: 'dead_letters' | 'late_events'): SetAsideStore {
  const database = openSqlite(file)
  database.exec(`CREATE TABLE IF NOT EXISTS ${table} (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL,
    reason TEXT NOT NULL, field TEXT NOT NULL, detail TEXT NOT NULL, value BLOB, set_aside_ms INTEGER NOT NULL,
    PRIMARY KEY (topic, partition, "offset")
  )`)
  const insert = database.prepare<unknown[]>(
    `INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return {
    append: async (records) => {
      inTransaction(database, () => {
        for (const { topic, partition, offset, reason, field, detail, value } of records) {
          insert.run(topic, partition, offset, reason, field, detail, value, systemClock.nowMs())
        }
      })
    },
    close: async () => {
      database.close()
    },
  }
}
