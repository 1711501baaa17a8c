// For tests: what the whole path must do with any stores, proven by plain SQL over the same files.
import { describe, expect, test } from 'vitest'
import { runToEnd } from '../../scripts/testing/programs.ts'
import type { Place } from './place.ts'
import type { EventsOptions } from './shop-files.ts'

const EVENTS = { seed: 1, count: 20_000, spanMs: 400_000, disorderMs: 0 }
const SHUFFLED = { ...EVENTS, seed: 2, disorderMs: 4_990 }
/** Enough that a job can be killed in the middle. */
const MANY = { seed: 3, count: 120_000, spanMs: 900_000, disorderMs: 4_990 }

const TWO_DAYS = { seed: 5, visits: 2_500 }

/** A place that nothing else uses, for each name. */
type PlaceOf = (name: string) => Place

/** The hardest case alone, where another kind of one store is all that differs. */
export function describeShuffled(title: string, placeOf: PlaceOf): void {
  describe(`the whole path on ${title}: the points are those of plain SQL`, () => {
    test('of events shuffled within the disorder, in 8 partitions', async () => {
      await expectExact(placeOf('shuffled'), SHUFFLED, 8)
    })
  })
}

async function expectExact(place: Place, events: EventsOptions, partitions: number): Promise<void> {
  await place.seed()
  await place.produce(place.write(events), partitions)
  const { err } = await place.once()
  expect(err).toContain('20,000 read: 20,000 counted')
  await place.expectPointsAsBySql()
}

export function describeExactPoints(title: string, placeOf: PlaceOf): void {
  describeShuffled(title, placeOf)
  describe(`the whole path on ${title}: the points are those of plain SQL`, () => {
    test.each([
      ['in order', EVENTS],
      ['shuffled within the disorder', SHUFFLED],
    ])('of events %s, in 1 partition', async (name, events) => {
      await expectExact(placeOf(name.replace(/\W+/g, '-')), events, 1)
    })

    test('again when run again, and with events that come later for windows that were open', async () => {
      const place = placeOf('again')
      await place.seed()
      await place.produce(place.write(SHUFFLED, 0, 12_000), 8)
      await place.once()
      await place.expectPointsAsBySql()
      expect((await place.once()).err).toContain('goes on from')
      await place.expectPointsAsBySql()
      await place.produce(place.write(SHUFFLED, 12_000), 8)
      await place.once()
      await place.expectPointsAsBySql()
    })
  })
}

/** All metrics, over events that end what went before them. */
export function describeAllMetrics(title: string, placeOf: PlaceOf): void {
  describe(`every metric of the shop on ${title} is that of plain SQL`, () => {
    test('of two days with late events of every kind, copies and what is no event', async () => {
      const place = placeOf('days')
      await place.seed()
      const file = place.writeTwoDays({ ...TWO_DAYS, late: 'any' })
      await place.produce(file, 1, '--unchecked')
      const { err } = await runToEnd('stream', ['--once'], place.environment)
      expect(err).toMatch(/[1-9]\d* late/)
      expect(err).toMatch(/[1-9]\d* rejected/)
      expect(err).toMatch(/[1-9]\d* duplicates/)
      await place.expectAllPointsAsBySql()
    })

    test('in 8 partitions, killed twice in the middle, and by two workers in the end', async () => {
      const place = placeOf('days-killed')
      await place.seed()
      const file = place.writeTwoDays({ ...TWO_DAYS, visits: 6_000, late: 'hopeless' })
      await place.produce(file, 8, '--unchecked')
      for (let kill = 1; kill <= 2; kill++) {
        const job = place.stream('--once')
        await job.until('progress', () => place.hasCheckpoint(2 * kill))
        expect((await job.stop('SIGKILL')).code).toBeNull()
      }
      const { err } = await runToEnd('stream', ['--once', '--workers', '2'], place.environment)
      expectInTheMiddle(err)
      await place.expectAllPointsAsBySql()
    })
  })
}

export function describeRecovery(title: string, placeOf: PlaceOf): void {
  describe(`the whole path on ${title}: the points are those of plain SQL`, () => {
    test('when --once is killed in the middle, twice, and started again', async () => {
      const place = placeOf('once-killed')
      await place.seed()
      await place.produce(place.write(MANY), 8)
      for (let kill = 0; kill < 2; kill++) {
        const job = place.stream('--once')
        // The first leaves a checkpoint, the second has gone on from it.
        await job.until('progress', () =>
          kill === 0 ? place.hasCheckpoint() : job.err.includes('goes on from'),
        )
        expect((await job.stop('SIGKILL')).code).toBeNull()
      }
      expectInTheMiddle((await place.once()).err)
      await place.expectPointsAsBySql()
    })

    test('when history comes at full speed while the job runs on an empty log', async () => {
      const place = placeOf('history')
      await place.seed()
      await place.produce(place.write({ ...EVENTS, seed: 4, count: 0 }), 8)
      const job = place.stream()
      await job.until('its table', () => job.err.includes('loaded'))
      await place.produce(place.write(SHUFFLED), 8)
      await job.until('a checkpoint', () => place.hasCheckpoint())
      expect((await job.stop('SIGTERM')).code).toBe(0)
      await place.once()
      await place.expectPointsAsBySql()
    })

    test('when the running job is killed while events come, and started again', async () => {
      const place = placeOf('stream-killed')
      await place.seed()
      const file = place.write(MANY)
      const first = place.stream()
      const producing = place.produce(file, 8)
      await first.until('a checkpoint of events', () => place.hasCheckpoint(2))
      await first.stop('SIGKILL')
      const second = place.stream()
      await second.until('its place', () => second.err.includes('goes on from'))
      await producing
      expectInTheMiddle((await second.stop('SIGTERM')).err)
      await place.once()
      await place.expectPointsAsBySql()
    })
  })
}

/** The job that wrote this went on from a checkpoint with some, but not all, of the many events. */
function expectInTheMiddle(err: string): void {
  const [, read] = /goes on from .*: ([\d,]+) read/.exec(err) ?? []
  const count = Number(read?.replaceAll(',', ''))
  expect(count).toBeGreaterThan(0)
  expect(count).toBeLessThan(MANY.count)
}
