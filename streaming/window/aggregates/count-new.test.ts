import fc from 'fast-check'
import { expect, test } from 'vitest'
import { count, countNew, eq, tumbling } from '../../../data/definitions/nodes.ts'
import { ecommerce } from '../../../data/ecommerce/pipeline.ts'
import { defineMetric, field } from '../../../data/ecommerce/vocabulary.ts'
import type { Point } from '../../../data/point.ts'
import { Changes, readSnapshot, saveJob } from '../../checkpoint/encode.ts'
import { EMPTY_OUTBOX } from '../../checkpoint/outbox.ts'
import { captureJob, restoreJob, type Snapshot } from '../../checkpoint/snapshot.ts'
import { avroDecoder } from '../../decode/avro.ts'
import { Dictionary } from '../../decode/dictionary.ts'
import { Job } from '../../job.ts'
import { BASE_MS, batchOf, click, JOB_OPTIONS, NOW_MS, stored } from '../../testing/events.ts'
import { KnownValues } from './known-values.ts'

const [SIZE_MS, WITHIN_MS] = [10_000, 30_000]

const metric = defineMetric({
  name: 'newcomers',
  summary: 'People that come for the first time in a while.',
  by: ['event_type'],
  window: tumbling('10s'),
  values: {
    n: count(),
    new_people: countNew(field('user_id'), { within: '30s' }),
    new_viewers: countNew(field('user_id'), {
      within: '30s',
      where: eq(field('event_type'), 'view'),
    }),
  },
  panel: { title: 'Newcomers', value: 'new_people', unit: 'short' },
})
const avro = avroDecoder(ecommerce.avroSchema)
const newJob = () => new Job({ ...ecommerce, metrics: [metric] }, JOB_OPTIONS, avro)

interface PlainEvent {
  readonly event_type: string
  readonly user_id: string
  readonly event_time: number
}

/** Windows in order, each with what those before had. */
function expected(events: readonly PlainEvent[]): Point[] {
  const windowOf = ({ event_time }: PlainEvent) => event_time - (event_time % SIZE_MS)
  const had = (one: PlainEvent, type?: string) =>
    events.some(
      (other) =>
        other.user_id === one.user_id &&
        (type === undefined || other.event_type === type) &&
        windowOf(other) < windowOf(one) &&
        windowOf(other) >= windowOf(one) - WITHIN_MS,
    )
  const keys = new Set(events.map((one) => `${windowOf(one)} ${one.event_type}`))
  return [...keys].map((key) => {
    const own = events.filter((one) => `${windowOf(one)} ${one.event_type}` === key)
    const [{ event_type }] = own
    const people = (some: readonly PlainEvent[]) => new Set(some.map((one) => one.user_id)).size
    const fields = {
      n: own.length,
      new_people: people(own.filter((one) => !had(one))),
      new_viewers: event_type === 'view' ? people(own.filter((one) => !had(one, 'view'))) : 0,
    }
    return { measurement: 'newcomers', tags: { event_type }, fields, timeMs: windowOf(own[0]) }
  })
}

const steps = fc.array(
  fc.record({
    events: fc.array(
      fc.record({
        stepMs: fc.oneof(fc.nat(1_000), fc.nat(25_000)),
        behindMs: fc.nat(5_000),
        user_id: fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5'),
        event_type: fc.constantFrom('click', 'view'),
      }),
      { maxLength: 8 },
    ),
    closes: fc.boolean(),
    shows: fc.boolean(),
    restarts: fc.constantFrom('not', 'whole', 'from changes'),
  }),
  { maxLength: 10 },
)

const place = { positions: new Map(), outbox: EMPTY_OUTBOX, savedAtMs: 0 }

function piecesOf(steps: Generator<void, readonly Uint8Array[]>): Uint8Array {
  for (let step = steps.next(); ; step = steps.next())
    if (step.done === true) return Buffer.concat(step.value)
}

test('values are new in the first window that has them, and again after a while without, whatever restarts', () => {
  let known = 0
  fc.assert(
    fc.property(steps, (plan) => {
      let job = newJob()
      let latestMs = BASE_MS
      const all: PlainEvent[] = []
      const points: Point[] = []
      const changes = new Changes()
      let parts = [saveJob(job, place)]
      changes.begin(captureJob(job, place))
      for (const { events, closes, shows, restarts } of plan) {
        const own = events.map(({ stepMs, behindMs, ...who }) => {
          latestMs += stepMs
          return click(latestMs - behindMs - BASE_MS, who)
        }) as PlainEvent[]
        all.push(...own)
        job.process(batchOf(own), NOW_MS)
        if (closes) points.push(...job.closeWindows())
        if (shows) {
          const isOpen = new Set(job.windows[0].summaries.map(({ startMs }) => startMs))
          const open = expected(all).filter(({ timeMs }) => isOpen.has(timeMs))
          expect(stored(job.openPoints())).toEqual(stored(open))
          expect(stored(job.openPoints())).toEqual(stored(open))
        }
        parts.push(piecesOf(changes.encoding(captureJob(job, place))))
        if (restarts === 'not') continue
        if (restarts === 'whole') parts = [saveJob(job, place)]
        job = newJob()
        restoreJob(job, readSnapshot(parts) as Snapshot)
        parts = [saveJob(job, place)]
        changes.begin(captureJob(job, place))
      }
      points.push(...job.windows[0].closeThrough(Number.POSITIVE_INFINITY))
      expect(stored(points)).toEqual(stored(expected(all)))
      known += points.filter(({ fields }) => fields.new_people < fields.n).length
    }),
    { numRuns: 150 },
  )
  expect(known).toBeGreaterThan(100)
})

test('what is noted of values is bounded by how many are known, and a checkpoint is given what was added', () => {
  const column = { dictionary: new Dictionary('user_id'), codes: new Int32Array(0) }
  const codes = Int32Array.from({ length: 3_000 }, (_, n) => column.dictionary.codeOf(`u${n}`))
  const known = new KnownValues(column, 100)
  const same = (_: unknown, own: Int32Array) => own
  let [generation, wholes, largest] = [0, 0, 0]
  for (let startMs = 0; startMs < 10_000; startMs += 50) {
    const from = (startMs / 50) % 2_000
    const before = known.save(same)
    known.note(codes.subarray(from, from + 1_000), startMs)
    const after = known.save(same)
    if (after.generation !== generation) wholes++
    else expect(after.codes[0].subarray(0, before.codes[0].length)).toEqual(before.codes[0])
    generation = after.generation
    largest = Math.max(largest, after.codes[0].length)
  }
  expect(largest).toBeLessThan(8_000)
  expect(wholes).toBeLessThan(100)
  const other = new KnownValues(column, 100)
  other.absorb(known.save(same), same)
  const at = (one: KnownValues) => Array.from(codes, (code) => one.has(code, 10_000))
  expect(at(other)).toEqual(at(known))
})
