// The embedded event log: a SQLite file. Records rest as one row per appended run of values, so that reading is as cheap
// as reading a file. Several processes may append and read at once.
import { randomUUID } from 'node:crypto'
import { systemClock } from '../../kit/clock.ts'
import { inTransaction, openSqlite, type Sqlite, type Statement } from '../sqlite.ts'
import { asSqliteErrors } from '../sqlite-errors.ts'
import { BatchMemory, batchFromBlobs, encodeValues, type ValuesBlob } from './batch.ts'
import type {
  EventLog,
  EventLogReader,
  EventLogWriter,
  LogRecord,
  Offsets,
  ReaderOptions,
  StartAt,
} from './event-log.ts'
import { partitionOf } from './partition.ts'

const DEFAULT_PARTITIONS = 4
/** A blob is cut here, so that one read stays bounded. */
const BLOB_BYTES_MAX = 1 << 20
const READ_BYTES_MAX = 2 << 20
const POLL_MS = 50
/** Blobs of a megabyte lie on many pages: a fourth of them costs half the time to write. */
const PAGE_BYTES = 1 << 14

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS log (id TEXT NOT NULL);
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

/** Runs something with SQLite's errors in the words of the port. */
type Guard = <T>(action: () => T) => T

/** The log in `file`, made at the first use. */
export function sqliteEventLog(file: string): EventLog {
  let opened: Sqlite | undefined
  const guard: Guard = (action) => asSqliteErrors('events', file, action)
  /** Async, so that an error is a rejection. */
  const use = async <T>(action: (database: Sqlite) => T): Promise<T> =>
    guard(() => {
      opened ??= openFile(file)
      return action(opened)
    })
  const createTopic = (topic: string, partitions: number) =>
    use((database) => {
      inTransaction(database, () => {
        if (partitionCount(database, topic) === 0) raisePartitions(database, topic, partitions)
      })
      return partitionCount(database, topic)
    })

  return {
    description: `SQLite ${file}`,
    identity: () =>
      use((database) => {
        const { id } = database.prepare('SELECT id FROM log').get() as { id: string }
        return `sqlite:${id}`
      }),
    createTopic,
    addPartitions: (topic, partitions) =>
      use((database) => {
        inTransaction(database, () => raisePartitions(database, topic, partitions))
        return partitionCount(database, topic)
      }),
    ends: (topic) => use((database) => endsOf(database, topic)),
    reader: async (options) => {
      await createTopic(options.topic, DEFAULT_PARTITIONS)
      return use((database) => new SqliteReader(database, guard, options))
    },
    writer: async (topic) => {
      await createTopic(topic, DEFAULT_PARTITIONS)
      return use((database) => sqliteWriter(database, guard, topic))
    },
    close: async () => {
      opened?.close()
    },
  }
}

