// A clock that a test moves: for one instance, so that it can be frozen while the others go on.
import { expect, vi } from 'vitest'
import type { Clock } from '../../../kit/clock.ts'

const STEP_MS = 500

export interface ManualClock extends Clock {
  /** Moves on by `ms` in small steps; after each the ones it woke have done their work and sleep again. */
  moveMs(ms: number): Promise<void>
  /** Moves on without waking anybody: the process is frozen. */
  freezeMs(ms: number): void
  /** Wakes those whose time has come while they were frozen. */
  thaw(): void
}

export function manualClock(): ManualClock {
  let passedMs = 0
  const sleepers = new Map<() => void, number>()
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        sleepers.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      if (signal?.aborted === true) return resolve()
      sleepers.set(wake, passedMs + ms)
      signal?.addEventListener('abort', wake)
    })
  const thaw = () => {
    for (const [wake, untilMs] of [...sleepers]) if (untilMs <= passedMs) wake()
  }
  return {
    monotonicMs: () => passedMs,
    // Steps back an hour every few seconds: it must not matter.
    nowMs: () => (passedMs % 5000) - 3_600_000 * Math.floor(passedMs / 5000),
    sleep,
    moveMs: async (ms) => {
      for (let movedMs = 0; movedMs < ms; movedMs += STEP_MS) {
        const asleep = sleepers.size
        passedMs += STEP_MS
        thaw()
        const isAsleepAgain = () => expect(sleepers.size).toBe(asleep)
        await vi.waitFor(isAsleepAgain, { timeout: 20_000, interval: 1 })
      }
    },
    freezeMs: (ms) => {
      passedMs += ms
    },
    thaw,
  }
}
