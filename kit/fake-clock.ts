// For tests: a clock that stands still until it is moved; sleeping moves it.
import type { Clock } from './clock.ts'

export interface FakeClock extends Clock {
  /** How long each sleep was to be, in milliseconds. */
  readonly sleepsMs: readonly number[]
  moveMs(ms: number): void
  /** Sets the wall clock forward or back; no time passes. */
  stepMs(ms: number): void
}

/** `onSleep` sees where the clock stands after each sleep. */
export function fakeClock(startMs = 0, onSleep: (nowMs: number) => void = () => {}): FakeClock {
  let nowMs = startMs
  let passedMs = 0
  const pass = (ms: number) => {
    nowMs += ms
    passedMs += ms
  }
  const sleepsMs: number[] = []
  return {
    sleepsMs,
    nowMs: () => nowMs,
    monotonicMs: () => passedMs,
    moveMs: pass,
    stepMs: (ms) => {
      nowMs += ms
    },
    sleep: async (ms, signal) => {
      if (signal?.aborted === true) return
      sleepsMs.push(ms)
      pass(ms)
      onSleep(nowMs)
    },
  }
}
