import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  atLeast,
  atMost,
  count,
  eq,
  funnel,
  length,
  max,
  measure,
  min,
  mul,
  sessions,
  sum,
} from '../../../data/definitions/nodes.ts'
import { ecommerce } from '../../../data/ecommerce/pipeline.ts'
import { defineMetric, field } from '../../../data/ecommerce/vocabulary.ts'
import type { Point } from '../../../data/point.ts'
import { readSnapshot, saveJob } from '../../checkpoint/encode.ts'
import { EMPTY_OUTBOX } from '../../checkpoint/outbox.ts'
import { restoreJob, type Snapshot } from '../../checkpoint/snapshot.ts'
import { avroDecoder } from '../../decode/avro.ts'
import { Job } from '../../job.ts'
import {
  BASE_MS,
  batchOf,
  click,
  JOB_OPTIONS,
  NOW_MS,
  purchase,
  stored,
} from '../../testing/events.ts'
import type { CodeMap } from '../aggregates/aggregate.ts'
import { groupsOf, lateOnes, type PlainEvent, sessionsOf, stepsDone } from './testing/plain.ts'

const [GAP_MS, EVERY_MS, LATENESS_MS, WITHIN_MS] = [10_000, 5_000, 3_000, 8_000]
const STEPS = ['click', 'view', 'purchase']
const isOf = (type: string) => eq(field('event_type'), type)

const metric = defineMetric({
  name: 'visits',
  summary: 'Sessions.',
  by: ['event_type'],
  window: sessions({
    of: field('user_id'),
    gap: '10s',
    every: '5s',
    measures: {
      pages: count(),
      clicks: count(isOf('click')),
      paid: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 }),
      cheapest: min(field('unit_price'), { decimals: 2 }),
      took: length(),
      reached: funnel(STEPS.map(isOf), { within: '8s' }),
    },
  }),
  allowedLateness: '3s',
  values: {
    visits: count(),
    bounces: count(atMost(measure('pages'), 1)),
    pages: sum(measure('pages')),
    clicks: sum(measure('clicks')),
    paid: sum(measure('paid'), { decimals: 2 }),
    cheapest: min(measure('cheapest'), { decimals: 2 }),
    longest_ms: max(measure('took')),
    viewed: count(atLeast(measure('reached'), 2)),
    bought: count(atLeast(measure('reached'), 3)),
  },
  panel: { title: 'Visits', value: 'visits', unit: 'short' },
})

const avro = avroDecoder(ecommerce.avroSchema)
const newJob = () => new Job({ ...ecommerce, metrics: [metric] }, JOB_OPTIONS, avro)

/** Every session, in the window of its last event. */
function expected(events: readonly PlainEvent[]): Point[] {
  const groups = groupsOf(sessionsOf(events, GAP_MS), ({ lastMs, tag }) =>
    JSON.stringify([lastMs - (lastMs % EVERY_MS), tag]),
  )
  const cents = (value: number) => Math.round(value * 100)
  return [...groups].map(([key, all]) => {
    const [timeMs, event_type] = JSON.parse(key) as [number, string]
    const own = all.flatMap((one) => one.events)
    const prices = own.flatMap(({ unit_price }) => unit_price ?? [])
    const reached = all.map((one) => stepsDone(one.events, STEPS, WITHIN_MS))
    const paid = own.reduce((sum, one) => sum + (one.quantity ?? 0) * cents(one.unit_price ?? 0), 0)
    const fields = {
      visits: all.length,
      bounces: all.filter((one) => one.events.length === 1).length,
      pages: own.length,
      clicks: own.filter((one) => one.event_type === 'click').length,
      paid: paid / 100,
      ...(prices.length === 0 ? {} : { cheapest: Math.min(...prices) }),
      longest_ms: Math.max(...all.map(({ firstMs, lastMs }) => lastMs - firstMs)),
      viewed: reached.filter((steps) => steps >= 2).length,
      bought: reached.filter((steps) => steps >= 3).length,
    }
    return { measurement: 'visits', tags: { event_type }, fields, timeMs }
  })
}

/** Partitions whose events are behind their latest one, most of them as far as is allowed. */
const partitions = fc.array(
  fc
    .array(
      fc.record({
        stepMs: fc.oneof(fc.nat(2_000), fc.nat(12_000)),
        behindMs: fc.oneof(fc.constant(0), fc.nat(8_000), fc.nat(30_000)),
        user_id: fc.constantFrom('u1', 'u2', 'u3'),
        event_type: fc.constantFrom(...STEPS),
        quantity: fc.integer({ min: 1, max: 3 }),
        unit_price: fc.constantFrom(0.01, 9.99, 20),
      }),
      { maxLength: 40 },
    )
    .map((steps) => {
      let latestMs = 50_000
      return steps.map(({ stepMs, behindMs, event_type, user_id, ...money }) => {
        latestMs += stepMs
        const timeMs = latestMs - behindMs
        return event_type === 'purchase'
          ? purchase(timeMs, { user_id, ...money })
          : click(timeMs, { user_id, event_type })
      }) as PlainEvent[]
    }),
  { minLength: 1, maxLength: 3 },
)

