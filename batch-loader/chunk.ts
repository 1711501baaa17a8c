// What loading reads: people in chunks, from wherever they come.
import type { Demographic } from '../data/demographics.ts'

/** Rows of one transaction. */
export const CHUNK_ROWS = 5000

export interface Rejected {
  readonly file: string
  /** Where the row begins, from 1. */
  readonly line: number
  readonly problems: readonly string[]
}

export interface Chunk {
  readonly people: readonly Demographic[]
  readonly rejected: readonly Rejected[]
  /** How much of the source is behind the end of this chunk, 0 to 1. */
  readonly fraction: number
}
