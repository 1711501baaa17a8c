// Sums of whole stretches of a measurement, kept beside its points in SQLite: a month is added up once, not at each look.
// Why they are never wrong is in README.md.
import { randomUUID } from 'node:crypto'
import type { Point } from '../../data/point.ts'
import type { Sqlite, Statement } from '../sqlite.ts'
import { quoted, tableColumns } from './sqlite-table.ts'

/** Of stretches that begin at a multiple of their length since the epoch; each length is a multiple of the one before. */
export const KEPT_LENGTHS_MS = [5 * 60_000, 3_600_000, 86_400_000] as const

const TABLE = 'windrow sums'

/** Makes the table. Only writers do: what they would not drop must not be kept. Call within a transaction. */
export function ensureKeptSums(database: Sqlite): void {
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${quoted(TABLE)} (measurement TEXT NOT NULL, start_ms INTEGER NOT NULL, ` +
      'length_ms INTEGER NOT NULL, what TEXT NOT NULL, claim TEXT NOT NULL, sums TEXT, ' +
      'PRIMARY KEY (measurement, start_ms, length_ms))',
  )
}

const startIn = (timeMs: number, lengthMs: number) => Math.floor(timeMs / lengthMs) * lengthMs

/** For who changes points of one measurement, in the same transaction: drops the sums of stretches that they are in. */
export class KeptSumsDropper {
  readonly #name: string
  readonly #one: Statement
  readonly #all: Statement

  constructor(database: Sqlite, name: string) {
    this.#name = name
    const from = `DELETE FROM ${quoted(TABLE)} WHERE measurement = ? AND`
    this.#one = database.prepare(`${from} start_ms = ? AND length_ms = ?`)
    this.#all = database.prepare(`${from} start_ms < ? AND start_ms + length_ms > ?`)
  }

  dropOf(points: readonly Pick<Point, 'timeMs'>[]): void {
    let starts = new Set<number>()
    let lastMs = Number.NaN
    for (const { timeMs } of points) {
      const startMs = startIn(timeMs, KEPT_LENGTHS_MS[0])
      if (startMs !== lastMs) starts.add(startMs)
      lastMs = startMs
    }
    for (const lengthMs of KEPT_LENGTHS_MS) {
      starts = new Set([...starts].map((startMs) => startIn(startMs, lengthMs)))
      for (const startMs of starts) this.#one.run([this.#name, startMs, lengthMs])
    }
  }

  dropIn(fromMs: number, toMs: number): void {
    this.#all.run([this.#name, toMs, fromMs])
  }
}

/** What the points of one combination of tags add up to. `values`: in the order asked for; null: no point has it. */
export interface Sum {
  newestMs: number
  readonly values: (number | null)[]
}
/** By the tags' values, as they are in the table, in JSON. */
export type Sums = Map<string, Sum>

export interface Stretch {
  readonly startMs: number
  readonly lengthMs: number
}

/** The kept sums of one measurement. `what` tells which sums; such of anything else are not taken. */
export interface KeptSums {
  find(stretch: Stretch): Sums | undefined
  /**
   * To be called before the stretch is read; then, with its sums, what was answered. That keeps them, unless a point of the
   * stretch was changed meanwhile. Undefined: they cannot be kept now.
   */
  claim(stretch: Stretch): ((sums: Sums) => void) | undefined
}

/** Undefined where no writer knows of them. */
export function keptSums(database: Sqlite, name: string, what: string): KeptSums | undefined {
  if (tableColumns(database, TABLE).length === 0) return undefined
  const is = 'measurement = ? AND start_ms = ? AND length_ms = ?'
  const find = database.prepare(
    `SELECT sums FROM ${quoted(TABLE)} WHERE ${is} AND what = ? AND sums IS NOT NULL`,
  )
  const claim = database.prepare(
    `INSERT OR REPLACE INTO ${quoted(TABLE)} (measurement, start_ms, length_ms, what, claim) VALUES (?, ?, ?, ?, ?)`,
  )
  const keep = database.prepare(`UPDATE ${quoted(TABLE)} SET sums = ? WHERE ${is} AND claim = ?`)
  return {
    find: ({ startMs, lengthMs }) => {
      const row = find.get([name, startMs, lengthMs, what]) as { sums: string } | undefined
      return row === undefined ? undefined : parseSums(row.sums)
    },
    claim: ({ startMs, lengthMs }) => {
      const token = randomUUID()
      if (!tryNow(database, () => claim.run([name, startMs, lengthMs, what, token])))
        return undefined
      return (sums) => {
        tryNow(database, () => keep.run([formatSums(sums), name, startMs, lengthMs, token]))
      }
    },
  }
}

/** A writer is not waited for, and a file that cannot be written to is still read: keeping is worth no wait and no error. */
function tryNow(database: Sqlite, write: () => void): boolean {
  const { timeout } = database.prepare('PRAGMA busy_timeout').get([]) as { timeout: number }
  database.pragma('busy_timeout = 0')
  try {
    write()
    return true
  } catch {
    return false
  } finally {
    database.pragma(`busy_timeout = ${timeout}`)
  }
}

const formatSums = (sums: Sums) =>
  JSON.stringify([...sums].map(([key, { newestMs, values }]) => [key, newestMs, ...values]))

function parseSums(text: string): Sums {
  const rows = JSON.parse(text) as [string, number, ...(number | null)[]][]
  return new Map(rows.map(([key, newestMs, ...values]) => [key, { newestMs, values }]))
}
