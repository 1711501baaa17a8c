// For tests: a clock that stands still until it is moved; sleeping moves it.
import type { Clock } from './clock.ts'

export interface FakeClock extends Clock {
  /** How long each sleep was to be, in milliseconds. */
  readonly sleepsMs: readonly number[]
  moveMs(ms: number): void
}

/** `onSleep` sees where the clock stands after each sleep. */
export function fakeClock(startMs = 0, onSleep: (nowMs: number) => void = () => {}): FakeClock {
  let nowMs = startMs
  const sleepsMs: number[] = []
  return {
    sleepsMs,
    nowMs: () => nowMs,
    moveMs: (ms) => {
      nowMs += ms
    },
    sleep: async (ms, signal) => {
      if (signal?.aborted === true) return
      sleepsMs.push(ms)
      nowMs += ms
      onSleep(nowMs)
    },
  }
}
