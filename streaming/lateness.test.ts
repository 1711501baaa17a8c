import fc from 'fast-check'
import { expect, test } from 'vitest'
import { count, countDistinct, tumbling } from '../data/definitions/nodes.ts'
import { smallShop } from '../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../data/ecommerce/vocabulary.ts'
import type { Point } from '../data/point.ts'
import { readSnapshot, saveJob } from './checkpoint/encode.ts'
import { EMPTY_OUTBOX } from './checkpoint/outbox.ts'
import { restoreJob, type Snapshot } from './checkpoint/snapshot.ts'
import { avroDecoder } from './decode/avro.ts'
import { Job } from './job.ts'
import { BASE_MS, batchOf, click, JOB_OPTIONS, NOW_MS } from './testing/events.ts'

const DISORDER_MS = JOB_OPTIONS.disorderMs
const LATENESS_MS = { strict: 0, patient: 20_000 } as const
const SIZE_MS = 10_000

const metrics = (['strict', 'patient'] as const).map((name) =>
  defineMetric({
    name,
    summary: 'Clicks.',
    by: [],
    window: tumbling('10s'),
    allowedLateness: `${LATENESS_MS[name] / 1000}s`,
    values: { clicks: count(), users: countDistinct(field('user_id')) },
    panel: { title: 'Clicks', value: 'clicks', unit: 'short' },
  }),
)
const avro = avroDecoder(smallShop.avroSchema)
const newJob = () => new Job({ ...smallShop, metrics }, JOB_OPTIONS, avro)

interface Click {
  readonly event_id: string
  readonly user_id: string
  readonly event_time: number
}

/** Partitions whose events are up to a minute behind their latest one; some come again later in the same partition. */
const partitions = fc.array(
  fc
    .array(
      fc.record({
        stepMs: fc.integer({ min: 0, max: 4_000 }),
        behindMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60_000 })),
        user_id: fc.constantFrom('u1', 'u2', 'u3'),
        repeats: fc.option(fc.nat(30), { freq: 4 }),
      }),
      { maxLength: 40 },
    )
    .map((steps) => {
      let latestMs = BASE_MS
      const events: Omit<Click, 'event_id'>[] = []
      return steps.map(({ stepMs, behindMs, user_id, repeats }, index) => {
        latestMs += stepMs
        const again = repeats === null ? undefined : events[events.length - 1 - repeats]
        const event = again ?? { id: index, user_id, event_time: latestMs - behindMs }
        events.push(event)
        return event as Omit<Click, 'event_id'> & { readonly id: number }
      })
    }),
  { minLength: 1, maxLength: 3 },
)

