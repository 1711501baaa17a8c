// Which stores are being waited for, and what is said about it: a line per state, not per retry, however the store flaps.
import type { Clock } from './clock.ts'
import { formatDuration } from './duration.ts'
import type { UnavailableError } from './errors.ts'
import type { Log } from './log.ts'

/** A store that does not answer now. */
export interface Waiting {
  /** "InfluxDB at http://127.0.0.1:8086". */
  readonly store: string
  /** `unreachable`: no answer; `busy`: it answers, and asks for patience. */
  readonly reason: 'unreachable' | 'busy'
  /** What the last attempt said, one line. */
  readonly message: string
  /** How long it has been away; attempts made. */
  readonly forMs: number
  readonly attempts: number
  /** The job stands still for it; false: it goes on meanwhile, with what it has. */
  readonly isBlocking: boolean
}
