// What the program of the running job and the benchmark that starts it say to each other.
import type { PipelineName } from './pipelines.ts'

export interface LiveArguments {
  readonly pipeline: PipelineName
  /** Length of its windows. */
  readonly windowMs: number
  readonly refreshEveryMs: number
  /** So long after its start, what it does is that of code that has not been compiled yet. */
  readonly warmUpMs: number
}

/** What it writes to standard output when it has begun to read. */
export const READY = 'ready'

/** A window's end, and when the watermark reached it, both epoch milliseconds. */
export type Reached = readonly [endMs: number, atMs: number]
