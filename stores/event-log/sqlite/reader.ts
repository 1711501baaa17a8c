// Reads the embedded log: which runs come next from SQLite, their bytes from the segments into memory that is used again.
import { systemClock } from '../../../kit/clock.ts'
import type { Sqlite, Statement } from '../../sqlite.ts'
import { BatchMemory, batchFromRuns } from '../batch.ts'
import type {
  EventLogReader,
  Offsets,
  PlacedBatch,
  PlacedRun,
  ReaderOptions,
  RecordBatch,
  Run,
  SharedReading,
  StartAt,
} from '../event-log.ts'
import { SEGMENT_RUN_BYTES_MIN, SegmentReader } from './segments.ts'
import { commitOffsets, endsReader } from './tables.ts'

const READ_BYTES_MAX = 1 << 20
/** Rows are asked for so many at once, with their bytes: only logs of before have large ones in rows. */
const RUNS_AHEAD_MAX = 128
const POLL_MS = 50

/** Runs something with errors in the words of the port. */
export type Guard = <T>(action: () => T) => T

/** A run as its row tells of it, and its bytes or where in the segments they are; null: in the row, and many. */
interface RowRun extends Run {
  /** libsql gives blobs as array buffers. */
  readonly bytes: ArrayBuffer | number | null
}

/** Runs of a partition, to be read from an offset in the first of them on. */
interface NextRuns {
  readonly partition: number
  readonly from: number
  readonly runs: readonly RowRun[]
}

export class SqliteReader implements EventLogReader {
  readonly #database: Sqlite
  readonly #guard: Guard
  readonly #directory: string
  readonly #topic: string
  readonly #group: string
  readonly #segments: SegmentReader
  readonly #positions = new Map<number, number>()
  readonly #ends: () => Map<number, number>
  readonly #runsFrom: Statement
  readonly #bytesOf: Statement
  /** Runs that come next, by partition: rows do not change once they are there. */
  readonly #ahead = new Map<number, RowRun[]>()
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
    this.#directory = directory
    this.#topic = topic
    this.#group = group
    this.#segments = new SegmentReader(directory)
    this.#memory = reusesMemory === true ? new BatchMemory() : undefined
    this.#ends = endsReader(database, topic)
    const place = 'FROM batches WHERE topic = ?1 AND partition = ?2 AND base_offset'
    this.#runsFrom = database.prepare<unknown[]>(
      `SELECT base_offset AS baseOffset, count, appended_ms AS appendedMs, size_bytes AS sizeBytes,
        CASE WHEN typeof(bytes) <> 'blob' OR size_bytes < ${SEGMENT_RUN_BYTES_MIN} THEN bytes END AS bytes
      ${place} >= (SELECT MAX(base_offset) ${place} <= ?3) ORDER BY base_offset LIMIT ${RUNS_AHEAD_MAX}`,
    )
    this.#bytesOf = database.prepare<unknown[]>(`SELECT bytes ${place} = ?3`)
    for (const [partition, end] of this.#ends()) {
      this.#positions.set(partition, from.get(partition) ?? this.#startOf(partition, startAt, end))
    }
  }

  async read(wanted: readonly number[], waitMs: number): Promise<RecordBatch | undefined> {
    return this.#waited(waitMs, () => this.#next(wanted, (one) => this.#batch(one)))
  }

  readonly shared: SharedReading = {
    find: (wanted, waitMs) =>
      this.#waited(waitMs, () =>
        this.#next(wanted, (one) => this.#placed(one) ?? this.#batch(one)),
      ),
    load: (found) =>
      this.#guard(() =>
        this.#batch({
          partition: found.partition,
          from: found.firstOffset,
          runs: found.runs.map((run) => ({ ...run, bytes: run.address })),
        }),
      ),
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

  async #waited<T>(waitMs: number, next: () => T | undefined): Promise<T | undefined> {
    const untilMs = systemClock.monotonicMs() + waitMs
    while (!this.#closed) {
      const batch = this.#guard(next)
      if (batch !== undefined) return batch
      const leftMs = untilMs - systemClock.monotonicMs()
      if (leftMs <= 0) return undefined
      await systemClock.sleep(Math.min(POLL_MS, leftMs))
    }
    return undefined
  }

  /** What `take` makes of the runs that come next in the first wanted partition that has some. */
  #next<T extends Pick<RecordBatch, 'nextOffset'>>(
    wanted: readonly number[],
    take: (runs: NextRuns) => T,
  ): T | undefined {
    let ends: Offsets | undefined
    for (const partition of wanted) {
      const from = this.#positions.get(partition) ?? 0
      let ahead = this.#ahead.get(partition) ?? []
      if (ahead.length === 0) {
        ends ??= this.#ends()
        if (from >= (ends.get(partition) ?? 0)) continue
        ahead = this.#runsFrom.all(this.#topic, partition, from) as RowRun[]
        this.#ahead.set(partition, ahead)
      }
      const runs = ahead.slice(0, countWithin(ahead))
      const taken = take({ partition, from, runs })
      // Not before: what cannot be read now is what comes next.
      ahead.splice(0, runs.length)
      this.#positions.set(partition, taken.nextOffset)
      return taken
    }
    return undefined
  }

  /** Undefined: some of it is in rows. */
  #placed({ partition, from, runs }: NextRuns): PlacedBatch | undefined {
    const placed: PlacedRun[] = []
    for (const { bytes, ...run } of runs) {
      if (typeof bytes !== 'number') return undefined
      placed.push({ ...run, address: bytes })
    }
    const { baseOffset, count } = placed[placed.length - 1]
    const nextOffset = baseOffset + count
    return {
      partition,
      count: nextOffset - Math.max(from, placed[0].baseOffset),
      firstOffset: Math.max(from, placed[0].baseOffset),
      nextOffset,
      sizeBytes: placed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      directory: this.#directory,
      runs: placed,
    }
  }

  #batch({ partition, from, runs }: NextRuns): RecordBatch {
    const memory = this.#memory ?? new BatchMemory()
    memory.fit(runs)
    let at = 0
    for (const { bytes, baseOffset, sizeBytes } of runs) {
      if (typeof bytes === 'number') this.#segments.read(bytes, sizeBytes, memory.bytes, at)
      else memory.bytes.set(new Uint8Array(bytes ?? this.#bytesAt(partition, baseOffset)), at)
      at += sizeBytes
    }
    return batchFromRuns(partition, from, runs, memory)
  }

  #bytesAt(partition: number, baseOffset: number): ArrayBuffer {
    const row = this.#bytesOf.get(this.#topic, partition, baseOffset)
    return (row as { bytes: ArrayBuffer }).bytes
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

/** How many of the runs a batch takes: as many as the bound allows, one at least. */
function countWithin(runs: readonly RowRun[]): number {
  let count = 1
  let sizeBytes = runs[0].sizeBytes
  while (count < runs.length && sizeBytes + runs[count].sizeBytes <= READ_BYTES_MAX)
    sizeBytes += runs[count++].sizeBytes
  return count
}
