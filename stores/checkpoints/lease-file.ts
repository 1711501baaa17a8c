// The lease row in a SQLite file. Never waits with the event loop held: a locked file is tried again after a moment.
import { statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { inTransaction, openSqlite, type Sqlite } from '../sqlite.ts'
import type { LeaseRow } from './place.ts'

/** Others hold the lock for a few milliseconds; longer, and one of them is frozen in the middle. */
const LOCKED_MAX_MS = 2000
const RETRY_MS = 10

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS lease (
    id INTEGER PRIMARY KEY CHECK (id = 1), owner TEXT NOT NULL, process TEXT NOT NULL,
    epoch INTEGER NOT NULL, beat INTEGER NOT NULL, is_released INTEGER NOT NULL
  );
  INSERT OR IGNORE INTO lease VALUES (1, '', '', 0, 0, 1);
`
const HELD = 'WHERE epoch = ? AND is_released = 0'

/** Errors are SQLite's and Node's. */
export class LeaseFile {
  readonly #database: Sqlite
  readonly #file: string
  readonly #inode: number

  /** Opens or creates `file`. */
  constructor(file: string) {
    this.#file = file
    this.#database = openSqlite(file)
    this.#database.exec(SCHEMA)
    this.#database.pragma('busy_timeout = 0')
    this.#inode = statSync(file).ino
  }

  read(): Promise<LeaseRow> {
    return this.#whenFree(() => {
      const row = this.#database.prepare('SELECT * FROM lease').get() as Omit<
        LeaseRow,
        'isReleased'
      > & { readonly is_released: number }
      const { owner, process, epoch, beat } = row
      return { owner, process, epoch, beat, isReleased: row.is_released === 1 }
    })
  }

  take(seen: LeaseRow, owner: string, process: string): Promise<boolean> {
    return this.#changes(
      `UPDATE lease SET owner = ?, process = ?, epoch = epoch + 1, beat = 0, is_released = 0
       WHERE epoch = ? AND beat = ?`,
      [owner, process, seen.epoch, seen.beat],
    )
  }

  beat(epoch: number): Promise<boolean> {
    return this.#changes(`UPDATE lease SET beat = beat + 1 ${HELD}`, [epoch])
  }

  async release(epoch: number): Promise<void> {
    await this.#changes(`UPDATE lease SET is_released = 1 ${HELD}`, [epoch])
  }

  /** Does `action` while nobody can take the lease, if `epoch` holds it; answers whether it does. */
  whileHeld(epoch: number, action: () => void): Promise<boolean> {
    return this.#whenFree(() => {
      const database = this.#database
      database.exec('BEGIN IMMEDIATE')
      try {
        const held = database.prepare<unknown[]>(`SELECT 1 FROM lease ${HELD}`).get(epoch)
        if (held === undefined || !this.isInPlace()) return false
        action()
        return true
      } finally {
        // It was for the lock only: nothing was written that a commit could fail to keep.
        database.exec('ROLLBACK')
      }
    })
  }

  close(): void {
    this.#database.close()
  }

  #changes(sql: string, parameters: readonly unknown[]): Promise<boolean> {
    if (!this.isInPlace()) return Promise.resolve(false)
    // In a transaction, as a statement that meets a lock stays unfinished in libsql, and in the way of later commits.
    return this.#whenFree(() =>
      inTransaction(
        this.#database,
        () => this.#database.prepare<unknown[]>(sql).run(...parameters).changes === 1,
      ),
    )
  }

  /** Not so when the directory was deleted, and perhaps made anew by another instance: then this lease binds nobody. */
  isInPlace(): boolean {
    return statSync(this.#file, { throwIfNoEntry: false })?.ino === this.#inode
  }

  async #whenFree<T>(action: () => T): Promise<T> {
    for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
      try {
        return action()
      } catch (error) {
        const isLocked = /SQLITE_(BUSY|LOCKED)|database is locked/.test(
          `${(error as { code?: string }).code} ${(error as Error).message}`,
        )
        if (!isLocked || waitedMs >= LOCKED_MAX_MS) throw error
      }
      await delay(RETRY_MS)
    }
  }
}
