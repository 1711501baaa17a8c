import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pointTimesOf } from '../../data/definitions/point-times.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import type { Point } from '../../data/point.ts'
import { UnavailableError } from '../../kit/errors.ts'
import { fakeClock } from '../../kit/fake-clock.ts'
import { silentLog } from '../../kit/log.ts'
import { memoryCheckpoints } from '../../stores/checkpoints/memory-place.ts'
import type { EventLogReader, Offsets } from '../../stores/event-log/event-log.ts'
import { readSnapshot } from '../checkpoint/encode.ts'
import type { Snapshot } from '../checkpoint/snapshot.ts'
import { avroDecoder } from '../decode/avro.ts'
import { click, NOW_MS, PEOPLE, purchase, stored, type Value } from '../testing/events.ts'
import { fakeReader } from '../testing/fake-log.ts'
import { CONFIG, World } from '../testing/run-turns.ts'
import { type ClosedThrough, type RecomputeOptions, recompute } from './recompute.ts'

const avro = avroDecoder(smallShop.avroSchema)
const clock = fakeClock(NOW_MS)
const FROM_START: Offsets = new Map()

const readerOf = (partitions: Value[][], from = FROM_START, batchRecords = 7): EventLogReader =>
  fakeReader(partitions, from, { clock, batchRecords, readMs: 0, nothingMs: 0 })

/** Everything that is computed again, and how far. */
async function recomputed(reader: EventLogReader, until: RecomputeOptions['until']) {
  const points: Point[] = []
  let last: ClosedThrough | undefined
  const job = await recompute({
    ...{ pipeline: smallShop, metrics: smallShop.metrics, config: CONFIG, avro, reader, until },
    retry: { clock, log: silentLog },
    signal: new AbortController().signal,
    load: async ({ table }) => table.put(PEOPLE),
    onPoints: async (some, through) => {
      points.push(...some)
      last = through
    },
  })
  return { job, points, ...(last as ClosedThrough) }
}

async function stateOf(world: World): Promise<Snapshot> {
  const loaded = await memoryCheckpoints(world.place).load()
  return readSnapshot(loaded?.parts ?? []) as Snapshot
}

/** Those that can change no more. */
const finalOf = (points: readonly Point[], watermarkMs: number): Point[] =>
  points.filter(({ measurement, timeMs }) => {
    const metric = smallShop.metrics.find(({ name }) => name === measurement)
    if (metric === undefined) return false
    return pointTimesOf(metric).finalAt(timeMs) <= watermarkMs
  })

/** Mostly rising, with some that are late, some that correct, and some that are no events. */
const records = fc.array(
  fc.record({
    stepMs: fc.nat(9_000),
    behindMs: fc.oneof({ weight: 5, arbitrary: fc.nat(4_000) }, fc.nat(90_000)),
    kind: fc.constantFrom('click', 'click', 'purchase', 'bad'),
    user: fc.nat(3),
  }),
  { maxLength: 25 },
)
type Raw = (typeof records extends fc.Arbitrary<infer T> ? T : never)[number]

function valuesOf(raw: readonly Raw[]): Value[] {
  let latestMs = 100_000
  return raw.map(({ stepMs, behindMs, kind, user }) => {
    latestMs += stepMs
    if (kind === 'bad') return '{'
    const one = kind === 'click' ? click : purchase
    return one(latestMs - behindMs, { user_id: `u${user}` })
  })
}

