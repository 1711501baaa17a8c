// Appends to the embedded log: large runs of values into the segments, small ones into SQLite. Rows come last and at once,
// so that records are all in the log or not at all, and only where their bytes are.
import { systemClock } from '../../../kit/clock.ts'
import { inTransaction, type Sqlite, type Statement } from '../../sqlite.ts'
import { encodedBytes, encodeInto } from '../batch.ts'
import type { EventLogWriter, LogRecord } from '../event-log.ts'
import { partitionOf } from '../partition.ts'
import { SEGMENT_RUN_BYTES_MIN, SegmentWriter } from './segments.ts'
import { partitionCount } from './tables.ts'

/** A run is cut here, so that one read stays bounded. */
const RUN_BYTES_MAX = 1 << 20

type Values = readonly (Uint8Array | null)[]

interface Run {
  readonly partition: number
  readonly values: Values
  readonly sizeBytes: number
}

/** Addresses that nobody else has. */
interface Reserved {
  readonly address: number
  readonly sizeBytes: number
}

export class SqliteWriter implements EventLogWriter {
  readonly #database: Sqlite
  readonly #toPortError: (error: unknown) => unknown
  readonly #topic: string
  readonly #segments: SegmentWriter
  readonly #end: Statement
  readonly #moveEnd: Statement
  readonly #insert: Statement
  /** What failed to be written is tried again at the same place. */
  #reserved: Reserved | undefined
  #memory = new Uint8Array(0)

  /** `directory`: of the segments. */
  constructor(
    database: Sqlite,
    directory: string,
    toPortError: (error: unknown) => unknown,
    topic: string,
  ) {
    this.#database = database
    this.#toPortError = toPortError
    this.#topic = topic
    this.#segments = new SegmentWriter(directory)
    this.#end = database.prepare<unknown[]>(
      'SELECT next_offset FROM partitions WHERE topic = ? AND partition = ?',
    )
    this.#moveEnd = database.prepare<unknown[]>(
      'UPDATE partitions SET next_offset = ? WHERE topic = ? AND partition = ?',
    )
    this.#insert = database.prepare<unknown[]>('INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?)')
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    try {
      // Counted anew: the topic may have gained some.
      const runs = runsOf(records, partitionCount(this.#database, this.#topic))
      const addresses = await this.#writeLarge(runs)
      inTransaction(this.#database, () => {
        for (const run of runs) this.#insertRun(run, addresses.get(run))
      })
      this.#reserved = undefined
    } catch (error) {
      throw this.#toPortError(error)
    }
  }

  async close(): Promise<void> {
    this.#segments.close()
  }

  /** Large runs are durable when it resolves; answers where they are. */
  async #writeLarge(runs: readonly Run[]): Promise<Map<Run, number>> {
    const addresses = new Map<Run, number>()
    const large = runs.filter(({ sizeBytes }) => sizeBytes >= SEGMENT_RUN_BYTES_MIN)
    if (large.length === 0) return addresses
    let address = this.#reserve(large.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
    for (const run of large) {
      await this.#segments.write(address, this.#encoded(run))
      addresses.set(run, address)
      address += run.sizeBytes
    }
    await this.#segments.sync()
    return addresses
  }

  #reserve(sizeBytes: number): number {
    if (this.#reserved?.sizeBytes !== sizeBytes) {
      const address = inTransaction(this.#database, () => {
        const row = this.#database.prepare('SELECT end_bytes FROM segments').get()
        this.#database.prepare('UPDATE segments SET end_bytes = end_bytes + ?').run(sizeBytes)
        return (row as { end_bytes: number }).end_bytes
      })
      this.#reserved = { address, sizeBytes }
    }
    return this.#reserved.address
  }

  /** Within a transaction. `address`: where its bytes are, when they are in the segments. */
  #insertRun(run: Run, address: number | undefined): void {
    const { partition, values, sizeBytes } = run
    const { next_offset: base } = this.#end.get(this.#topic, partition) as { next_offset: number }
    const bytes = address ?? this.#encoded(run)
    const nowMs = systemClock.nowMs()
    this.#insert.run(this.#topic, partition, base, values.length, nowMs, sizeBytes, bytes)
    this.#moveEnd.run(base + values.length, this.#topic, partition)
  }

  /** Good until the next one. */
  #encoded({ values, sizeBytes }: Run): Uint8Array {
    if (this.#memory.length < sizeBytes) this.#memory = new Uint8Array(sizeBytes)
    encodeInto(values, this.#memory)
    return this.#memory.subarray(0, sizeBytes)
  }
}

function runsOf(records: readonly LogRecord[], partitions: number): Run[] {
  const byPartition = new Map<number, (Uint8Array | null)[]>()
  for (const record of records) {
    const partition = partitionOf(record, partitions)
    const values = byPartition.get(partition)
    if (values === undefined) byPartition.set(partition, [record.value])
    else values.push(record.value)
  }
  return [...byPartition].flatMap(([partition, values]) =>
    [...chunksByBytes(values)].map((chunk) => ({
      partition,
      values: chunk,
      sizeBytes: encodedBytes(chunk),
    })),
  )
}

function* chunksByBytes(values: Values): Generator<Values> {
  let first = 0
  let sizeBytes = 0
  for (let i = 0; i < values.length; i++) {
    sizeBytes += values[i]?.length ?? 0
    if (sizeBytes < RUN_BYTES_MAX) continue
    yield values.slice(first, i + 1)
    first = i + 1
    sizeBytes = 0
  }
  if (first < values.length) yield values.slice(first)
}
