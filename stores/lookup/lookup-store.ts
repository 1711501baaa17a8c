// PORT: a table that events are looked up in. The streaming job reads it; who fills it is another's business.

/** A chunk of a table: each row is the key, then the asked columns, in order. */
export interface LookupRows {
  readonly rows: readonly (readonly string[])[]
  /** When the latest of these rows changed, epoch milliseconds. */
  readonly latestMs: number
}

export interface LookupStore {
  /** What it is and where, for the line that programs print. */
  readonly description: string
  /** Creates or upgrades the table. Harmless to repeat, also by two programs at once. */
  migrate(): Promise<void>
  /**
   * Rows that changed at or after `sinceMs` (0: all rows) or, by the store's own clock, at most `recentMs` ago, in chunks,
   * as text: the key, then `columns`. Columns are checked names of the table. Throws UnavailableError while the store
   * cannot be reached.
   */
  lookup(columns: readonly string[], sinceMs: number, recentMs?: number): AsyncIterable<LookupRows>
  close(): Promise<void>
}
