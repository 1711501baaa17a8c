import { describe, expect, test } from 'vitest'
import { peersFigures, peersTable, type Run } from './compare.ts'
import { LANES, type Lane } from './lanes.ts'

/** Of 3,000 events, 2,000 of them in the steady part. */
function run(ms: number, cpuS: number, late = 0): Run {
  const steady = { events: 2_000, ms, cpuS }
  const outcome = { events: 3_000, counted: 3_000 - late, late, open: 0, steady }
  return { events: 3_000, workingMs: ms, cpuS: cpuS + 1.5, peakMiB: 100, steady, outcome }
}

const lane = (name: string): Lane => {
  const found = LANES.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no lane ${name}`)
  return found
}

const ours = run(20, 0.002)
const flinks = run(200, 0.018, 600)

describe('runs', () => {
  test('become a table that compares with ours and tells what was dropped', () => {
    const runs = new Map([
      ['windrow', [ours]],
      ['windrow-users', [run(10, 0.001)]],
      ['flink-users', [flinks]],
    ])
    const lines = peersTable([lane('windrow'), lane('flink-users'), lane('spark')], runs).split(
      '\n',
    )
    expect(lines[2]).toMatch(/^windrow, all it does +100,000 +1\.00 +1\.0 +2\.0 +1\.5 +105 +0 +0$/)
    expect(lines[3]).toMatch(
      /^Flink SQL, users +10,000 +9\.00 +9\.0 +18\.0 +1\.5 +105 +20\.0 % +0$/,
    )
    expect(lines[4]).not.toContain('Spark')
  })

  test('become figures, with a goal where there is one', () => {
    const runs = new Map([
      ['windrow', [run(40, 0.004)]],
      ['windrow-users', [ours]],
      ['flink-users', [flinks]],
    ])
    const figures = peersFigures([lane('windrow'), lane('flink-users')], runs)
    const times = figures.find(({ name }) => name === 'peers.flink-users.times')
    expect(times?.values[0]).toBeCloseTo(9)
    expect(times?.goal).toEqual({ atLeast: 8 })
    const all = figures.find(({ name }) => name === 'peers.flink-users.timesAll')
    expect(all?.values[0]).toBeCloseTo(4.5)
    expect(figures.filter(({ goal }) => goal !== undefined)).toHaveLength(1)
  })

  test('are not compared when ours did not run', () => {
    const runs = new Map([['flink-users', [flinks]]])
    expect(peersFigures([lane('flink-users')], runs).every(({ goal }) => !goal)).toBe(true)
    expect(peersTable([lane('flink-users')], runs)).toContain('Flink SQL, users')
  })
})
