// Waiting for an outside store: with backoff, saying so once per state, until it answers or we are told to stop.
import type { Clock } from './clock.ts'
import { formatDuration } from './duration.ts'
import { UnavailableError } from './errors.ts'
import type { Log } from './log.ts'

export interface RetryContext {
  readonly clock: Clock
  readonly log: Log
  readonly signal?: AbortSignal
  readonly firstWaitMs?: number
  readonly maxWaitMs?: number
}

/**
 * Runs `attempt` until it succeeds; an `UnavailableError` is waited for (doubling from 250 ms to 10 s, or as long as the
 * store asked), any other error passes through. Logs when the store goes away, when the reason changes, and when it is
 * back: not a line per retry. Once `signal` is aborted the last error is thrown.
 */
export async function untilAvailable<T>(
  context: RetryContext,
  attempt: () => Promise<T>,
): Promise<T> {
  const { clock, log, signal } = context
  const maxWaitMs = context.maxWaitMs ?? 10_000
  let waitMs = context.firstWaitMs ?? 250
  let saidReason = ''
  const sinceMs = clock.nowMs()
  while (true) {
    try {
      const result = await attempt()
      if (saidReason !== '')
        log.info(`available again after ${formatDuration(clock.nowMs() - sinceMs)}: goes on`)
      return result
    } catch (error) {
      if (!(error instanceof UnavailableError) || signal?.aborted === true) throw error
      if (error.message !== saidReason) {
        log.warn(
          `${error.message}\n  waiting; retries with backoff up to every ${formatDuration(maxWaitMs)}`,
        )
        saidReason = error.message
      }
      await clock.sleep(Math.max(waitMs, error.retryAfterMs), signal)
      waitMs = Math.min(waitMs * 2, maxWaitMs)
    }
  }
}
