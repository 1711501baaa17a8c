// Looks after records set aside in a table of the embedded log's file. A job may write to it at the same time: no read
// lasts longer than one record.
import { systemClock } from '../../kit/clock.ts'
import { inTransaction, type Sqlite } from '../sqlite.ts'
import type { KeptRecord, ReasonCount, Selection, SetAsideArchive } from './dead-letters.ts'
import { openSetAsideTable, type SetAsideTable } from './sqlite.ts'

/** Row numbers that are looked up at a time. */
const PAGE_ROWS = 1_000

export function sqliteArchive(file: string, table: SetAsideTable): SetAsideArchive {
  const database = openSetAsideTable(file, table)
  const record = database.prepare<unknown[]>(`SELECT * FROM ${table} WHERE rowid = ?`)
  const at = database.prepare<unknown[]>(
    `SELECT * FROM ${table} WHERE topic = ? AND partition = ? AND "offset" = ?`,
  )
  const mark = database.prepare<unknown[]>(
    `UPDATE ${table} SET replayed_ms = ? WHERE topic = ? AND partition = ? AND "offset" = ?`,
  )
  const counts = database.prepare<unknown[]>(
    `SELECT reason, COUNT(*) AS count, COUNT(replayed_ms) AS replayed FROM ${table}
      WHERE topic = ? GROUP BY reason ORDER BY count DESC, reason`,
  )
  return {
    description: `SQLite ${file}, table ${table}`,
    counts: async (topic) => counts.all(topic) as ReasonCount[],
    read: async function* (selection) {
      for (const rowid of rowidsOf(database, table, selection)) {
        const row = record.get(rowid) as Row | undefined
        if (row !== undefined) yield keptRecord(row)
      }
    },
    find: async ({ topic, partition, offset }) => {
      const row = at.get(topic, partition, offset) as Row | undefined
      return row && keptRecord(row)
    },
    markReplayed: async (places) => {
      inTransaction(database, () => {
        for (const { topic, partition, offset } of places)
          mark.run(systemClock.nowMs(), topic, partition, offset)
      })
    },
    close: async () => {
      database.close()
    },
  }
}

/** Row numbers rise in the order rows were made; updates keep them. */
function* rowidsOf(database: Sqlite, table: SetAsideTable, selection: Selection) {
  const [where, values] = conditionOf(selection)
  const bounds = `SELECT MIN(rowid) AS first, MAX(rowid) AS last FROM
    (SELECT rowid FROM ${table} WHERE ${where} ORDER BY rowid DESC LIMIT ?)`
  // -1: no limit.
  const { first, last } = database
    .prepare<unknown[]>(bounds)
    .get(...values, selection.last ?? -1) as { first: number | null; last: number }
  const page = database.prepare<unknown[]>(
    `SELECT rowid FROM ${table} WHERE ${where} AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ${PAGE_ROWS}`,
  )
  let from = first ?? Number.POSITIVE_INFINITY
  while (from <= last) {
    const rows = page.all(...values, from, last) as { rowid: number }[]
    for (const { rowid } of rows) yield rowid
    from = (rows.at(-1)?.rowid ?? last) + 1
  }
}

function conditionOf({ topic, reason, isReplayed }: Selection): [string, unknown[]] {
  const conditions = ['topic = ?']
  const values: unknown[] = [topic]
  if (reason !== undefined) {
    conditions.push('reason = ?')
    values.push(reason)
  }
  if (isReplayed !== undefined) conditions.push(`replayed_ms IS ${isReplayed ? 'NOT ' : ''}NULL`)
  return [conditions.join(' AND '), values]
}

interface Row {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly reason: string
  readonly field: string
  readonly detail: string
  readonly value: ArrayBuffer | null
  readonly set_aside_ms: number
  readonly late_by_ms: number | null
  readonly replayed_ms: number | null
}

const keptRecord = ({
  set_aside_ms,
  late_by_ms,
  replayed_ms,
  value,
  ...rest
}: Row): KeptRecord => ({
  ...rest,
  value: value === null ? null : new Uint8Array(value),
  setAsideMs: set_aside_ms,
  isCut: false,
  ...(late_by_ms === null ? {} : { lateByMs: late_by_ms }),
  ...(replayed_ms === null ? {} : { replayedMs: replayed_ms }),
})
