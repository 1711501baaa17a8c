// What time it is for a job: the wall clock, but never back, whatever is done to that.
import type { Clock } from '../kit/clock.ts'

export interface JobClock {
  /** Milliseconds since the epoch; never fewer than before. */
  nowMs(): number
}

/**
 * Follows the wall clock forwards; where that steps back, time goes on as it really passes. Never before `leastMs`, so
 * that a job that starts again after such a step goes on where it was.
 */
export function jobClock(
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>,
  leastMs = Number.NEGATIVE_INFINITY,
): JobClock {
  let latestMs = Math.max(clock.nowMs(), leastMs)
  let atMs = clock.monotonicMs()
  return {
    nowMs: () => {
      const passedMs = clock.monotonicMs() - atMs
      atMs += passedMs
      latestMs = Math.max(clock.nowMs(), latestMs + passedMs)
      return latestMs
    },
  }
}
