// Checkpoints and lease in MySQL or MariaDB, for jobs on several machines. Every step is one statement that commits by
// itself: an instance that is frozen between two of them holds no lock that its successor would wait for.
import { createHash, randomUUID } from 'node:crypto'
import type { Pool, QueryResult, ResultSetHeader, RowDataPacket } from 'mysql2'
import type { Clock } from '../../kit/clock.ts'
import { createDatabase, createPool, execute } from '../mysql-connection.ts'
import { type MysqlContents, mysqlError } from '../mysql-errors.ts'
import type { MysqlSettings } from '../settings.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { leasedStore } from './leased-store.ts'
import { CHANGES, mysqlTables, WHOLES } from './mysql-tables.ts'
import { batchesOf, sizeOf } from './pieces.ts'
import type { CheckpointPlace, Found, LeaseRow, Saved } from './place.ts'

const CONTENTS: MysqlContents = {
  name: 'checkpoints',
  filledBy: 'start the job, which makes them',
  otherwise: 'Without CHECKPOINTS=mysql the checkpoints are kept in a directory.',
}
/** With all around it below the smallest usual max_allowed_packet, 1 MB; hashed within 1 ms. */
const CHUNK_BYTES = 512 << 10
/** A server that is silent for so long is away; a holder must know before others may take over. */
const SILENCE_MS = 5000

type Values = readonly (string | number | Uint8Array)[]
const HELD = 'job = ? AND epoch = ? AND is_released = 0'

/** Checkpoints of `job` in tables of `settings.database`; makes both where they are missing. Connects at the first use. */
export function mysqlCheckpoints(
  settings: MysqlSettings,
  job: string,
  clock?: Clock,
): CheckpointStore {
  return leasedStore(new MysqlPlace(settings, job), clock)
}

