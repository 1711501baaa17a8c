import { expect, test } from 'vitest'
import { jobClock } from './job-clock.ts'

/** A wall clock that may be set, and real time. */
function clocks(wallMs: number) {
  const now = { wallMs, realMs: 5 }
  return {
    clock: { nowMs: () => now.wallMs, monotonicMs: () => now.realMs },
    set: (ms: number) => {
      now.wallMs += ms
    },
    pass: (ms: number) => {
      now.wallMs += ms
      now.realMs += ms
    },
  }
}

test('time goes on when the wall clock steps back an hour, and is right again when it steps forth', () => {
  const { clock, set, pass } = clocks(1_000_000_000)
  const job = jobClock(clock)
  pass(10)
  expect(job.nowMs()).toBe(1_000_000_010)
  set(-3_600_000)
  expect(job.nowMs()).toBe(1_000_000_010)
  pass(20)
  expect(job.nowMs()).toBe(1_000_000_030)
  set(3_600_000)
  expect(job.nowMs()).toBe(1_000_000_030)
  set(500)
  expect(job.nowMs()).toBe(1_000_000_530)
})

test('a job that starts while the wall clock is behind goes on from where it was', () => {
  const { clock, pass } = clocks(1_000)
  const job = jobClock(clock, 50_000)
  expect(job.nowMs()).toBe(50_000)
  pass(7)
  expect(job.nowMs()).toBe(50_007)
})
