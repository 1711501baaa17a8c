import fc from 'fast-check'
import { expect, test } from 'vitest'
import { count, countDistinct, hopping, sum } from '../../data/definitions/nodes.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../data/ecommerce/vocabulary.ts'
import type { Point } from '../../data/point.ts'
import { avroDecoder } from '../decode/avro.ts'
import { Job } from '../job.ts'
import {
  BASE_MS,
  batchOf,
  click,
  JOB_OPTIONS,
  NOW_MS,
  PEOPLE,
  purchase,
  stored,
} from '../testing/events.ts'
import type { CodeMap } from './aggregates/aggregate.ts'

const PARTS = 3
const NEVER_MS = 1e9

const hops = defineMetric({
  name: 'hops',
  summary: 'Windows that overlap.',
  by: ['category'],
  window: hopping('27s', { every: '3s' }),
  values: {
    events: count(),
    users: countDistinct(field('user_id')),
    items: sum(field('quantity')),
  },
  panel: { title: 'Hops', value: 'events', unit: 'short' },
})

/** Of the shop's metrics, but closed windows may be corrected for ever. */
function newJob(): Job {
  const metrics = [...smallShop.metrics, hops].map((one) => ({
    ...one,
    allowedLatenessMs: NEVER_MS,
  }))
  const job = new Job({ ...smallShop, metrics }, JOB_OPTIONS, avroDecoder(smallShop.avroSchema))
  job.table.put(PEOPLE)
  return job
}

/** Between jobs, codes travel as places in a list of texts. */
function codeMaps(): { toIds: CodeMap; toCodes: CodeMap } {
  const texts: string[] = []
  return {
    toIds: ({ dictionary }, codes) =>
      Int32Array.from(codes, (code) => texts.push(dictionary.textOf(code)) - 1),
    toCodes: ({ dictionary }, ids) => Int32Array.from(ids, (id) => dictionary.codeOf(texts[id])),
  }
}

/** What a part does next: it reads some events, and may send what it has. The whole may close windows then. */
const steps = fc.array(
  fc.record({
    part: fc.nat(PARTS - 1),
    events: fc.array(
      fc.record({
        atMs: fc.integer({ min: 0, max: 40_000 }),
        isPurchase: fc.boolean(),
        user_id: fc.constantFrom('u1', 'u2', 'u3', 'stranger', 'unknown'),
        category: fc.constantFrom('books', 'toys', undefined),
        quantity: fc.constantFrom(1, 2, 2_147_483_647),
        unit_price: fc.constantFrom(0.01, 9.99, 4_194_304_000_01 / 100),
      }),
      { maxLength: 8 },
    ),
    sends: fc.boolean(),
    closesThroughMs: fc.option(fc.integer({ min: 0, max: 40_000 })),
  }),
  { maxLength: 12 },
)

const allOf = (job: Job, watermarkMs: number): Point[] =>
  job.windows.flatMap((windows) => windows.closeThrough(watermarkMs))

test('what parts took and a whole absorbed gives the points of one that read all', () => {
  const property = (plan: typeof steps extends fc.Arbitrary<infer T> ? T : never) => {
    const [single, whole] = [newJob(), newJob()]
    const parts = Array.from({ length: PARTS }, newJob)
    const points: Point[] = []
    const { toIds, toCodes } = codeMaps()
    const send = (part: Job) => {
      for (const [index, windows] of part.windows.entries()) {
        whole.windows[index].absorb(windows.take(toIds), toCodes)
        expect(windows.summaries).toEqual([])
      }
    }
    for (const { part, events, sends, closesThroughMs } of plan) {
      const records = events.map(({ atMs, isPurchase, quantity, unit_price, ...rest }) =>
        isPurchase
          ? purchase(atMs, { ...rest, quantity, unit_price })
          : click(atMs, { user_id: rest.user_id }),
      )
      single.process(batchOf(records, part), NOW_MS)
      parts[part].process(batchOf(records, part), NOW_MS)
      if (sends) send(parts[part])
      if (closesThroughMs !== null) points.push(...allOf(whole, BASE_MS + closesThroughMs))
    }
    for (const part of parts) send(part)
    points.push(...allOf(whole, Number.POSITIVE_INFINITY))
    expect(stored(points)).toEqual(stored(allOf(single, Number.POSITIVE_INFINITY)))
  }
  fc.assert(fc.property(steps, property), { numRuns: 80 })
})

test('a state that is absorbed twice counts twice, its people once', () => {
  const [from, into] = [newJob(), newJob()]
  from.process(batchOf([click(0), click(1), click(2, { user_id: 'u3' })]), NOW_MS)
  const { toIds, toCodes } = codeMaps()
  const [events] = from.windows
  into.windows[0].absorb(events.save(toIds), toCodes)
  into.windows[0].absorb(events.save(toIds), toCodes)
  expect(into.windows[0].openPoints().map(({ fields }) => fields)).toEqual([
    { events: 4, users: 1, revision: 0 },
    { events: 2, users: 1, revision: 0 },
  ])
})

test('a window that another has closed is closed, and what was here is written as a correction', () => {
  const [from, into] = [newJob(), newJob()]
  from.process(batchOf([click(0)]), NOW_MS)
  allOf(from, BASE_MS + 10_000)
  into.process(batchOf([click(0, { user_id: 'u2' })]), NOW_MS)
  const { toIds, toCodes } = codeMaps()
  into.windows[0].absorb(from.windows[0].take(toIds), toCodes)
  const points = into.windows[0].closeThrough(BASE_MS + 10_000)
  expect(points.map(({ tags }) => tags.country)).toEqual(['FR'])
})