class MysqlPlace implements CheckpointPlace {
  readonly description: string
  readonly #settings: MysqlSettings
  readonly #job: string
  readonly #pool: Pool
  /** Contents whose chunks are being written. */
  readonly #writing = new Set<string>()
  #ready: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(settings: MysqlSettings, job: string) {
    this.description = `MySQL ${settings.host}:${settings.port}/${settings.database} (${job})`
    this.#settings = settings
    this.#job = job
    this.#pool = createPool(settings)
  }

  async readLease(): Promise<LeaseRow> {
    const sql = 'SELECT * FROM windrow_leases WHERE job = ?'
    const [{ owner, process, epoch, beat, is_released }] = await this.#rows(sql, [this.#job])
    return { owner, process, epoch, beat, isReleased: is_released === 1 }
  }

  take(seen: LeaseRow, owner: string, process: string): Promise<boolean> {
    return this.#changes(
      `UPDATE windrow_leases SET owner = ?, process = ?, epoch = epoch + 1, beat = 0, is_released = 0
       WHERE job = ? AND epoch = ? AND beat = ?`,
      [owner.slice(0, 255), process, this.#job, seen.epoch, seen.beat],
    )
  }

  beat(epoch: number): Promise<boolean> {
    const sql = `UPDATE windrow_leases SET beat = beat + 1 WHERE ${HELD}`
    return this.#changes(sql, [this.#job, epoch])
  }

  async release(epoch: number): Promise<void> {
    await this.#changes(`UPDATE windrow_leases SET is_released = 1 WHERE ${HELD}`, [
      this.#job,
      epoch,
    ])
  }

  async list(): Promise<readonly Saved[]> {
    const sql = `SELECT number, 1 AS is_whole FROM ${WHOLES} WHERE job = ?
      UNION ALL SELECT number, 0 FROM ${CHANGES} WHERE job = ?`
    const rows = await this.#rows(sql, [this.#job, this.#job])
    return rows.map(({ number, is_whole }) => ({ number, isWhole: is_whole === 1 }))
  }

  async read(saved: Saved): Promise<Found> {
    const row = await this.#rowOf(saved)
    if (row === undefined) return 'gone'
    const hash = createHash('sha256')
    const bytes = Buffer.allocUnsafe(row.size_bytes)
    let read = 0
    for (let index = 0; read < bytes.length; index++) {
      const sql =
        'SELECT bytes FROM windrow_checkpoint_chunks WHERE job = ? AND content = ? AND chunk = ?'
      const [chunk] = await this.#rows(sql, [this.#job, row.content, index])
      if (chunk === undefined) break
      hash.update(chunk.bytes)
      read += chunk.bytes.copy(bytes, read)
    }
    if (read === bytes.length && hash.digest().equals(row.sha256)) return { bytes }
    // Replaced or deleted while it was read?
    if ((await this.#rowOf(saved))?.content !== row.content) return 'gone'
    const what = read < bytes.length ? 'its end is missing' : 'its checksum does not fit'
    return { damage: `The checkpoint ${saved.number} in ${this.description} is damaged: ${what}.` }
  }

  async save(epoch: number, saved: Saved, pieces: readonly Uint8Array[]): Promise<boolean> {
    const content = randomUUID()
    this.#writing.add(content)
    try {
      const digest = await this.#writeChunks(epoch, content, pieces)
      // Visible with this statement, which looks at the lease and locks it until it has committed.
      return await this.#changes(
        `REPLACE INTO ${tableOf(saved)} (job, number, content, size_bytes, sha256)
         SELECT job, ?, ?, ?, ? FROM windrow_leases WHERE ${HELD} FOR UPDATE`,
        [saved.number, content, sizeOf(pieces), digest, this.#job, epoch],
      )
    } finally {
      this.#writing.delete(content)
    }
  }

  /** Answers the digest of all. */
  async #writeChunks(
    epoch: number,
    content: string,
    pieces: readonly Uint8Array[],
  ): Promise<Uint8Array> {
    const hash = createHash('sha256')
    let index = 0
    for (const batch of batchesOf(pieces, CHUNK_BYTES)) {
      const chunk = Buffer.concat(batch)
      hash.update(chunk)
      await this.#execute('INSERT INTO windrow_checkpoint_chunks VALUES (?, ?, ?, ?, ?)', [
        ...[this.#job, content, index++, epoch],
        chunk,
      ])
    }
    return hash.digest()
  }

  async tryWrite(): Promise<void> {
    // The server looks at rights before it looks for rows, and there are none.
    for (const sql of triesOf('windrow_checkpoint_chunks', WHOLES, CHANGES))
      await this.#execute(sql, [])
    await this.#execute('UPDATE windrow_leases SET beat = beat WHERE FALSE', [])
  }

  async prune(epoch: number, first: number): Promise<void> {
    const job = this.#job
    await this.#execute(`DELETE FROM ${WHOLES} WHERE job = ? AND number < ?`, [job, first])
    await this.#execute(`DELETE FROM ${CHANGES} WHERE job = ? AND number <= ?`, [job, first])
    // What is being written is not visible yet.
    const writing = [...this.#writing]
    await this.#execute(
      `DELETE FROM windrow_checkpoint_chunks WHERE job = ? AND epoch <= ?
       AND content NOT IN (SELECT content FROM ${WHOLES} WHERE job = ?)
       AND content NOT IN (SELECT content FROM ${CHANGES} WHERE job = ?)
       ${writing.map(() => 'AND content <> ?').join(' ')}`,
      [job, epoch, job, job, ...writing],
    )
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => this.#pool.end(() => resolve()))
    return this.#closing
  }

  async #rowOf(saved: Saved): Promise<RowDataPacket | undefined> {
    const sql = `SELECT * FROM ${tableOf(saved)} WHERE job = ? AND number = ?`
    return (await this.#rows(sql, [this.#job, saved.number]))[0]
  }

  #rows(sql: string, values: Values): Promise<RowDataPacket[]> {
    return this.#execute<RowDataPacket[]>(sql, values)
  }

  async #changes(sql: string, values: Values): Promise<boolean> {
    return (await this.#execute<ResultSetHeader>(sql, values)).affectedRows > 0
  }

  async #execute<T extends QueryResult>(sql: string, values: Values): Promise<T> {
    try {
      this.#ready ??= this.#prepare()
      await this.#ready
      return await execute<T>(this.#pool, sql, values, SILENCE_MS)
    } catch (error) {
      throw mysqlError(this.#settings, CONTENTS, error)
    }
  }

  async #prepare(): Promise<void> {
    try {
      await createDatabase(this.#settings)
      for (const table of mysqlTables) await execute(this.#pool, table, [], SILENCE_MS)
      const lease = "INSERT IGNORE INTO windrow_leases VALUES (?, '', '', 0, 0, 1)"
      await execute(this.#pool, lease, [this.#job], SILENCE_MS)
    } catch (error) {
      this.#ready = undefined
      throw error
    }
  }
}

const triesOf = (...tables: readonly string[]): string[] =>
  tables.flatMap((table) => [
    `REPLACE INTO ${table} SELECT * FROM ${table} WHERE FALSE`,
    `DELETE FROM ${table} WHERE FALSE`,
  ])

const tableOf = ({ isWhole }: Saved): string => (isWhole ? WHOLES : CHANGES)
