// The clocks of a lease.
import { type Clock, monotonicClock, systemClock } from '../../kit/clock.ts'

export interface LeaseTime {
  /** Must not step back; its sleeps drive beats and waiting. */
  readonly clock: Clock
  /**
   * Wall clock, epoch milliseconds. Decides nothing, only makes a holder ask the store sooner: a monotonic clock may not
   * have counted while the whole machine slept.
   */
  readonly wallMs: () => number
}

export const realLeaseTime: LeaseTime = { clock: monotonicClock, wallMs: systemClock.nowMs }
