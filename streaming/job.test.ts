import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Point } from '../data/point.ts'
import { readSnapshot, saveJob } from './checkpoint/encode.ts'
import { EMPTY_OUTBOX } from './checkpoint/outbox.ts'
import { restoreJob, type Snapshot } from './checkpoint/snapshot.ts'
import type { Job, LateRecord } from './job.ts'
import {
  BASE_MS,
  batchOf,
  click,
  NOW_MS,
  newJob,
  PEOPLE,
  purchase,
  stored,
} from './testing/events.ts'
import { lateOnes, type PlainEvent, pointsOf } from './testing/oracle.ts'

/** Events of up to four partitions; each partition's are as far behind its latest as `jitterMsMax` allows. */
const partitionsOf = (jitterMsMax: number) =>
  fc.array(
    fc
      .array(
        fc.record({
          stepMs: fc.integer({ min: 0, max: 4_000 }),
          jitterMs: fc.integer({ min: 0, max: jitterMsMax }),
          event_type: fc.constantFrom('click', 'purchase', 'purchase', 'view'),
          user_id: fc.constantFrom('u1', 'u2', 'u3', 'stranger', 'unknown'),
          category: fc.constantFrom('books', 'toys', 'unknown', '', null, undefined),
          quantity: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(2_147_483_647)),
          cents: fc.oneof(fc.nat(100_000), fc.constant(4_194_304_000_01)),
        }),
        { maxLength: 24 },
      )
      .map((steps) => {
        let latestMs = BASE_MS
        return steps.map(({ stepMs, jitterMs, cents, ...rest }): PlainEvent => {
          latestMs += stepMs
          return { ...rest, unit_price: cents / 100, event_time: latestMs - jitterMs }
        })
      }),
    { minLength: 1, maxLength: 4 },
  )

