// When the next delivery begins: at once where the job keeps up with the log, seldom while it catches up. Pure.
// Why: ../decisions/saved-before-written.md.

/** Points are delivered at once, but not more often than this … */
export const DELIVER_EVERY_MIN_MS = 20
/** … and so seldom that making checkpoints takes the thread for 5 % of the time, if points need not wait long for it. */
const TIMES_COST = 20
const DELIVER_WITHIN_MS = 200
/**
 * Far from the end, for 1 %: most of what a checkpoint of such a state costs is not the thread's, but the disk's, the
 * kernel's and that of garbage.
 */
const TIMES_COST_FAR = 100
/** However much a checkpoint costs, points come, and a crash repeats no more. */
const FAR_MAX_MS = 10_000
/** What the job reads in a fraction of a second. Live, no more waits than came while a read was under way. */
const FAR_RECORDS = 100_000
/** In event time. Points would wait for a checkpoint that was begun just before they were there … */
const CLOSES_NOW_MS = 100
/** … but one that is made before that leaves little to save when they are. */
const CLOSES_SOON_MS = 300

export interface Due {
  /** Records known to wait in the log. */
  readonly lag: number
  /** Since the last delivery began, and since the last one that had points did. */
  readonly sinceMs: number
  readonly sincePointsMs: number
  readonly hasPoints: boolean
  /** By event time, until the next window closes. */
  readonly closesInMs: number
  /** How long the last checkpoint kept the thread. */
  readonly costMs: number
  /** The longest that the job's place goes unsaved where little is to be saved. */
  readonly checkpointEveryMs: number
}

/** Of a job that has something to deliver. */
export function isDue(due: Due): boolean {
  const { lag, sinceMs, sincePointsMs, hasPoints, costMs } = due
  if (lag > FAR_RECORDS) return sinceMs >= farEveryMs(due)
  if (!hasPoints) return sinceMs >= placeEveryMs(due)
  const costly = Math.min(costMs * TIMES_COST, DELIVER_WITHIN_MS)
  return sincePointsMs >= Math.max(DELIVER_EVERY_MIN_MS, costly)
}

const farEveryMs = ({ costMs, checkpointEveryMs }: Due): number =>
  Math.max(checkpointEveryMs, Math.min(costMs * TIMES_COST_FAR, FAR_MAX_MS))

function placeEveryMs({ closesInMs, checkpointEveryMs }: Due): number {
  if (closesInMs < CLOSES_NOW_MS) return checkpointEveryMs + CLOSES_NOW_MS
  if (closesInMs < CLOSES_SOON_MS) return Math.min(checkpointEveryMs, CLOSES_SOON_MS)
  return checkpointEveryMs
}
