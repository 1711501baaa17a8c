// The job goes on after what happens to its files: a damaged checkpoint, demographics loaded anew, a full disk.
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import type { Point } from '../../data/point.ts'
import { balancedBooks, recordsRead } from '../testing/books.ts'
import { Place } from '../testing/place.ts'
import { RunningJob } from '../testing/running-job.ts'
import { storedPoints } from '../testing/stored-points.ts'

const EVENTS = { seed: 41, count: 40_000, spanMs: 400_000, disorderMs: 4_990 }
const FIRST = 20_000
const PARTITIONS = 4

const dir = mkdtempSync(join(tmpdir(), 'windrow-recovery-'))
const running: RunningJob[] = []
const start = (place: Place): RunningJob => {
  const job = new RunningJob(place.stream())
  running.push(job)
  return job
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((job) => job.stop('SIGKILL')))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const readAll = ({
  partitions = [],
}: {
  partitions?: readonly { position: number; end: number }[]
}) => partitions.length > 0 && partitions.every(({ position, end }) => position >= end)

async function expectExact(place: Place): Promise<void> {
  await place.once()
  expect(recordsRead(await balancedBooks(place.environment))).toBe(EVENTS.count)
  await place.expectPointsAsBySql()
}

describe('a job whose newest checkpoint is damaged', () => {
  /** Bytes changed in the middle, or the end missing. */
  const DAMAGES: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    [
      'flipped bytes',
      (bytes) =>
        bytes.fill(bytes[bytes.length >> 1] ^ 0xff, bytes.length >> 1, (bytes.length >> 1) + 8),
    ],
    ['an end that is missing', (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ]
  it.each(DAMAGES)(
    'by %s goes on from the one before, says so, and writes the same points',
    async (what, damage) => {
      const place = new Place(join(dir, what.replaceAll(' ', '-')))
      await place.seed()
      await place.produce(place.write(EVENTS, 0, FIRST), PARTITIONS)
      await place.once()
      await place.produce(place.write(EVENTS, FIRST), PARTITIONS)
      await place.once()
      const checkpoints = join(place.dir, 'data', 'checkpoints')
      const files = readdirSync(checkpoints, { recursive: true, encoding: 'utf8' })
      const numbersOf = (kind: RegExp) =>
        files.flatMap((name) => kind.exec(name)?.slice(1).map(Number) ?? [])
      const wholes = numbersOf(/(\d+)\.checkpoint$/)
      const newest = Math.max(...wholes)
      expect(wholes.length).toBe(2)
      // What changed after the one before is left.
      const all = [...wholes, ...numbersOf(/(\d+)\.change$/)]
      const before = Math.max(...all.filter((number) => number < newest))
      const name = files.find((one) => one.endsWith(`/${newest}.checkpoint`)) ?? ''
      const file = join(checkpoints, name)
      writeFileSync(file, damage(readFileSync(file)))
      const { err } = await place.once()
      expect(err).toMatch(/The checkpoint .* is damaged: .*; goes on from the one before/)
      expect(err).toContain(`goes on from checkpoint ${before} `)
      await expectExact(place)
    },
  )
})

describe('demographics that are loaded anew between a kill and the next start', () => {
  it('change nothing that was written, and no event counts for two countries', async () => {
    const place = new Place(join(dir, 'reloaded'))
    await place.seed()
    const original = readFileSync(place.people, 'utf8')
    const moved = join(place.dir, 'moved.csv')
    writeFileSync(moved, original.replaceAll(/,(DE|FR|US|AT),/g, ',JP,'))
    const producing = place.produce(place.write(EVENTS), PARTITIONS, '--speed', '10x')
    let written: Record<string, Point[]> = {}
    for (const people of [moved, place.people, moved]) {
      const job = start(place)
      const before = await countIn(place)
      await job.program.until('more points', async () => (await countIn(place)) > before)
      await job.stop('SIGKILL')
      written = await expectKept(place, written)
      await place.seed(people)
    }
    await producing
    await place.once()
    const all = await expectKept(place, written)
    const [segments, revenue, conversion] = smallShop.metrics.map(({ name }) => all[name])
    expect(countriesOf(segments)).toContain('JP')
    expect(countriesOf(segments)).toContain('DE')
    expect(sumOf(segments, 'events')).toBe(EVENTS.count)
    expect(sumOf(revenue, 'orders')).toBe(sumOf(conversion, 'purchases'))
    expect(recordsRead(await balancedBooks(place.environment))).toBe(EVENTS.count)
  })

  const countIn = async ({ environment }: Place): Promise<number> => {
    const [first] = smallShop.metrics
    return (await storedPoints(environment, first)).length
  }
  /** What was written is there, as it was; answers what is there now. */
  async function expectKept(place: Place, earlier: Record<string, Point[]>) {
    const now: Record<string, Point[]> = {}
    for (const metric of smallShop.metrics) {
      const points = await storedPoints(place.environment, metric)
      now[metric.name] = points
      const texts = new Set(points.map((point) => JSON.stringify(point)))
      const gone = (earlier[metric.name] ?? []).filter((point) => !texts.has(JSON.stringify(point)))
      expect(gone).toEqual([])
    }
    return now
  }
  const countriesOf = (points: readonly Point[]) => [
    ...new Set(points.map(({ tags }) => tags.country)),
  ]
  const sumOf = (points: readonly Point[], name: string) =>
    points.reduce((sum, { fields }) => sum + Number(fields[name]), 0)
})

/** A file system of its own, too small; undefined where this user may not mount one. */
function smallDisk(at: string, bytes: number): boolean {
  mkdirSync(at, { recursive: true })
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', at]).status === 0
}

const full = new Place(join(dir, 'full-disk'))
const disk = join(full.dir, 'data')
const isMounted = smallDisk(disk, 64 << 20)
afterAll(() => {
  if (isMounted) spawnSync('umount', ['--lazy', disk])
})

/** Until nothing more fits. */
function fill(file: string): void {
  const handle = openSync(file, 'w')
  try {
    for (const bytes of [1 << 20, 1 << 12]) writeUntilFull(handle, Buffer.alloc(bytes, 1))
  } finally {
    closeSync(handle)
  }
}

function writeUntilFull(handle: number, bytes: Buffer): void {
  try {
    while (writeSync(handle, bytes) === bytes.length);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  }
}

describe.skipIf(!isMounted)(
  `a job on a full disk${isMounted ? '' : ' [skipped: needs the right to mount a small one: run as root on Linux]'}`,
  () => {
    it('waits, says so, and goes on when there is space again', async () => {
      await full.seed()
      await full.produce(full.write(EVENTS, 0, FIRST), PARTITIONS)
      const job = start(full)
      const { checkpoint } = await job.untilSaved()
      job.program.freeze()
      await full.produce(full.write(EVENTS, FIRST), PARTITIONS)
      const filler = join(disk, 'filler')
      fill(filler)
      job.program.thaw()
      const { readiness } = await job.until('the full disk', (now) => !now.readiness.ok)
      expect(readiness.because).toEqual([
        expect.stringMatching(/^waiting for the checkpoints in .* \(busy\) for /),
      ])
      rmSync(filler)
      await job.until('the end of the log', (now) => readAll(now) && now.readiness.ok)
      await job.untilSaved(checkpoint?.number)
      const { code, err } = await job.stop('SIGTERM')
      expect(code).toBe(0)
      expect(
        err.match(/is on a full disk: .*\n {2}Free some space\.\n {2}waiting; /g),
      ).toHaveLength(1)
      expect(err).toMatch(/the checkpoints in .* available again after .*: goes on/)
      await expectExact(full)
    })
  },
)
