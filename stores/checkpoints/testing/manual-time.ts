// Time that a test moves: for one instance, so that it can be frozen while the others go on.
import { expect, vi } from 'vitest'
import type { LeaseTime } from '../lease-time.ts'

const STEP_MS = 500

export interface ManualTime extends LeaseTime {
  /** Moves on by `ms` in small steps; after each the ones it woke have done their work and sleep again. */
  moveMs(ms: number): Promise<void>
  /** Moves on without waking anybody: the process is frozen. */
  freezeMs(ms: number): void
  /** Wakes those whose time has come while they were frozen. */
  thaw(): void
}

export function manualTime(): ManualTime {
  let nowMs = 0
  const sleepers = new Map<() => void, number>()
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        sleepers.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      if (signal?.aborted === true) return resolve()
      sleepers.set(wake, nowMs + ms)
      signal?.addEventListener('abort', wake)
    })
  const thaw = () => {
    for (const [wake, untilMs] of [...sleepers]) if (untilMs <= nowMs) wake()
  }
  return {
    clock: { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep },
    // Steps back an hour every few seconds: it must not matter.
    wallMs: () => (nowMs % 5000) - 3_600_000 * Math.floor(nowMs / 5000),
    moveMs: async (ms) => {
      for (let movedMs = 0; movedMs < ms; movedMs += STEP_MS) {
        const asleep = sleepers.size
        nowMs += STEP_MS
        thaw()
        const isAsleepAgain = () => expect(sleepers.size).toBe(asleep)
        await vi.waitFor(isAsleepAgain, { timeout: 20_000, interval: 1 })
      }
    },
    freezeMs: (ms) => {
      nowMs += ms
    },
    thaw,
  }
}