describe('what is computed again', () => {
  test('is what the job wrote, whatever was late, not waited for, and however it was read', async () => {
    let ticks = 0
    const run = fc.record({
      more: fc.array(records, { minLength: 3, maxLength: 3 }),
      quietMs: fc.constantFrom(0, 10_000, 40_000),
    })
    const property = fc.asyncProperty(
      fc.array(run, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 20 }),
      async (runs, batchRecords) => {
        const partitions: Value[][] = [[], [], []]
        const world = new World(partitions, 4)
        for (const { more, quietMs } of runs) {
          for (const [p, raw] of more.entries()) partitions[p].push(...valuesOf(raw))
          await world.run({ quietMs })
        }
        const state = await stateOf(world)
        ticks += state.ticks.length
        const again = await recomputed(readerOf(partitions, FROM_START, batchRecords), state)
        const { watermarkMs } = again
        expect(watermarkMs).toBe(state.watermarks.currentMs)
        expect(again.wholeFromMs).toBe(Number.NEGATIVE_INFINITY)
        expect(stored(finalOf(again.points, watermarkMs))).toEqual(
          stored(finalOf(world.written, watermarkMs)),
        )
      },
    )
    await fc.assert(property, { numRuns: 60 })
    expect(ticks).toBeGreaterThan(0)
  })

  test('keeps open what a slower partition holds open: a rebuilt metric lost events there', async () => {
    const partitions = [
      [click(0), click(20_000)],
      [click(0), click(90_000)],
    ]
    const world = new World(partitions)
    await world.run({ quietMs: 400 })
    const state = await stateOf(world)
    const { job, points } = await recomputed(readerOf(partitions), state)
    expect(job.watermarks.currentMs).toBe(state.watermarks.currentMs)
    expect(stored(points)).toEqual(world.points)
    expect(job.windows[0].summaries.filter(({ isClosed }) => !isClosed)).toHaveLength(2)
  })

  test('needs no gapless log', async () => {
    const partitions = [valuesOf(rising(40)), valuesOf(rising(30))]
    const world = new World(partitions)
    await world.run({ quietMs: 400 })
    const state = await stateOf(world)
    const times3 = (offsets: Offsets) => new Map([...offsets].map(([p, at]) => [p, at * 3]))
    const reader = readerOf(partitions)
    const sparse: EventLogReader = {
      ...reader,
      positions: () => times3(reader.positions()),
      read: async (wanted, waitMs) => {
        const batch = await reader.read(wanted, waitMs)
        const offsets = batch?.offsets.map((at) => at * 3) ?? new Float64Array()
        return batch && { ...batch, offsets, nextOffset: batch.nextOffset * 3 }
      },
    }
    const until = { ...state, positions: times3(state.positions) }
    expect(stored((await recomputed(sparse, until)).points)).toEqual(world.points)
  })

  test('is the same from where no event is missing, when the first records are gone', async () => {
    const cut = fc.tuple(fc.nat(60), fc.nat(60))
    const seeds = fc.tuple(...[0, 1].map(() => fc.array(fc.nat(4_000), { minLength: 60 })))
    const property = fc.asyncProperty(cut, seeds, async ([first, second], behind) => {
      const partitions = behind.map((all) =>
        valuesOf(all.map((behindMs) => ({ stepMs: 3_000, behindMs, kind: 'click', user: 1 }))),
      )
      const world = new World(partitions)
      await world.run({ quietMs: 400 })
      const state = await stateOf(world)
      const from = new Map([
        [0, first],
        [1, Math.min(second, partitions[1].length)],
      ])
      const { points, wholeFromMs } = await recomputed(readerOf(partitions, from), state)
      expect(Number.isFinite(wholeFromMs)).toBe(first > 0 || second > 0)
      const whole = (all: readonly Point[]) =>
        stored(all.filter(({ timeMs }) => timeMs >= wholeFromMs))
      expect(whole(points)).toEqual(whole(world.written))
    })
    await fc.assert(property, { numRuns: 40 })
  })

  test('knows what is missing of a partition of which nothing, or no event, is left', async () => {
    for (const [left, last] of [[1], [2, '{']] as const) {
      const partitions: Value[][] = [
        valuesOf(rising(30)),
        [click(120_000), ...(last ? [last] : [])],
      ]
      const world = new World(partitions)
      await world.run({ quietMs: 400 })
      const state = await stateOf(world)
      const { wholeFromMs } = await recomputed(readerOf(partitions, new Map([[1, 1]])), state)
      expect(state.positions.get(1)).toBe(left)
      expect(wholeFromMs).toBe((state.watermarks.partitions[1]?.maxTimeMs ?? 0) + 1)
    }
  })

  test('waits for a log that is away', async () => {
    const partitions = [valuesOf(rising(20))]
    const world = new World(partitions)
    await world.run({ quietMs: 400 })
    const reader = readerOf(partitions)
    let calls = 0
    const away: EventLogReader = {
      ...reader,
      read: async (wanted, waitMs) => {
        if (calls++ % 2 === 0) throw new UnavailableError('away')
        return reader.read(wanted, waitMs)
      },
    }
    expect(stored((await recomputed(away, await stateOf(world))).points)).toEqual(world.points)
  })
})

const rising = (count: number): Raw[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ stepMs: 3_000, behindMs: 0, kind: 'click', user: n % 4 },
  }))
