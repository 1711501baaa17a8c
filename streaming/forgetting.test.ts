import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import {
  approxDistinct,
  count,
  countDistinct,
  countNew,
  eq,
  funnel,
  hopping,
  length,
  max,
  measure,
  sessions,
  startsWith,
  sum,
  tumbling,
} from '../data/definitions/nodes.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { smallShop } from '../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../data/ecommerce/vocabulary.ts'
import type { Point } from '../data/point.ts'
import { fakeClock } from '../kit/fake-clock.ts'
import { readSnapshot, saveJob } from './checkpoint/encode.ts'
import { EMPTY_OUTBOX } from './checkpoint/outbox.ts'
import { Saver } from './checkpoint/saver.ts'
import { captureJob, restoreJob, type Snapshot } from './checkpoint/snapshot.ts'
import { avroDecoder } from './decode/avro.ts'
import { SetAsideCollector } from './delivery/set-aside.ts'
import { Job } from './job.ts'
import { absorbDelta } from './parallel/absorb.ts'
import { pack } from './parallel/crate.ts'
import type { Delta } from './parallel/messages.ts'
import { ReceivedTexts } from './parallel/texts.ts'
import { PartitionWorker, readsNothing } from './parallel/worker.ts'
import { Random } from './sim/random.ts'
import { BASE_MS, batchOf, JOB_OPTIONS, NOW_MS, PEOPLE, stored } from './testing/events.ts'
import type { MetricWindows } from './window/metric-windows.ts'

const panel = { title: 'Visits', value: 'n', unit: 'short' } as const
const isOf = (type: string) => eq(field('event_type'), type)

const visits = defineMetric({
  name: 'visits',
  summary: 'Sessions.',
  by: ['category', 'country'],
  window: sessions({
    of: field('session_id'),
    gap: '10s',
    every: '5s',
    measures: { pages: count(), reached: funnel(['view', 'click'].map(isOf), { within: '8s' }) },
  }),
  allowedLateness: '2s',
  values: { n: count(), pages: sum(measure('pages')), reached: sum(measure('reached')) },
  panel,
})
const lengths = defineMetric({
  name: 'lengths',
  summary: 'How long sessions are.',
  by: ['event_type'],
  window: sessions({
    of: field('session_id'),
    gap: '10s',
    every: '4s',
    measures: { took: length(), dearest: max(field('unit_price'), { decimals: 2 }) },
  }),
  allowedLateness: '2s',
  values: { n: count(), took: sum(measure('took')) },
  panel,
})
const newcomers = defineMetric({
  name: 'newcomers',
  summary: 'Sessions that were not there before.',
  by: ['country'],
  window: tumbling('10s'),
  values: {
    n: countDistinct(field('session_id')),
    about: approxDistinct(field('session_id')),
    some: count(startsWith(field('category'), 'c1')),
  },
  panel,
})
const fresh = defineMetric({
  name: 'fresh',
  summary: 'Sessions that were not there before.',
  by: [],
  window: tumbling('10s'),
  values: { n: countNew(field('session_id'), { within: '30s' }) },
  panel,
})
const pages = defineMetric({
  name: 'pages',
  summary: 'Events by category.',
  by: ['category', 'event_type'],
  window: hopping('20s', { every: '5s' }),
  allowedLateness: '5s',
  values: { n: count(), people: countDistinct(field('user_id')) },
  panel,
})

const pipeline: Pipeline = { ...smallShop, metrics: [visits, newcomers, pages, lengths] }
const avro = avroDecoder(smallShop.avroSchema)
const FORGETS_NOTHING = 1 << 30

function newJob(textsMin: number, own = pipeline, textsAtOnce = 1 << 14): Job {
  const job = new Job(own, { ...JOB_OPTIONS, textsMin, textsAtOnce }, avro)
  job.table.put(PEOPLE)
  return job
}

