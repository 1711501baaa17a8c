// What a row of a file is sent as.

export interface FileRecord {
  readonly key: string
  readonly value: Uint8Array
  /** Event time, epoch milliseconds; NaN when an unchecked row has none. */
  readonly timeMs: number
}