const plans = fc.array(
  fc.record({
    partition: fc.nat(2),
    count: fc.integer({ min: 1, max: 9 }),
    closes: fc.boolean(),
    restarts: fc.boolean(),
    hands: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
)

/** Between jobs, codes travel as places in a list of texts. */
function codeMaps(): { toIds: CodeMap; toCodes: CodeMap } {
  const texts: string[] = []
  return {
    toIds: ({ dictionary }, codes) =>
      Int32Array.from(codes, (code) => texts.push(dictionary.textOf(code)) - 1),
    toCodes: ({ dictionary }, ids) => Int32Array.from(ids, (id) => dictionary.codeOf(texts[id])),
  }
}

function restarted(job: Job): Job {
  const place = { positions: new Map(), outbox: EMPTY_OUTBOX, savedAtMs: 0 }
  const other = newJob()
  expect(restoreJob(other, readSnapshot([saveJob(job, place)]) as Snapshot)).toEqual([])
  return other
}

test('sessions are those of all events in order, whatever the interleaving, closing, restarts and workers', () => {
  let seen = { sessions: 0, late: 0 }
  fc.assert(
    fc.property(partitions, plans, (all, plan) => {
      let job = newJob()
      for (const p of all.keys()) job.watermarks.addPartition(p)
      const positions = all.map(() => 0)
      const points: Point[] = []
      let late = 0
      const left = () => [...all.keys()].filter((p) => positions[p] < all[p].length)
      for (let turn = 0; left().length > 0; turn++) {
        const step = plan[turn % plan.length]
        const own = left()[step.partition % left().length]
        const values = all[own].slice(positions[own], positions[own] + step.count)
        const batch = batchOf(values, own, positions[own])
        if (step.hands) {
          // As a worker does it.
          const worker = newJob()
          worker.watermarks.observe(own, job.watermarks.maxTimeMsOf(own))
          worker.watermarks.raiseTo(job.watermarks.currentMs)
          late += worker.process(batch, NOW_MS).late.length
          const { toIds, toCodes } = codeMaps()
          job.windows[0].absorb(worker.windows[0].take(toIds), toCodes)
          job.watermarks.observe(own, worker.watermarks.maxTimeMsOf(own))
          expect(worker.windows[0].nextChangeMs).toBe(Number.POSITIVE_INFINITY)
        } else late += job.process(batch, NOW_MS).late.length
        positions[own] += values.length
        if (step.closes) points.push(...job.closeWindows())
        if (step.restarts) job = restarted(job)
      }
      points.push(...job.windows[0].closeThrough(Number.POSITIVE_INFINITY))
      const onTime = all.flatMap((events) => {
        const marks = lateOnes(events, JOB_OPTIONS.disorderMs, LATENESS_MS)
        return events.filter((_, i) => !marks[i])
      })
      expect(stored(points)).toEqual(stored(expected(onTime)))
      expect(new Set(points.map(({ timeMs, tags }) => `${timeMs} ${tags.event_type}`)).size).toBe(
        points.length,
      )
      expect(late).toBe(all.flat().length - onTime.length)
      seen = { sessions: seen.sessions + points.length, late: seen.late + late }
    }),
    { numRuns: 120 },
  )
  expect(seen.sessions).toBeGreaterThan(300)
  expect(seen.late).toBeGreaterThan(100)
})

describe('a session', () => {
  test('is counted once the watermark has passed its gap and the lateness, in the window of its last event', () => {
    const job = newJob()
    job.process(batchOf([click(0), click(9_999), click(23_000, { user_id: 'u2' })]), NOW_MS)
    const [windows] = job.windows
    // The window [5 s, 10 s), the gap and the lateness.
    expect(windows.nextChangeMs).toBeLessThanOrEqual(BASE_MS + 23_000)
    expect(windows.lastEndMs).toBe(BASE_MS + 25_000 + GAP_MS + LATENESS_MS)
    expect(windows.closeThrough(BASE_MS + 22_999)).toEqual([])
    const [point, ...more] = windows.closeThrough(BASE_MS + 23_000)
    expect(more).toEqual([])
    expect(point).toMatchObject({ timeMs: BASE_MS + 5_000, fields: { visits: 1, pages: 2 } })
    expect(point.fields).not.toHaveProperty('revision')
    expect(windows.nextChangeMs).toBe(BASE_MS + 25_000 + GAP_MS + LATENESS_MS)
  })

  test('is two when an event comes exactly the gap later', () => {
    const job = newJob()
    job.process(batchOf([click(0), click(10_000)]), NOW_MS)
    const points = job.windows[0].closeThrough(Number.POSITIVE_INFINITY)
    expect(points.map(({ fields }) => fields.visits)).toEqual([1, 1])
  })

  test('is one when an event between two comes last', () => {
    const job = newJob()
    job.process(batchOf([click(0), click(12_000, { event_type: 'view' }), click(6_000)]), NOW_MS)
    const points = job.windows[0].closeThrough(Number.POSITIVE_INFINITY)
    expect(points).toMatchObject([
      { fields: { visits: 1, pages: 3, longest_ms: 12_000, viewed: 1 } },
    ])
  })

  test('needs to be of somebody: other events are filtered', () => {
    const metrics = [{ ...metric, window: { ...metric.window, of: field('category') } }] as const
    const job = new Job({ ...ecommerce, metrics }, JOB_OPTIONS, avro)
    job.process(batchOf([click(0), purchase(1)]), NOW_MS)
    expect(job.ledger.total()).toMatchObject({ read: 2, counted: 1, filtered: 1 })
  })

  test('has sums beyond 2^53, also after a restart', () => {
    const much = { quantity: 2 ** 31 - 1, unit_price: 4_194_304_000_01 / 100 }
    const job = newJob()
    job.process(batchOf([purchase(0, much), purchase(1, much)]), NOW_MS)
    const [point] = restarted(job).windows[0].closeThrough(Number.POSITIVE_INFINITY)
    const cents = 2n * (2n ** 31n - 1n) * 4_194_304_000_01n
    expect(point.fields.paid).toBe(Number(cents) / 100)
  })
})
