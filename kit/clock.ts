// Time as a dependency: the core never asks for it, programs pass it in, tests hold it still.
import { setTimeout as delay, setImmediate } from 'node:timers/promises'

export interface Clock {
  /** Milliseconds since the epoch; of a monotonic clock since any moment. */
  nowMs(): number
  /** Milliseconds that only grow, whatever the wall clock does; for measuring how long something took. */
  monotonicMs(): number
  /**
   * Resolves after `ms`, or at once when `signal` is or becomes aborted. Never rejects. 0: what else there is to do has its
   * turn, timers and answers among it.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    if (ms === 0) await setImmediate()
    else await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {})
  },
}
