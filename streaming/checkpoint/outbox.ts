// What was computed and may not be written yet: it is kept with the checkpoint, and written only after that is durable, so
// that a restart writes the same.
import type { Point } from '../../data/point.ts'
import type { SetAside } from '../../stores/dead-letters/dead-letters.ts'

export interface Outbox {
  /** Of windows that closed or were corrected. */
  readonly points: readonly Point[]
  /** Records that are no events. */
  readonly rejected: readonly SetAside[]
  /** Events that came too late. */
  readonly late: readonly SetAside[]
}

export const EMPTY_OUTBOX: Outbox = { points: [], rejected: [], late: [] }
