// Reads the embedded log: which runs come next from SQLite, their bytes from the segments into memory that is used again.
import { systemClock } from '../../../kit/clock.ts'
import type { Sqlite, Statement } from '../../sqlite.ts'
import { BatchMemory, batchFromRuns } from '../batch.ts'
import type { EventLogReader, Offsets, ReaderOptions, RecordBatch, StartAt } from '../event-log.ts'
import { SegmentReader } from './segments.ts'
import { commitOffsets, endsOf } from './tables.ts'

const READ_BYTES_MAX = 2 << 20
const POLL_MS = 50

/** Runs something with errors in the words of the port. */
export type Guard = <T>(action: () => T) => T

interface RunRow {
  readonly base_offset: number
  readonly count: number
  readonly appended_ms: number
  readonly size_bytes: number
  /** libsql gives blobs as array buffers. */
  readonly bytes: number | ArrayBuffer
}

export class SqliteReader implements EventLogReader {
  readonly #database: Sqlite
  readonly #guard: Guard
  readonly #topic: string
  readonly #group: string
  readonly #segments: SegmentReader
  readonly #positions = new Map<number, number>()
  readonly #holding: Statement
  readonly #sizesFrom: Statement
  readonly #runsFrom: Statement
  /** Undefined: each batch has its own. */
  readonly #memory: BatchMemory | undefined
  #closed = false

  /** `directory`: of the segments. */
  constructor(
    database: Sqlite,
    directory: string,
    guard: Guard,
    { topic, group, from = new Map(), startAt = 'earliest', reusesMemory }: ReaderOptions,
  ) {
    this.#database = database
    this.#guard = guard
    this.#topic = topic
    this.#group = group
    this.#segments = new SegmentReader(directory)
    this.#memory = reusesMemory === true ? new BatchMemory() : undefined
    const place = 'FROM batches WHERE topic = ? AND partition = ? AND base_offset'
    this.#holding = database.prepare<unknown[]>(`SELECT MAX(base_offset) AS base ${place} <= ?`)
    this.#sizesFrom = database.prepare<unknown[]>(
      `SELECT size_bytes ${place} >= ? ORDER BY base_offset LIMIT 256`,
    )
    this.#runsFrom = database.prepare<unknown[]>(
      `SELECT base_offset, count, appended_ms, size_bytes, bytes ${place} >= ? ORDER BY base_offset LIMIT ?`,
    )
    for (const [partition, end] of this.#ends()) {
      this.#positions.set(partition, from.get(partition) ?? this.#startOf(partition, startAt, end))
    }
  }

  async read(wanted: readonly number[], waitMs: number) {
    const untilMs = systemClock.monotonicMs() + waitMs
    while (!this.#closed) {
      const batch = this.#guard(() => this.#next(wanted))
      if (batch !== undefined) return batch
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
    this.#guard(() => commitOffsets(this.#database, this.#group, this.#topic, next))
  }

  async close() {
    this.#closed = true
    this.#segments.close()
  }

  #ends(): Map<number, number> {
    return endsOf(this.#database, this.#topic)
  }

  #next(wanted: readonly number[]): RecordBatch | undefined {
    const ends = this.#ends()
    for (const partition of wanted) {
      const from = this.#positions.get(partition) ?? 0
      if (from >= (ends.get(partition) ?? 0)) continue
      const batch = this.#batch(partition, from)
      this.#positions.set(partition, batch.nextOffset)
      return batch
    }
    return undefined
  }

  /** Of the run that holds `from` and those after it: as many as the bound allows, one at least. */
  #batch(partition: number, from: number): RecordBatch {
    const { base } = this.#holding.get(this.#topic, partition, from) as { base: number }
    const sizes = this.#sizesFrom.all(this.#topic, partition, base) as { size_bytes: number }[]
    let runCount = 0
    let sizeBytes = 0
    while (
      runCount < sizes.length &&
      (runCount === 0 || sizeBytes + sizes[runCount].size_bytes <= READ_BYTES_MAX)
    ) {
      sizeBytes += sizes[runCount++].size_bytes
    }
    const rows = this.#runsFrom.all(this.#topic, partition, base, runCount) as RunRow[]
    const runs = rows.map((row) => ({
      baseOffset: row.base_offset,
      count: row.count,
      appendedMs: row.appended_ms,
      sizeBytes: row.size_bytes,
    }))
    const memory = this.#memory ?? new BatchMemory()
    memory.fit(runs)
    let at = 0
    for (const { bytes, size_bytes } of rows) {
      if (typeof bytes === 'number') this.#segments.read(bytes, size_bytes, memory.bytes, at)
      else memory.bytes.set(new Uint8Array(bytes), at)
      at += size_bytes
    }
    return batchFromRuns(partition, from, runs, memory)
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
