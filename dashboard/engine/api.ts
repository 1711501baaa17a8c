// What the engine page and the server say to each other: plain data.
import type { JobStatus } from './status.ts'

/** One look at the job. */
export interface Sample {
  readonly timeMs: number
  /** Records read per second since the look before; null: not known, as the job was away or began anew. */
  readonly rate: number | null
  /** Records that are not read yet; null: the job did not answer. */
  readonly lag: number | null
}

/** Something is wrong: what, since when, and what to do. */
export interface Alert {
  readonly level: 'bad' | 'warn'
  readonly what: string
  /** Epoch milliseconds; null: it is not known. */
  readonly sinceMs: number | null
  readonly todo: string
  /** To be run; empty: none. */
  readonly command: string
}

export interface JobLink {
  /**
   * `unknown`: not asked yet; `answers`; `away`: no answer; `strange`: something else answers; `off`: it serves no state.
   */
  readonly state: 'unknown' | 'answers' | 'away' | 'strange' | 'off'
  /** Where it is asked; empty: nowhere. */
  readonly url: string
  /** What is wrong, for people; empty: nothing. */
  readonly message: string
  /** When it answered last, epoch milliseconds; null: never yet. */
  readonly answeredMs: number | null
}

/** Events named `engine` of `GET /api/engine/live`. */
export interface EngineState {
  /** The server's clock. */
  readonly nowMs: number
  readonly topic: string
  readonly job: JobLink
  /** As it was at `job.answeredMs`; null: it has never answered. */
  readonly status: JobStatus | null
  /** Records read per second, by partition; without those it is not known of. */
  readonly rates: Readonly<Record<string, number>>
  readonly alerts: readonly Alert[]
  /** The last look. Those before it came as the event `history`. */
  readonly sample: Sample | null
}

export interface Letter {
  readonly partition: number
  readonly offset: number
  readonly reason: string
  readonly field: string
  readonly detail: string
  readonly setAsideMs: number
  readonly replayedMs: number | null
  /** The record's bytes: text with control characters as escapes, or a hex dump; null: it has no value. */
  readonly text: string | null
  readonly isHex: boolean
  readonly sizeBytes: number
  /** How many bytes of it `text` shows. */
  readonly shownBytes: number
  /** The store kept only its beginning. */
  readonly isCut: boolean
}

/** `GET /api/engine/letters?reason=json`: the newest dead letters. `/api/engine/letters/0/1234`: all of one, a Letter. */
export interface Letters {
  /** Where they are kept. */
  readonly store: string
  readonly counts: readonly {
    readonly reason: string
    readonly count: number
    readonly replayed: number
  }[]
  readonly letters: readonly Letter[]
}