function openFile(file: string): Sqlite {
  const database = openSqlite(file, { pageBytes: PAGE_BYTES })
  try {
    database.exec(SCHEMA)
    inTransaction(database, () => {
      if (database.prepare('SELECT id FROM log').get() === undefined)
        database.prepare('INSERT INTO log VALUES (?)').run(randomUUID())
    })
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function partitionCount(database: Sqlite, topic: string): number {
  const row = database
    .prepare<unknown[]>('SELECT COUNT(*) AS n FROM partitions WHERE topic = ?')
    .get(topic)
  return (row as { n: number }).n
}

function endsOf(database: Sqlite, topic: string): Map<number, number> {
  const rows = database
    .prepare<unknown[]>(
      'SELECT partition, next_offset FROM partitions WHERE topic = ? ORDER BY partition',
    )
    .all(topic) as { partition: number; next_offset: number }[]
  return new Map(rows.map((row) => [row.partition, row.next_offset]))
}

/** Within a transaction. */
function raisePartitions(database: Sqlite, topic: string, partitions: number): void {
  const insert = database.prepare<unknown[]>(
    'INSERT INTO partitions (topic, partition) VALUES (?, ?)',
  )
  for (let partition = partitionCount(database, topic); partition < partitions; partition++)
    insert.run(topic, partition)
}

class SqliteReader implements EventLogReader {
  readonly #database: Sqlite
  readonly #guard: Guard
  readonly #topic: string
  readonly #group: string
  readonly #positions = new Map<number, number>()
  readonly #holding: Statement
  readonly #sizesFrom: Statement
  readonly #blobsFrom: Statement
  /** Undefined: each batch has its own. */
  readonly #memory: BatchMemory | undefined
  #closed = false

  constructor(
    database: Sqlite,
    guard: Guard,
    { topic, group, from = new Map(), startAt = 'earliest', reusesMemory }: ReaderOptions,
  ) {
    this.#database = database
    this.#guard = guard
    this.#topic = topic
    this.#group = group
    this.#memory = reusesMemory === true ? new BatchMemory() : undefined
    const place = 'FROM batches WHERE topic = ? AND partition = ? AND base_offset'
    this.#holding = database.prepare<unknown[]>(`SELECT MAX(base_offset) AS base ${place} <= ?`)
    this.#sizesFrom = database.prepare<unknown[]>(
      `SELECT size_bytes ${place} >= ? ORDER BY base_offset LIMIT 256`,
    )
    this.#blobsFrom = database.prepare<unknown[]>(
      `SELECT base_offset, count, appended_ms, bytes ${place} >= ? ORDER BY base_offset LIMIT ?`,
    )
    for (const [partition, end] of this.#ends()) {
      this.#positions.set(partition, from.get(partition) ?? this.#startOf(partition, startAt, end))
    }
  }

  async read(wanted: readonly number[], waitMs: number) {
    const untilMs = systemClock.monotonicMs() + waitMs
    while (!this.#closed) {
      const ends = this.#guard(() => this.#ends())
      for (const partition of wanted) {
        const from = this.#positions.get(partition) ?? 0
        if (from >= (ends.get(partition) ?? 0)) continue
        const blobs = this.#guard(() => this.#blobs(partition, from))
        const batch = batchFromBlobs(partition, from, blobs, this.#memory)
        this.#positions.set(partition, batch.nextOffset)
        return batch
      }
      const leftMs = untilMs - systemClock.monotonicMs()
      if (leftMs <= 0) return undefined
      await systemClock.sleep(Math.min(POLL_MS, leftMs))
    }
    return undefined
  }

  async ends() {
    const ends = this.#guard(() => this.#ends())
    for (const partition of ends.keys())
      if (!this.#positions.has(partition)) this.#positions.set(partition, 0)
    return ends
  }

  positions() {
    return this.#positions
  }

  async commit(next: Offsets) {
    const commitAll = () => {
      const upsert = this.#database.prepare('INSERT OR REPLACE INTO committed VALUES (?, ?, ?, ?)')
      for (const [partition, offset] of next)
        upsert.run(this.#group, this.#topic, partition, offset)
    }
    this.#guard(() => inTransaction(this.#database, commitAll))
  }

  async close() {
    this.#closed = true
  }

  #ends(): Map<number, number> {
    return endsOf(this.#database, this.#topic)
  }

  /** Blobs from the one that holds `from`: as many as the bound allows, one at least. */
  #blobs(partition: number, from: number): ValuesBlob[] {
    const { base } = this.#holding.get(this.#topic, partition, from) as { base: number }
    const sizes = this.#sizesFrom.all(this.#topic, partition, base) as { size_bytes: number }[]
    let count = 0
    let sizeBytes = 0
    while (
      count < sizes.length &&
      (count === 0 || sizeBytes + sizes[count].size_bytes <= READ_BYTES_MAX)
    ) {
      sizeBytes += sizes[count++].size_bytes
    }
    const rows = this.#blobsFrom.all(this.#topic, partition, base, count) as BlobRow[]
    return rows.map((row) => ({
      baseOffset: row.base_offset,
      count: row.count,
      appendedMs: row.appended_ms,
      bytes: Buffer.from(row.bytes),
    }))
  }

  #startOf(partition: number, startAt: StartAt, end: number): number {
    if (startAt === 'earliest') return 0
    if (startAt === 'latest') return end
    const row = this.#database
      .prepare(
        'SELECT MIN(base_offset) AS base FROM batches WHERE topic = ? AND partition = ? AND appended_ms >= ?',
      )
      .get(this.#topic, partition, startAt.timeMs) as { base: number | null }
    return row.base ?? end
  }
}

interface BlobRow {
  base_offset: number
  count: number
  appended_ms: number
  /** libsql gives blobs as array buffers. */
  bytes: ArrayBuffer
}

function sqliteWriter(database: Sqlite, guard: Guard, topic: string): EventLogWriter {
  const end = database.prepare<unknown[]>(
    'SELECT next_offset FROM partitions WHERE topic = ? AND partition = ?',
  )
  const moveEnd = database.prepare<unknown[]>(
    'UPDATE partitions SET next_offset = ? WHERE topic = ? AND partition = ?',
  )
  const insert = database.prepare<unknown[]>('INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?)')

  const appendTo = (partition: number, values: readonly (Uint8Array | null)[]) => {
    let offset = (end.get(topic, partition) as { next_offset: number }).next_offset
    for (const chunk of chunksByBytes(values)) {
      const bytes = encodeValues(chunk)
      insert.run(topic, partition, offset, chunk.length, systemClock.nowMs(), bytes.length, bytes)
      offset += chunk.length
    }
    moveEnd.run(offset, topic, partition)
  }

  return {
    append: async (records) => {
      const appendAll = () => {
        // Counted anew: the topic may have gained some.
        const byPartition = groupByPartition(records, partitionCount(database, topic))
        for (const [partition, values] of byPartition) appendTo(partition, values)
      }
      guard(() => inTransaction(database, appendAll))
    },
    close: async () => {},
  }
}

function groupByPartition(
  records: readonly LogRecord[],
  partitions: number,
): Map<number, (Uint8Array | null)[]> {
  const byPartition = new Map<number, (Uint8Array | null)[]>()
  for (const record of records) {
    const partition = partitionOf(record, partitions)
    const values = byPartition.get(partition)
    if (values === undefined) byPartition.set(partition, [record.value])
    else values.push(record.value)
  }
  return byPartition
}

function* chunksByBytes(
  values: readonly (Uint8Array | null)[],
): Generator<readonly (Uint8Array | null)[]> {
  let first = 0
  let sizeBytes = 0
  for (let i = 0; i < values.length; i++) {
    sizeBytes += values[i]?.length ?? 0
    if (sizeBytes < BLOB_BYTES_MAX) continue
    yield values.slice(first, i + 1)
    first = i + 1
    sizeBytes = 0
  }
  if (first < values.length) yield values.slice(first)
}