const plans = fc.array(
  fc.record({
    partition: fc.nat(2),
    count: fc.integer({ min: 1, max: 9 }),
    closes: fc.boolean(),
    restarts: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
)

/** What must come out, event by event, from the order within each partition alone. */
function expected(all: readonly (readonly Click[])[]) {
  const counted = new Map<string, { clicks: number; users: Set<string>; revision: number }>()
  const fates: string[] = []
  for (const events of all) {
    let latestMs = Number.NEGATIVE_INFINITY
    const seen = new Set<string>()
    for (const { event_id, user_id, event_time } of events) {
      const watermarkMs = latestMs - DISORDER_MS
      latestMs = Math.max(latestMs, event_time)
      const startMs = event_time - (event_time % SIZE_MS)
      const endMs = startMs + SIZE_MS
      const open = (['strict', 'patient'] as const).filter(
        (name) => endMs + LATENESS_MS[name] > watermarkMs,
      )
      const isDuplicate = open.length > 0 && seen.has(event_id)
      fates.push(isDuplicate ? 'duplicate' : open.length < 2 ? 'late' : 'counted')
      if (isDuplicate) continue
      for (const name of open) {
        seen.add(event_id)
        const key = `${name} ${startMs}`
        const group = counted.get(key) ?? { clicks: 0, users: new Set(), revision: 0 }
        group.clicks++
        group.users.add(user_id)
        if (endMs <= watermarkMs) group.revision++
        counted.set(key, group)
      }
    }
  }
  return { counted, fates }
}

const totals = { counted: 0, late: 0, duplicates: 0, corrected: 0 }

test('late events correct their windows, copies count once: whatever the interleaving, closing and restarts', () => {
  fc.assert(
    fc.property(partitions, plans, (raw, plan) => {
      const all = raw.map((events, p) =>
        events.map(({ id, ...event }) => ({ ...click(0), ...event, event_id: `${p}/${id}` })),
      ) as Click[][]
      let job = newJob()
      for (const p of all.keys()) job.watermarks.addPartition(p)
      const positions = all.map(() => 0)
      const written = new Map<string, Point>()
      const write = (points: readonly Point[]) => {
        for (const point of points) {
          const key = `${point.measurement} ${point.timeMs}`
          const before = written.get(key)?.fields.clicks ?? -1
          // A correction never takes anything away.
          expect(point.fields.clicks).toBeGreaterThanOrEqual(before)
          written.set(key, point)
        }
      }
      const left = () => [...all.keys()].filter((p) => positions[p] < all[p].length)
      for (let turn = 0; left().length > 0; turn++) {
        const step = plan[turn % plan.length]
        const own = left()[step.partition % left().length]
        const values = all[own].slice(positions[own], positions[own] + step.count)
        job.process(batchOf(values, own, positions[own]), NOW_MS)
        positions[own] += values.length
        if (step.closes) write(job.closeWindows())
        if (!step.restarts) continue
        const bytes = saveJob(job, {
          positions: new Map(),
          outbox: EMPTY_OUTBOX,
          savedAtMs: NOW_MS,
        })
        job = newJob()
        restoreJob(job, readSnapshot([bytes]) as Snapshot)
      }
      write([...job.closeWindows(), ...job.openPoints()])

      const { counted, fates } = expected(all)
      const fieldsOf = (key: string) => written.get(key)?.fields
      expect([...written.keys()].sort()).toEqual([...counted.keys()].sort())
      for (const [key, { clicks, users, revision }] of counted) {
        const isPatient = key.startsWith('patient')
        expect(fieldsOf(key)).toEqual({ clicks, users: users.size, ...(isPatient && { revision }) })
      }
      const of = (fate: string) => fates.filter((one) => one === fate).length
      expect(job.ledger.total()).toMatchObject({
        counted: of('counted'),
        late: of('late'),
        duplicates: of('duplicate'),
      })
      expect(job.ledger.unbalanced()).toEqual([])
      expect(job.ticks.size).toBe(0)
      for (const key of ['counted', 'late', 'duplicates'] as const)
        totals[key] += job.ledger.total()[key]
      for (const p of all.keys()) totals.corrected += job.ledger.latenessOf(p).corrected
    }),
    { numRuns: 150 },
  )
  // Every kind was among them.
  expect(Math.min(...Object.values(totals))).toBeGreaterThan(10)
})

test('an event that was late because its partition was not waited for is late again in a replay', () => {
  const at = (ms: number, id: string) => click(ms, { event_id: id })
  const first = batchOf([at(0, 'a'), at(90_000, 'b')], 0, 0)
  const second = batchOf([at(30_000, 'c'), at(86_000, 'd')], 1, 7)
  const live = newJob()
  for (const p of [0, 1]) live.watermarks.addPartition(p)
  live.watermarks.setIdle(1)
  live.process(first, NOW_MS)
  live.closeWindows()
  expect(live.process(second, NOW_MS).late).toEqual([{ index: 0, lateByMs: 45_000 }])
  const ticks = live.ticks.snapshot()
  expect(ticks).toEqual([{ partition: 1, offset: 7, watermarkMs: BASE_MS + 85_000 }])

  const replay = (known: typeof ticks) => {
    const job = newJob()
    job.ticks.restore(known)
    const late = [...job.process(second, NOW_MS).late, ...job.process(first, NOW_MS).late]
    return { late: late.length, points: job.openPoints().length, ticks: job.ticks.size }
  }
  expect(replay(ticks)).toMatchObject({ late: 1, ticks: 1 })
  expect(replay([])).toMatchObject({ late: 0, ticks: 0 })
})