/** Sessions and categories that come once, and never again. */
function eventsOf(random: Random, eventCount: number): object[] {
  return Array.from({ length: eventCount }, (_, i) => ({
    event_id: `e${random.chance(0.05) ? i - 7 : i}`,
    event_type: random.pick(['view', 'click']),
    user_id: random.pick(['u1', 'u2', 'u3', 'nobody']),
    session_id: random.pick([`s${(i >> 4) + random.int(0, 9)}`, `with-a-longer-name-${i >> 5}`]),
    event_time: BASE_MS + i * 100 - random.skewed(0, 12_000),
    category: random.pick(['books', `c${i >> 5}`, null]),
  }))
}

const place = { positions: new Map(), outbox: EMPTY_OUTBOX, savedAtMs: 0 }

/** Its points, and what its books say. */
function outcome(job: Job, points: readonly Point[]) {
  const rest = job.windows.flatMap((one) => one.closeThrough(Number.POSITIVE_INFINITY))
  return { points: stored([...points, ...rest]), books: job.ledger.snapshot() }
}

test('a job that forgets texts at any moment counts as one that forgets none', () => {
  const steps = fc.array(
    fc.record({
      textsMin: fc.nat(60),
      textsAtOnce: fc.constantFrom(7, 40, 1_000),
      size: fc.integer({ min: 1, max: 90 }),
    }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  let renewals = 0
  const property = (
    seed: number,
    plan: readonly { textsMin: number; textsAtOnce: number; size: number }[],
  ) => {
    const events = eventsOf(new Random(`${seed}`), 1_200)
    const jobs = [newJob(FORGETS_NOTHING), newJob(plan[0].textsMin, pipeline, plan[0].textsAtOnce)]
    const all = jobs.map((job) => {
      const points: Point[] = []
      for (let from = 0, turn = 0; from < events.length; turn++) {
        const { size } = plan[turn % plan.length]
        job.process(batchOf(events.slice(from, from + size), 0, from), NOW_MS)
        points.push(...job.closeWindows())
        from += size
      }
      return outcome(job, points)
    })
    expect(all[1]).toEqual(all[0])
    renewals += jobs[1].renewals
  }
  fc.assert(fc.property(fc.nat(), steps, property), { numRuns: 40 })
  expect(renewals).toBeGreaterThan(5)
})

test('texts in memory are bounded over a long run of ever new sessions', () => {
  const events = eventsOf(new Random('long'), 60_000).map((event, i) => {
    return { ...event, session_id: `s${i >> 1}` }
  })
  const metrics = [visits, newcomers, fresh]
  const jobs = [400, FORGETS_NOTHING].map((min) => newJob(min, { ...pipeline, metrics }))
  let most = 0
  const [all, expected] = jobs.map((job) => {
    const points: Point[] = []
    for (let from = 0; from < events.length; from += 500) {
      job.process(batchOf(events.slice(from, from + 500), 0, from), NOW_MS)
      points.push(...job.closeWindows())
      if (job === jobs[0]) most = Math.max(most, job.textCount)
    }
    return outcome(job, points)
  })
  expect(all).toEqual(expected)
  expect(jobs[1].textCount).toBeGreaterThan(30_000)
  // What is new is told from the last 30 s, and noted up to 4,096 times.
  expect(most).toBeLessThan(20_000)
  expect(jobs[0].renewals).toBeGreaterThan(3)
})

test('texts that are all in use are looked through a few times, not each time', () => {
  const job = newJob(100)
  let looks = 0
  for (let from = 0; from < 3_000; from += 100) {
    const events = Array.from({ length: 100 }, (_, i) => ({
      ...{ event_id: `e${from + i}`, event_type: 'view', user_id: 'u1', event_time: BASE_MS },
      session_id: `s${from + i}`,
    }))
    job.process(batchOf(events, 0, from), NOW_MS)
    const save = vi.spyOn(job.windows[0].counted as MetricWindows, 'save')
    job.closeWindows()
    looks += save.mock.calls.length
    save.mockRestore()
  }
  // At more than 100 texts, at four times those that are there then, and at four times those.
  expect(looks).toBe(3)
  expect(job.renewals).toBe(0)
})

test('workers and the job forget, each in its own time, and count as one job that forgets nothing', () => {
  const property = (seed: number, size: number, textsMin: number) => {
    const events = eventsOf(new Random(`${seed}`), 1_500)
    const own: Pipeline = { ...pipeline, duplicates: 'count' }
    const alone = newJob(FORGETS_NOTHING, own)
    const job = newJob(textsMin, own)
    const options = { ...JOB_OPTIONS, textsMin }
    const settings = { index: 0, pipeline: own, topic: 't', options }
    const worker = new PartitionWorker(settings, avro, readsNothing)
    worker.handle({ kind: 'rows', rows: PEOPLE })
    const memory = new SharedArrayBuffer(1 << 20)
    worker.handle({ kind: 'crate', crate: 0, memory })
    const texts = new ReceivedTexts()
    const aside = new SetAsideCollector('t')
    const points: [Point[], Point[]] = [[], []]
    let forgotten = 0
    for (let from = 0; from < events.length; from += size) {
      const batch = batchOf(events.slice(from, from + size), 0, from)
      alone.process(batch, NOW_MS)
      points[0].push(...alone.closeWindows())
      const closedMs = job.watermarks.currentMs
      const one = { batch: pack(batch, memory, 0), nowMs: NOW_MS, closedMs }
      worker.handle({ kind: 'batches', crate: 0, batches: [one] })
      const delta = worker.handle({ kind: 'flush' }) as Delta
      forgotten += delta.forgotten.length
      absorbDelta(job, aside, texts, delta)
      points[1].push(...job.closeWindows())
    }
    expect(outcome(job, points[1])).toEqual(outcome(alone, points[0]))
    return { forgotten, renewals: job.renewals }
  }
  const seen: { forgotten: number; renewals: number }[] = []
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 20, max: 150 }), fc.nat(80), (...plan) => {
      seen.push(property(...plan))
    }),
    { numRuns: 20 },
  )
  expect(seen.some(({ forgotten }) => forgotten > 5)).toBe(true)
  expect(seen.some(({ renewals }) => renewals > 0)).toBe(true)
})