/** How a run goes: which partition's turn it is, how many of its records make the batch, what happens after it. */
const plans = fc.array(
  fc.record({
    partition: fc.nat(3),
    count: fc.integer({ min: 1, max: 9 }),
    closes: fc.boolean(),
    restarts: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
)

interface Outcome {
  readonly points: Point[]
  /** `partition/offset` of each late event. */
  readonly late: string[]
  readonly job: Job
}

type Plan = readonly { partition: number; count: number; closes: boolean; restarts: boolean }[]

/** Runs a job over the partitions as the plan says, the plan repeated until everything is read. */
function run(partitions: readonly (readonly PlainEvent[])[], plan: Plan): Outcome {
  let job = newJob()
  for (const partition of partitions.keys()) job.watermarks.addPartition(partition)
  const positions = partitions.map(() => 0)
  const points: Point[] = []
  const late: string[] = []
  const left = () => [...partitions.keys()].filter((one) => positions[one] < partitions[one].length)
  for (let turn = 0; left().length > 0; turn++) {
    const step = plan[turn % plan.length]
    const own = left()[step.partition % left().length]
    const values = partitions[own].slice(positions[own], positions[own] + step.count)
    const records = values.map((event, i) => ({
      event_id: `${own}/${positions[own] + i}`,
      ...event,
    }))
    const offset = positions[own]
    const aside = job.process(batchOf(records, own, offset), NOW_MS)
    late.push(...aside.late.map(({ index }: LateRecord) => `${own}/${offset + index}`))
    positions[own] += values.length
    if (step.closes) points.push(...job.closeWindows())
    if (step.restarts) {
      const bytes = saveJob(job, { positions: new Map(), outbox: EMPTY_OUTBOX, savedAtMs: NOW_MS })
      job = newJob()
      restoreJob(job, readSnapshot([bytes]) as Snapshot)
    }
  }
  points.push(...job.closeWindows(), ...job.openPoints())
  return { points, late: late.sort(), job }
}

describe('points', () => {
  test('equal the oracle’s, however events within the disorder are cut, interleaved and restarted', () => {
    fc.assert(
      fc.property(partitionsOf(5_000), plans, (partitions, plan) => {
        const { points, late, job } = run(partitions, plan)
        expect(late).toEqual([])
        expect(stored(points)).toEqual(stored(pointsOf(partitions.flat(), PEOPLE)))
        expect(points.length).toBe(stored(points).length)
        const { read, counted, filtered, rejected } = job.ledger.total()
        expect({ read, counted, filtered, rejected }).toEqual({
          read: partitions.flat().length,
          counted: partitions.flat().length,
          filtered: 0,
          rejected: 0,
        })
        expect(job.ledger.unbalanced()).toEqual([])
      }),
      { numRuns: 80 },
    )
  })

  test('are those of the events that are not late, and the late ones are the same in every interleaving', () => {
    let lateCount = 0
    fc.assert(
      fc.property(partitionsOf(40_000), plans, (partitions, plan) => {
        const isLate = partitions.map((partition) => lateOnes(partition, 5_000))
        const { points, late, job } = run(partitions, plan)
        const expected = isLate.flatMap((flags, partition) =>
          flags.flatMap((flag, offset) => (flag ? [`${partition}/${offset}`] : [])),
        )
        expect(late).toEqual(expected.sort())
        const eventsThat = (areLate: boolean) =>
          partitions.flatMap((events, p) => events.filter((_, i) => isLate[p][i] === areLate))
        const expectedPoints = pointsOf(eventsThat(false), PEOPLE, eventsThat(true))
        expect(stored(points)).toEqual(stored(expectedPoints))
        expect(job.ledger.total().late).toBe(late.length)
        expect(job.ledger.unbalanced()).toEqual([])
        lateCount += late.length
      }),
      { numRuns: 100 },
    )
    expect(lateCount).toBeGreaterThan(0)
  })

  test('of a window come once, when the watermark of every partition has reached its end', () => {
    const job = newJob()
    job.watermarks.addPartition(0)
    job.watermarks.addPartition(1)
    job.process(batchOf([click(0), click(15_000)], 0), NOW_MS)
    expect(job.closeWindows()).toEqual([])
    job.process(batchOf([click(14_999)], 1), NOW_MS)
    expect(job.closeWindows()).toEqual([])
    job.process(batchOf([click(15_000)], 1, 1), NOW_MS)
    const times = job.closeWindows().map(({ timeMs }) => timeMs)
    expect(new Set(times)).toEqual(new Set([BASE_MS]))
    expect(job.closeWindows()).toEqual([])
    expect(job.lastEndMs).toBe(BASE_MS + 20_000)
  })
})

describe('late events', () => {
  test('tell how long before them their window had closed', () => {
    const job = newJob()
    const batch = batchOf([click(30_000), click(9_999), click(15_000)])
    expect(job.process(batch, NOW_MS).late).toEqual([
      { index: 1, lateByMs: 15_000 },
      { index: 2, lateByMs: 5_000 },
    ])
    expect(job.ledger.total()).toMatchObject({ read: 3, counted: 1, late: 2 })
  })

  test('by the job’s watermark are late too: a partition that was idle wakes up behind', () => {
    const job = newJob()
    job.watermarks.addPartition(1)
    job.watermarks.setIdle(1)
    job.process(batchOf([click(60_000)], 0), NOW_MS)
    job.closeWindows()
    expect(job.process(batchOf([click(0), click(50_000)], 1), NOW_MS).late).toEqual([
      { index: 0, lateByMs: 45_000 },
    ])
  })
})

describe('the ledger', () => {
  test('balances over every fate of a record', () => {
    const job = newJob()
    const values = [
      click(30_000),
      purchase(30_000),
      click(0),
      '{',
      null,
      click(31_000, { user_id: 7 }),
    ]
    job.process(batchOf(values), NOW_MS)
    expect(job.ledger.total()).toEqual({
      read: 6,
      counted: 2,
      filtered: 0,
      late: 1,
      rejected: 3,
      duplicates: 0,
    })
    expect([...job.ledger.reasons].sort()).toEqual([
      ['json', 1],
      ['tombstone', 1],
      ['type', 1],
    ])
    expect(job.ledger.unbalanced()).toEqual([])
  })
})

test('rejected records move no watermark', () => {
  const job = newJob()
  job.watermarks.addPartition(0)
  job.process(batchOf([click(0), click(86_400_000 + 300_001), 'no event']), NOW_MS)
  expect(job.watermarks.maxTimeMsOf(0)).toBe(BASE_MS)
})

test('changed rows are used for later events; what was counted stays where it was', () => {
  const job = newJob([['u1', 'F', '18-24', 'DE']])
  job.process(batchOf([click(0)]), NOW_MS)
  job.table.put([['u1', 'F', '18-24', 'AT']])
  job.process(batchOf([click(1)], 0, 1), NOW_MS)
  const countries = job
    .openPoints()
    .filter(({ measurement }) => measurement === 'events_by_segment')
    .map(({ tags, fields }) => [tags.country, fields.events])
  expect(countries.sort()).toEqual([
    ['AT', 1],
    ['DE', 1],
  ])
})
