// PORT: the demographics store. The batch loader writes it, the streaming job looks users up in it.
import type { Demographic } from '../../data/demographics.ts'

export interface UpsertCounts {
  readonly inserted: number
  readonly updated: number
}

/** A chunk of a table: each row is the key, then the asked columns, in order. */
export interface LookupRows {
  readonly rows: readonly (readonly string[])[]
  /** Latest `updated_at` in these rows, epoch milliseconds. */
  readonly latestMs: number
}

export interface DemographicsStore {
  /** What it is and where, for the line that programs print. */
  readonly description: string
  /** Creates or upgrades the schema. Harmless to repeat, also by two programs at once. */
  migrate(): Promise<void>
  /** Inserts or replaces rows by user_id, all or none. Ids within one call differ. */
  upsert(rows: readonly Demographic[]): Promise<UpsertCounts>
  count(): Promise<number>
  /**
   * Rows whose `updated_at` is at or after `sinceMs` (0: all rows) or, by the store's own clock, at most `recentMs` old,
   * in chunks, as text: user_id, then `columns`. Columns are checked names of the table. Throws UnavailableError while the
   * store cannot be reached.
   */
  lookup(columns: readonly string[], sinceMs: number, recentMs?: number): AsyncIterable<LookupRows>
  close(): Promise<void>
}
