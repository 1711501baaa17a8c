// Metrics that were changed between two runs are computed from the log, those that were not go on; killed in between, too.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Point } from '../../data/point.ts'
import { type Ended, RunningProgram, runToEnd } from '../../scripts/testing/programs.ts'
import { balancedBooks, recordsRead } from '../testing/books.ts'
import { after, unchanged } from '../testing/other-metrics.ts'
import { Place } from '../testing/place.ts'
import { storedPoints } from '../testing/stored-points.ts'

const JOB = 'streaming/testing/other-job.ts'
const EVENTS = { seed: 31, count: 120_000, spanMs: 900_000, disorderMs: 4_990 }
/** What the job has read when its metrics change. */
const FIRST = 90_000
const PARTITIONS = 4

const dir = mkdtempSync(join(tmpdir(), 'windrow-rebuild-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const run = ({ environment }: Place, metrics: 'before' | 'after'): Promise<Ended> =>
  runToEnd(JOB, [metrics], environment)

/** By metric, of those that there are after the change. */
async function pointsOf({ environment }: Place): Promise<Record<string, Point[]>> {
  const points: Record<string, Point[]> = {}
  for (const metric of after.metrics) points[metric.name] = await storedPoints(environment, metric)
  return points
}

async function filled(name: string): Promise<Place> {
  const place = new Place(join(dir, name))
  await place.seed()
  await place.produce(place.write(EVENTS, 0, FIRST), PARTITIONS)
  return place
}

describe('a job whose metrics were changed', () => {
  let expected: Record<string, Point[]>
  beforeAll(async () => {
    const fresh = await filled('fresh')
    await fresh.produce(fresh.write(EVENTS, FIRST), PARTITIONS)
    await run(fresh, 'after')
    expected = await pointsOf(fresh)
    for (const metric of after.metrics) expect(expected[metric.name].length).toBeGreaterThan(100)
  })

  it('has the points of a new job with the new metrics, and does not touch those of the others', async () => {
    const place = await filled('changed')
    await run(place, 'before')
    const earlier = await storedPoints(place.environment, unchanged)
    const { err } = await run(place, 'after')
    expect(err).toContain(
      'events_by_segment, items_by_gender: new or changed since the checkpoint, computed from the log',
    )
    expect(await storedPoints(place.environment, unchanged)).toEqual(earlier)
    await place.produce(place.write(EVENTS, FIRST), PARTITIONS)
    await run(place, 'after')
    expect(await pointsOf(place)).toEqual(expected)
    expect(recordsRead(await balancedBooks(place.environment))).toBe(EVENTS.count)
  })

  it('has them also when it is killed while it computes them, and when it has written some', async () => {
    const place = await filled('killed')
    await run(place, 'before')
    await place.produce(place.write(EVENTS, FIRST), PARTITIONS)
    const killedAt = async (what: string, reached: (job: RunningProgram) => Promise<boolean>) => {
      const job = new RunningProgram(JOB, ['after'], place.environment)
      await job.until(what, () => reached(job))
      expect((await job.stop('SIGKILL')).code).toBeNull()
    }
    const [, , added] = after.metrics
    await killedAt('the beginning', async ({ err }) => err.includes('computed from the log'))
    await killedAt('points', async ({ err }) => {
      if (!err.includes('computed from the log')) return false
      return (await storedPoints(place.environment, added)).length > 0
    })
    // No checkpoint had them yet.
    expect((await run(place, 'after')).err).toContain('computed from the log')
    expect(await pointsOf(place)).toEqual(expected)
    expect(recordsRead(await balancedBooks(place.environment))).toBe(EVENTS.count)
  })
})