test('the checkpoint after texts were forgotten is whole: codes of before mean others', async () => {
  const events = eventsOf(new Random('saved'), 3_000)
  const job = newJob(60)
  let parts: Uint8Array[] = []
  const kinds: string[] = []
  const joined = (pieces: unknown) => Buffer.concat([pieces].flat() as Uint8Array[])
  const lease = {
    save: async (_: number, pieces: unknown) => {
      parts = [joined(pieces)]
      kinds.push('whole')
    },
    extend: async (_: number, pieces: unknown) => {
      parts.push(joined(pieces))
      kinds.push('change')
    },
  }
  const clock = fakeClock()
  const saver = new Saver({ lease, clock, retry: {} } as never, 0)
  const points: Point[] = []
  for (let from = 0; from < events.length; from += 50) {
    job.process(batchOf(events.slice(from, from + 50), 0, from), NOW_MS)
    const { renewals } = job
    points.push(...job.closeWindows())
    await saver.save(captureJob(job, place))
    if (job.renewals > renewals) expect(kinds.at(-1)).toBe('whole')
    const restored = newJob(FORGETS_NOTHING)
    restoreJob(restored, readSnapshot(parts) as Snapshot)
    if (from % 500 !== 0) continue
    expect(outcome(restored, points)).toEqual(outcome(copyOf(job), points))
  }
  expect(job.renewals).toBeGreaterThan(0)
  expect(kinds).toContain('change')
})

/** Through a checkpoint of its own. */
function copyOf(job: Job): Job {
  const copy = newJob(FORGETS_NOTHING)
  restoreJob(copy, readSnapshot([saveJob(job, place)]) as Snapshot)
  return copy
}
