// Puts the points of one measurement into its table in SQLite: many rows by one statement that was prepared before.
import type { Measurement, Point } from '../../data/point.ts'
import type { Sqlite, Statement } from '../sqlite.ts'
import { quoted } from './sqlite-table.ts'
import { encodeTag, TROUBLE_IN_SQLITE } from './tag-text.ts'

/** A statement for so many rows takes two thirds of what one for each does; more rows gain nothing. */
const STATEMENT_ROWS = 32

/** For one open file, whose table of the measurement must be there. A row that is there is replaced. */
export class PointInserter {
  readonly #tags: readonly string[]
  readonly #fields: readonly string[]
  readonly #columns: number
  /** Preparing takes longer than a window's rows do. */
  readonly #many: Statement
  readonly #one: Statement
  /** Used again and again. */
  readonly #manyRows: (string | number | null)[]
  readonly #oneRow: (string | number | null)[]

  constructor(database: Sqlite, { name, tags, fields }: Measurement) {
    this.#tags = tags
    this.#fields = Object.keys(fields)
    const columns = ['time_ms', ...tags, ...this.#fields].map(quoted)
    this.#columns = columns.length
    const into = `INSERT OR REPLACE INTO ${quoted(name)} (${columns.join(', ')}) VALUES `
    const values = `(${columns.map(() => '?').join(', ')})`
    this.#many = database.prepare(into + Array(STATEMENT_ROWS).fill(values).join(', '))
    this.#one = database.prepare(into + values)
    this.#manyRows = Array(STATEMENT_ROWS * columns.length).fill(null)
    this.#oneRow = Array(columns.length).fill(null)
  }

  insert(points: readonly Point[]): void {
    let from = 0
    for (; from + STATEMENT_ROWS <= points.length; from += STATEMENT_ROWS) {
      for (let i = 0; i < STATEMENT_ROWS; i++)
        this.#put(points[from + i], this.#manyRows, i * this.#columns)
      this.#many.run(this.#manyRows)
    }
    for (; from < points.length; from++) {
      this.#put(points[from], this.#oneRow, 0)
      this.#one.run(this.#oneRow)
    }
  }

  #put({ timeMs, tags, fields }: Point, rows: (string | number | null)[], start: number): void {
    let at = start
    rows[at++] = timeMs
    for (const tag of this.#tags) rows[at++] = encodeTag(tags[tag], TROUBLE_IN_SQLITE)
    for (const field of this.#fields) rows[at++] = fields[field] ?? null
  }
}
