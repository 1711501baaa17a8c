import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  count,
  eq,
  funnel,
  length,
  measure,
  sessions,
  sum,
} from '../../../data/definitions/nodes.ts'
import { smallShop } from '../../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../../data/ecommerce/vocabulary.ts'
import type { Point } from '../../../data/point.ts'
import { readSnapshot, saveJob } from '../../checkpoint/encode.ts'
import { EMPTY_OUTBOX } from '../../checkpoint/outbox.ts'
import { adoptMetrics, restoreJob, type Snapshot } from '../../checkpoint/snapshot.ts'
import { avroDecoder } from '../../decode/avro.ts'
import { Job } from '../../job.ts'
import { Random } from '../../sim/random.ts'
import { BASE_MS, batchOf, JOB_OPTIONS, NOW_MS, PEOPLE, stored } from '../../testing/events.ts'
import type { CodeMap } from '../aggregates/aggregate.ts'

const avro = avroDecoder(smallShop.avroSchema)
const panel = { title: 'Visits', value: 'n', unit: 'short' } as const
const of = { of: field('session_id'), gap: '10s' } as const
const isOf = (type: string) => eq(field('event_type'), type)
const common = { summary: 'Sessions.', allowedLateness: '2s', panel } as const

/** Metrics of the same sessions, with other tags, windows and measures. */
const METRICS = [
  defineMetric({
    ...{ name: 'pages', ...common, by: ['category', 'country'] },
    window: sessions({ ...of, every: '5s', measures: { pages: count() } }),
    values: { n: count(), pages: sum(measure('pages')) },
  }),
  defineMetric({
    ...{ name: 'lengths', ...common, by: ['event_type'] },
    window: sessions({ ...of, every: '7s', measures: { took: length() } }),
    values: { n: count(), took: sum(measure('took')) },
  }),
  defineMetric({
    ...{ name: 'reached', ...common, by: [] },
    window: sessions({
      ...of,
      every: '20s',
      measures: { reached: funnel(['view', 'click'].map(isOf), { within: '8s' }) },
    }),
    values: { n: count(), reached: sum(measure('reached')) },
  }),
]

function newJob(metrics: typeof METRICS, textsMin = 1 << 30): Job {
  const job = new Job({ ...smallShop, metrics }, { ...JOB_OPTIONS, textsMin }, avro)
  job.table.put(PEOPLE)
  return job
}

function eventsOf(random: Random, eventCount: number): object[] {
  return Array.from({ length: eventCount }, (_, i) => ({
    event_id: `e${i}`,
    event_type: random.pick(['view', 'click']),
    user_id: random.pick(['u1', 'u2', 'nobody']),
    session_id: `s${(i >> 5) + random.int(0, 9)}`,
    // Many at the same instant.
    event_time: BASE_MS + Math.floor((i * 100 - random.skewed(0, 12_000)) / 500) * 500,
    category: random.pick(['books', 'toys', null]),
  }))
}

function restarted(job: Job, metrics: typeof METRICS): Job {
  const place = { positions: new Map(), outbox: EMPTY_OUTBOX, savedAtMs: 0 }
  const other = newJob(metrics)
  restoreJob(other, readSnapshot([saveJob(job, place)]) as Snapshot)
  return other
}

/** Between jobs, codes travel as places in a list of texts. */
function handOver(from: Job, to: Job): void {
  const texts: string[] = []
  const toIds: CodeMap = ({ dictionary }, codes) =>
    Int32Array.from(codes, (code) => texts.push(dictionary.textOf(code)) - 1)
  const toCodes: CodeMap = ({ dictionary }, ids) =>
    Int32Array.from(ids, (id) => dictionary.codeOf(texts[id]))
  const states = from.windows.map((one) => one.take(toIds))
  for (const [i, state] of states.entries()) to.windows[i].absorb(state, toCodes)
  to.watermarks.observe(0, from.watermarks.maxTimeMsOf(0))
  expect(from.windows.map(({ openSessions }) => openSessions)).toEqual(from.windows.map(() => 0))
}

