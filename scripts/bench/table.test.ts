import { expect, test } from 'vitest'
import type { Measured } from './measured.ts'
import { cpuUsOf, goalsTable, rateOf, table } from './table.ts'

const run = (events: number, ms: number, cpuS: number): Measured => ({
  events: 9_999,
  workingMs: 9_999,
  cpuS: 9_999,
  peakMiB: 100,
  steady: { events, ms, cpuS },
})

test('figures are those of the steady part, or of the whole run where there is none', () => {
  const steady = run(1_000_000, 2_000, 1)
  expect([rateOf(steady), cpuUsOf(steady)]).toEqual([500_000, 1])
  const whole: Measured = { events: 100, workingMs: 1_000, cpuS: 0.001, peakMiB: 1 }
  expect([rateOf(whole), cpuUsOf(whole)]).toEqual([100, 10])
})

test('programs are compared round by round with the reference', () => {
  const runs = new Map([
    ['kafkajs, doing nothing', [run(1_000, 1_000, 2), run(1_000, 2_000, 4)]],
    ['job', [run(1_000, 500, 1), run(1_000, 1_000, 2)]],
  ])
  const line = table(runs).split('\n').at(3)
  expect(line).toContain('0.50 (0.50–0.50)  2.00 (2.00–2.00)')
})

test('a figure is told with its goal and by how much it missed it', () => {
  const values = [90, 100, 110]
  const figure = { name: 'a.b', what: 'wait', unit: 'ms', values, goal: { atMost: 50 } } as const
  expect(goalsTable([figure])).toContain(
    'a.b  wait  100.0 ms  90.0–110.0  ≤ 50.0 ms  missed by 100 %',
  )
})
