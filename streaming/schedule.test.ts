import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allIdleWatermarkMs, Idleness, wantedPartitions } from './schedule.ts'
import { Watermarks } from './window/watermark.ts'

const MAX_DRIFT_MS = 60_000
const IDLE_AFTER_MS = 30_000

/** Watermarks of partitions whose latest event times these are; undefined: none yet. */
function watermarksOf(timesMs: readonly (number | undefined)[]): Watermarks {
  const watermarks = new Watermarks(5_000)
  for (const [partition, timeMs] of timesMs.entries()) {
    watermarks.addPartition(partition)
    if (timeMs !== undefined) watermarks.observe(partition, timeMs)
  }
  return watermarks
}
const at = (...values: number[]) => new Map(values.entries())

describe('the partitions to read', () => {
  test('begin with the one furthest behind in event time', () => {
    const watermarks = watermarksOf([30_000, 10_000, undefined, 20_000])
    const left = at(9, 9, 9, 9)
    expect(wantedPartitions(watermarks, at(0, 0, 9, 0), left, MAX_DRIFT_MS)).toEqual([2, 1, 3, 0])
  })

  test('are not those far ahead of a slow one that has records left', () => {
    const watermarks = watermarksOf([100_000, 39_999, 40_000])
    expect(wantedPartitions(watermarks, at(5, 5, 5), at(9, 9, 9), MAX_DRIFT_MS)).toEqual([1, 2])
    // The slow one is read to its end: it holds nobody back.
    expect(wantedPartitions(watermarks, at(5, 9, 5), at(9, 9, 9), MAX_DRIFT_MS)).toEqual([1, 2, 0])
  })

  test('are only those that have begun nothing, until all with records have begun', () => {
    const watermarks = watermarksOf([0, undefined])
    expect(wantedPartitions(watermarks, at(5, 0), at(9, 9), MAX_DRIFT_MS)).toEqual([1])
  })

  test('always hold the slowest one with records left, and nobody further ahead than the drift', () => {
    const partition = fc.record({
      timeMs: fc.option(fc.nat(300_000), { nil: undefined }),
      position: fc.nat(3),
      end: fc.nat(3),
    })
    fc.assert(
      fc.property(fc.array(partition, { minLength: 1, maxLength: 6 }), (partitions) => {
        const watermarks = watermarksOf(partitions.map(({ timeMs }) => timeMs))
        const wanted = wantedPartitions(
          watermarks,
          at(...partitions.map(({ position }) => position)),
          at(...partitions.map(({ end }) => end)),
          MAX_DRIFT_MS,
        )
        const timeOf = (p: number) => partitions[p].timeMs ?? Number.NEGATIVE_INFINITY
        const behind = [...partitions.keys()].filter(
          (p) => partitions[p].position < partitions[p].end,
        )
        const slowestMs = Math.min(...behind.map(timeOf))
        for (const p of behind) if (timeOf(p) === slowestMs) expect(wanted).toContain(p)
        for (const p of wanted) expect(timeOf(p) > slowestMs + MAX_DRIFT_MS).toBe(false)
        const times = wanted.map(timeOf)
        expect(times).toEqual(times.toSorted((a, b) => (a === b ? 0 : a - b)))
      }),
    )
  })
})

describe('a partition', () => {
  const idleOf = (watermarks: Watermarks) => [0, 1].filter((p) => watermarks.isIdle(p))

  test('is idle when it was read to its end and got nothing for idle_after', () => {
    const watermarks = watermarksOf([1_000, 1_000])
    const idleness = new Idleness(IDLE_AFTER_MS, [0, 1], 0)
    idleness.update(watermarks, IDLE_AFTER_MS - 1, at(5, 5), at(5, 5))
    expect(idleOf(watermarks)).toEqual([])
    idleness.active(1, 20_000)
    idleness.update(watermarks, IDLE_AFTER_MS, at(5, 5), at(5, 5))
    expect(idleOf(watermarks)).toEqual([0])
    idleness.update(watermarks, 20_000 + IDLE_AFTER_MS, at(5, 5), at(5, 5))
    expect(idleOf(watermarks)).toEqual([0, 1])
  })

  test('with records left is active, however long nothing was read', () => {
    const watermarks = watermarksOf([1_000, 1_000])
    const idleness = new Idleness(IDLE_AFTER_MS, [0, 1], 0)
    idleness.update(watermarks, 1_000_000, at(4, 5), at(5, 5))
    expect(idleOf(watermarks)).toEqual([1])
    idleness.update(watermarks, 1_000_001, at(4, 5), at(5, 6))
    expect(idleOf(watermarks)).toEqual([])
  })

  test('without any record is idle at once; one that was read is not, though its end is not known yet', () => {
    const watermarks = watermarksOf([undefined, 1_000])
    const idleness = new Idleness(IDLE_AFTER_MS, [0, 1], 0)
    idleness.update(watermarks, 0, at(0, 7), at(0, 0))
    expect(idleOf(watermarks)).toEqual([0])
  })

  test('that is new counts as active from then on', () => {
    const watermarks = watermarksOf([1_000, undefined])
    const idleness = new Idleness(IDLE_AFTER_MS, [0], 0)
    idleness.update(watermarks, 50_000, at(5, 1), at(5, 1))
    expect(idleOf(watermarks)).toEqual([0])
    idleness.update(watermarks, 50_000 + IDLE_AFTER_MS, at(5, 1), at(5, 1))
    expect(idleOf(watermarks)).toEqual([0, 1])
  })
})

test('when all are idle, time goes on by the wall clock, as far as the last open window', () => {
  expect(allIdleWatermarkMs(100_000, 5_000, 70_000)).toBe(70_000)
  expect(allIdleWatermarkMs(72_000, 5_000, 70_000)).toBe(67_000)
  expect(allIdleWatermarkMs(72_000, 5_000, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY)
})
