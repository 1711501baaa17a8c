// Waiting for an outside store: with backoff, until it answers or we are told to stop. `kit/waits.ts` says so to people.
import type { Clock } from './clock.ts'
import { UnavailableError } from './errors.ts'
import type { Log } from './log.ts'
import { type Waiter, Waits } from './waits.ts'

export interface RetryContext {
  readonly clock: Clock
  readonly log: Log
  readonly signal?: AbortSignal
  readonly firstWaitMs?: number
  readonly maxWaitMs?: number
  /** Knows what is waited for now. Shared between calls, it also tells a store that comes and goes in few lines. */
  readonly waits?: Waits
  /** Nothing stands still while this waits. */
  readonly isBackground?: boolean
  /** Called before each attempt: a sign of life. Not for what is done in the background, which shows nothing of the rest. */
  readonly onAttempt?: () => void
}

/** A store that asks for more patience than this is asked again all the same. */
const RETRY_AFTER_MAX_MS = 60_000

/**
 * Runs `attempt` until it succeeds; an `UnavailableError` is waited for (doubling from 250 ms to 10 s, or as long as the
 * store asked, a minute at most), any other error passes through. Says when the store goes away and when it is back, with
 * reminders between them: not a line per retry. Once `signal` is aborted the last error is thrown.
 */
export async function untilAvailable<T>(
  context: RetryContext,
  attempt: () => Promise<T>,
): Promise<T> {
  const { clock, log, signal, waits = new Waits(log, clock) } = context
  const { maxWaitMs = 10_000 } = context
  const waiter: Waiter = { isBlocking: context.isBackground !== true, maxWaitMs }
  let waitMs = context.firstWaitMs ?? 250
  while (true) {
    try {
      if (waiter.isBlocking) context.onAttempt?.()
      const result = await attempt()
      waits.succeeded(waiter)
      return result
    } catch (error) {
      if (!(error instanceof UnavailableError) || signal?.aborted === true) {
        waits.gaveUp(waiter)
        throw error
      }
      waits.failed(waiter, error)
      const askedMs = Math.min(error.retryAfterMs, RETRY_AFTER_MAX_MS)
      await clock.sleep(Math.max(waitMs, askedMs), signal)
      waitMs = Math.min(waitMs * 2, maxWaitMs)
    }
  }
}