const steps = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 90 }),
    does: fc.constantFrom('closes', 'closes', 'restarts', 'hands', 'nothing'),
    mostAtOnce: fc.constantFrom(1, 5, Number.POSITIVE_INFINITY),
  }),
  { minLength: 1, maxLength: 6 },
)
type Plan = typeof steps extends fc.Arbitrary<infer Of> ? Of : never

function pointsOf(
  metrics: typeof METRICS,
  events: readonly object[],
  plan: Plan,
  textsMin?: number,
): string[] {
  let job = newJob(metrics, textsMin)
  const points: Point[] = []
  for (let from = 0, turn = 0; from < events.length; turn++) {
    const { size, does, mostAtOnce } = plan[turn % plan.length]
    const batch = batchOf(events.slice(from, from + size), 0, from)
    if (does === 'hands') {
      const worker = newJob(metrics)
      worker.watermarks.observe(0, job.watermarks.maxTimeMsOf(0))
      worker.watermarks.raiseTo(job.watermarks.currentMs)
      worker.process(batch, NOW_MS)
      handOver(worker, job)
    } else job.process(batch, NOW_MS)
    if (does === 'closes') points.push(...job.closeWindows(mostAtOnce))
    if (does === 'restarts') job = restarted(job, metrics)
    from += size
  }
  points.push(...job.windows.flatMap((one) => one.closeThrough(Number.POSITIVE_INFINITY)))
  return stored(points)
}

test('metrics of the same sessions count as each alone would, however it goes', () => {
  let found = 0
  fc.assert(
    fc.property(fc.nat(), steps, (seed, plan) => {
      const events = eventsOf(new Random(`${seed}`), 400)
      const together = pointsOf(METRICS, events, plan, 40)
      const plain: Plan = [{ size: 100, does: 'closes', mostAtOnce: Number.POSITIVE_INFINITY }]
      const alone = METRICS.flatMap((metric) => pointsOf([metric], events, plain))
      expect(together).toEqual(alone.sort())
      found += alone.length
    }),
    { numRuns: 15 },
  )
  expect(found).toBeGreaterThan(300)
})

test('sessions that are over are counted some at a time, and those of a window before it closes', () => {
  const users = 300
  const events = Array.from({ length: users }, (_, i) => ({
    ...{ event_id: `e${i}`, event_type: 'view', user_id: 'u1', event_time: BASE_MS + (i % 3) },
    session_id: `s${i}`,
  }))
  const job = newJob(METRICS)
  job.process(batchOf(events), NOW_MS)
  job.closeWindows(30)
  job.process(batchOf([{ ...events[0], event_id: 'x', event_time: BASE_MS + 60_000 }]), NOW_MS)
  const open: number[] = []
  const points: Point[] = []
  while (open.at(-1) !== 1) {
    points.push(...job.closeWindows(3 * 40))
    open.push(job.windows[0].openSessions ?? 0)
    expect(points.length).toBe(open.at(-1) === 1 ? METRICS.length : 0)
  }
  expect(open).toEqual([261, 221, 181, 141, 101, 61, 21, 1])
  expect(points.map(({ fields }) => fields.n)).toEqual([users, users, users])
})

test('a part of the metrics that share sessions may come later, from a log of its own', () => {
  const events = eventsOf(new Random('later'), 400)
  const job = newJob(METRICS)
  const own = newJob([METRICS[1]])
  for (const one of [job, own]) {
    one.process(batchOf(events), NOW_MS)
    one.closeWindows()
  }
  const place = { positions: new Map(), outbox: EMPTY_OUTBOX, savedAtMs: 0 }
  const others = readSnapshot([saveJob(job, place, [job.windows[0], job.windows[2]])]) as Snapshot
  const later = newJob(METRICS)
  expect(restoreJob(later, others)).toEqual([METRICS[1]])
  const snapshot = readSnapshot([saveJob(own, place)]) as Snapshot
  adoptMetrics(later, snapshot)
  const rest = (one: Job) =>
    stored(one.windows.flatMap((windows) => windows.closeThrough(Number.POSITIVE_INFINITY)))
  expect(rest(later)).toEqual(rest(job))
})
