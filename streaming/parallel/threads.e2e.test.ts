// Workers in threads, as a user starts them: the points are those of one thread.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { runToEnd } from '../../scripts/testing/programs.ts'
import { sqliteEventLog } from '../../stores/event-log/sqlite.ts'
import { BAD_LINES, writeBadLines } from '../testing/bad-lines.ts'
import { differences } from '../testing/differences.ts'
import { JOB_OPTIONS } from '../testing/events.ts'
import { Place } from '../testing/place.ts'
import { RunningJob } from '../testing/running-job.ts'
import { ALL_METRICS } from '../testing/sql-points.ts'
import { startThread } from './threads.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-workers-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const SHUFFLED = { seed: 2, count: 20_000, spanMs: 400_000, disorderMs: 4_990 }
/** As Promise.withResolvers, which Node 20 has not. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

/** Enough that a job can be killed in the middle. */
const MANY = { seed: 3, count: 120_000, spanMs: 900_000, disorderMs: 4_990 }

describe('a thread', () => {
  const settings = { index: 0, pipeline: smallShop, topic: 't', options: JOB_OPTIONS }

  test('that throws is told of with its error', async () => {
    const { promise, resolve } = withResolvers<Error>()
    const broken = { ...settings, pipeline: { ...smallShop, avroSchema: 'no schema' } }
    const port = startThread(broken, { onMessage: () => {}, onFailure: resolve })
    expect((await promise).message).toContain('JSON')
    await port.close()
  })

  test('that is closed has not failed, and says nothing more', async () => {
    const heard: unknown[] = []
    const { promise, resolve } = withResolvers<void>()
    const port = startThread(settings, {
      onMessage: (message) => {
        heard.push(message)
        resolve()
      },
      onFailure: (error) => heard.push(error),
    })
    port.post({ kind: 'flush' })
    await promise
    await port.close()
    await port.close()
    expect(heard).toMatchObject([{ kind: 'delta', batchCount: 0 }])
  })
})

describe('windrow stream --workers', () => {
  test('gives the points of plain SQL, with more workers than partitions too', async () => {
    for (const [workers, partitions] of [
      ['2', 8],
      ['3', 2],
    ] as const) {
      const place = new Place(join(dir, `exact-${workers}`))
      await place.seed()
      await place.produce(place.write(SHUFFLED), partitions)
      const { err } = await place.once('--workers', workers)
      expect(err).toContain('20,000 read: 20,000 counted')
      expect(err).toContain(`by ${workers} workers`)
      await place.expectPointsAsBySql()
    }
  })

  test('killed in the middle and started with another number goes on where it was', async () => {
    const place = new Place(join(dir, 'killed'))
    await place.seed()
    await place.produce(place.write(MANY), 8)
    const job = place.stream('--once', '--workers', '2')
    await job.until('progress', () => place.hasCheckpoint())
    expect((await job.stop('SIGKILL')).code).toBeNull()
    const { err } = await place.once('--workers', '3')
    expect(err).toContain('goes on from checkpoint')
    await place.expectPointsAsBySql()
    expect((await place.once()).err).toContain('120,000 read: 120,000 counted')
    await place.expectPointsAsBySql()
  })

  test('runs until it is stopped, and tells of its workers', async () => {
    const place = new Place(join(dir, 'live'))
    await place.seed()
    const job = new RunningJob(place.stream('--workers', '2'))
    await place.produce(place.write(SHUFFLED), 4)
    const told = await job.until(
      'all of it',
      ({ partitions = [] }) => partitions.every(({ read }) => read > 0) && partitions.length === 4,
    )
    expect(told.workers).toMatchObject([{ worker: 1 }, { worker: 2 }])
    expect(told.workers?.flatMap(({ partitions }) => partitions).sort()).toEqual([0, 1, 2, 3])
    expect(await job.metric('windrow_workers')).toBe(2)
    expect((await job.program.stop('SIGTERM')).code).toBe(0)
    await place.once()
    await place.expectPointsAsBySql()
  })

  test('counts an event once that comes to two threads at the same time', async () => {
    const twice = new Place(join(dir, 'twice'))
    const once = new Place(join(dir, 'once'))
    const file = once.write(MANY)
    await once.produce(file, 2)
    const values = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => Buffer.from(line))
    mkdirSync(join(twice.dir, 'data'), { recursive: true })
    const log = sqliteEventLog(join(twice.dir, 'data', 'events.db'))
    await log.createTopic('ecommerce.events', 2)
    const writer = await log.writer('ecommerce.events')
    for (const partition of [0, 1])
      await writer.append(values.map((value) => ({ value, partition })))
    await log.close()
    const { err } = await twice.once('--workers', '2')
    expect(err).toContain('240,000 read: 120,000 counted, 120,000 duplicates')
    await once.once()
    for (const metric of ALL_METRICS)
      expect(differences(metric, await twice.points(metric), await once.points(metric))).toEqual([])
  })

  test('sets every kind of bad record aside', async () => {
    const place = new Place(join(dir, 'bad'))
    const file = join(dir, 'bad.ndjson')
    writeBadLines(file)
    await place.produce(file, 1, '--unchecked')
    const { err } = await place.once('--workers', '2')
    expect(err).toContain(`${BAD_LINES.length + 2} read: 2 counted, ${BAD_LINES.length} rejected`)
    const { out } = await runToEnd('dead-letters', ['list'], place.environment)
    for (const { reason } of BAD_LINES) expect(out).toContain(reason)
  })

  test.each(['0', '65', '1.5', 'two'])('%s is refused', async (workers) => {
    const { environment } = new Place(join(dir, 'refused'))
    const { err, code } = await runToEnd('stream', ['--once', '--workers', workers], environment, 2)
    expect(code).toBe(2)
    expect(err).toContain('--workers')
    expect(err).toContain('expected a whole number, 1 to 64')
  })
})
