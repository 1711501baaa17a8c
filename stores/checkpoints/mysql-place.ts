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
import { mysqlTables } from './mysql-tables.ts'
import type { CheckpointPlace, Found, LeaseRow } from './place.ts'

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

  async numbers(): Promise<readonly number[]> {
    const sql = 'SELECT number FROM windrow_checkpoints WHERE job = ? ORDER BY number'
    return (await this.#rows(sql, [this.#job])).map(({ number }) => number)
  }

  async read(number: number): Promise<Found> {
    const row = await this.#checkpoint(number)
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
    if ((await this.#checkpoint(number))?.content !== row.content) return 'gone'
    const what = read < bytes.length ? 'its end is missing' : 'its checksum does not fit'
    return { damage: `The checkpoint ${number} in ${this.description} is damaged: ${what}.` }
  }

  async save(epoch: number, number: number, bytes: Uint8Array): Promise<boolean> {
    const content = randomUUID()
    const hash = createHash('sha256')
    for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
      const chunk = bytes.subarray(start, start + CHUNK_BYTES)
      hash.update(chunk)
      await this.#execute('INSERT INTO windrow_checkpoint_chunks VALUES (?, ?, ?, ?, ?)', [
        ...[this.#job, content, start / CHUNK_BYTES, epoch],
        chunk,
      ])
    }
    // Visible with this statement, which looks at the lease and locks it until it has committed.
    return await this.#changes(
      `REPLACE INTO windrow_checkpoints (job, number, content, size_bytes, sha256)
       SELECT job, ?, ?, ?, ? FROM windrow_leases WHERE ${HELD} FOR UPDATE`,
      [number, content, bytes.length, hash.digest(), this.#job, epoch],
    )
  }

  async prune(epoch: number, number: number, keep: number): Promise<void> {
    await this.#execute(
      'DELETE FROM windrow_checkpoints WHERE job = ? AND number < ? AND number <> ?',
      [this.#job, number, keep],
    )
    await this.#execute(
      `DELETE FROM windrow_checkpoint_chunks WHERE job = ? AND epoch <= ?
       AND content NOT IN (SELECT content FROM windrow_checkpoints WHERE job = ?)`,
      [this.#job, epoch, this.#job],
    )
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => this.#pool.end(() => resolve()))
    return this.#closing
  }

  async #checkpoint(number: number): Promise<RowDataPacket | undefined> {
    const sql = 'SELECT * FROM windrow_checkpoints WHERE job = ? AND number = ?'
    return (await this.#rows(sql, [this.#job, number]))[0]
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
