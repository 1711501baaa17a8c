// What is in the SQLite file of the embedded log, and the reading of it that several need.
import { randomUUID } from 'node:crypto'
import { inTransaction, openSqlite, type Sqlite } from '../../sqlite.ts'
import type { Offsets } from '../event-log.ts'

/** Values of half a megabyte, as older logs have them, lie on many pages: a fourth of them costs half the time. */
const PAGE_BYTES = 1 << 14

/**
 * `batches.bytes`: the values of a run as `encodeValues` makes them, or the number of the address in the segments where
 * they are. `segments.end_bytes`: addresses from here on are free.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS log (id TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS segments (end_bytes INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS partitions (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (topic, partition)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS batches (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, base_offset INTEGER NOT NULL, count INTEGER NOT NULL,
    appended_ms INTEGER NOT NULL, size_bytes INTEGER NOT NULL, bytes BLOB NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS batches_place ON batches (topic, partition, base_offset);
  CREATE TABLE IF NOT EXISTS committed (
    consumer_group TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL,
    PRIMARY KEY (consumer_group, topic, partition)
  ) WITHOUT ROWID;
`

/** Opens the file, made at the first use. */
export function openLogFile(file: string): Sqlite {
  const database = openSqlite(file, { pageBytes: PAGE_BYTES })
  try {
    database.exec(SCHEMA)
    inTransaction(database, () => {
      if (database.prepare('SELECT id FROM log').get() === undefined)
        database.prepare('INSERT INTO log VALUES (?)').run(randomUUID())
      if (database.prepare('SELECT end_bytes FROM segments').get() === undefined)
        database.exec('INSERT INTO segments VALUES (0)')
    })
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

export function partitionCount(database: Sqlite, topic: string): number {
  const row = database
    .prepare<unknown[]>('SELECT COUNT(*) AS n FROM partitions WHERE topic = ?')
    .get(topic)
  return (row as { n: number }).n
}

/** Asks for the partitions of a topic with their ends, each time it is called. */
export function endsReader(database: Sqlite, topic: string): () => Map<number, number> {
  const statement = database.prepare<unknown[]>(
    'SELECT partition, next_offset FROM partitions WHERE topic = ? ORDER BY partition',
  )
  return () => {
    const rows = statement.all(topic) as { partition: number; next_offset: number }[]
    return new Map(rows.map((row) => [row.partition, row.next_offset]))
  }
}

/** Within a transaction. */
export function raisePartitions(database: Sqlite, topic: string, partitions: number): void {
  const insert = database.prepare<unknown[]>(
    'INSERT INTO partitions (topic, partition) VALUES (?, ?)',
  )
  for (let partition = partitionCount(database, topic); partition < partitions; partition++)
    insert.run(topic, partition)
}

export function commitOffsets(database: Sqlite, group: string, topic: string, next: Offsets): void {
  inTransaction(database, () => {
    const upsert = database.prepare('INSERT OR REPLACE INTO committed VALUES (?, ?, ?, ?)')
    for (const [partition, offset] of next) upsert.run(group, topic, partition, offset)
  })
}
