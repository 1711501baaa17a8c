// For tests of loops: a clock whose sleepers wait until the test moves it, and a way to let everything else run.
import type { Clock } from '../../kit/clock.ts'

export interface ManualClock extends Clock {
  /** Moves the clock, wakes those whose time has come, and lets what they began come to rest. */
  advance(ms: number): Promise<void>
}

export function manualClock(startMs: number): ManualClock {
  let nowMs = startMs
  const sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>()
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise<void>((resolve) => {
        const sleeper = {
          untilMs: nowMs + ms,
          wake: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        if (signal?.aborted === true) resolve()
        else {
          sleepers.add(sleeper)
          signal?.addEventListener('abort', sleeper.wake)
        }
      }),
    advance: async (ms) => {
      const untilMs = nowMs + ms
      for (;;) {
        const due = [...sleepers]
          .filter((one) => one.untilMs <= untilMs)
          .sort((a, b) => a.untilMs - b.untilMs)
        if (due.length === 0) break
        nowMs = Math.max(nowMs, due[0].untilMs)
        due[0].wake()
        await settled()
      }
      nowMs = untilMs
      await settled()
    },
  }
}

/** All that needs no outside event has come to rest: reads pause for a turn of the event loop now and then. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
}
