import { describe, expect, test } from 'vitest'
import { peersFigures, peersTable, type Run, steadyRun } from './compare.ts'
import { LANES, type Lane } from './lanes.ts'

const run = (events: number, workingMs: number, cpuS: number, late = 0): Run => ({
  events,
  workingMs,
  cpuS,
  peakMiB: 100,
  outcome: { events, counted: events - late, late, open: 0, workingMs },
})

const lane = (name: string): Lane => {
  const found = LANES.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no lane ${name}`)
  return found
}

// Starting takes each a second of time and two of CPU, which the difference does not have.
const ours = steadyRun(run(1_000, 1_010, 2.001), run(3_000, 1_030, 2.003))
const flinks = steadyRun(run(1_000, 1_100, 2.009), run(3_000, 1_300, 2.027, 600))

describe('runs of two sizes', () => {
  test('give what the larger took beyond the smaller', () => {
    expect(ours.steady?.events).toBe(2_000)
    expect(ours.steady?.ms).toBe(20)
    expect(ours.steady?.cpuS).toBeCloseTo(0.002)
  })

  test('become a table that compares with ours and tells what was dropped', () => {
    const runs = new Map([
      ['windrow', [ours]],
      ['flink-users', [flinks]],
    ])
    const lines = peersTable([lane('windrow'), lane('flink-users'), lane('spark')], runs).split(
      '\n',
    )
    expect(lines[2]).toMatch(/^windrow, all it does +100,000 +1\.00 +105 +1\.0 +0 +0$/)
    expect(lines[3]).toMatch(/^Flink SQL, users +10,000 +9\.00 +105 +9\.0 +20\.0 % +0$/)
    expect(lines[4]).not.toContain('Spark')
  })

  test('become figures, with a goal where there is one', () => {
    const runs = new Map([
      ['windrow', [ours]],
      ['flink-users', [flinks]],
    ])
    const figures = peersFigures([lane('windrow'), lane('flink-users')], runs)
    const times = figures.find(({ name }) => name === 'peers.flink-users.times')
    expect(times?.values[0]).toBeCloseTo(9)
    expect(times?.goal).toEqual({ atLeast: 8 })
    expect(figures.filter(({ goal }) => goal !== undefined)).toHaveLength(1)
  })

  test('are not compared when ours did not run', () => {
    const runs = new Map([['flink-users', [flinks]]])
    expect(peersFigures([lane('flink-users')], runs).every(({ goal }) => !goal)).toBe(true)
    expect(peersTable([lane('flink-users')], runs)).toContain('Flink SQL, users')
  })
})
