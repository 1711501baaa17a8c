// Two instances of the job, one of which works: it is killed, or frozen and thawed, and the other takes over.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import {
  describeWith,
  influx2ForTests,
  kafkaForTests,
  mysqlForTests,
} from '../scripts/services/testing.ts'
import { balancedBooks, recordsRead } from './testing/books.ts'
import { Place } from './testing/place.ts'
import { RunningJob } from './testing/running-job.ts'

const TAKEOVER_MS = 10_000
/** Longer than the one who stands by waits for a silent one. */
const FROZEN_MS = 12_000
/** At the speed it is sent with, half a minute. */
const EVENTS = { seed: 21, count: 30_000, spanMs: 600_000, disorderMs: 4_990 }
const SPEED = '20x'
const PARTITIONS = 4

const dir = mkdtempSync(join(tmpdir(), 'windrow-failover-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function describeFailover(title: string, newPlace: () => Place): void {
  const running: RunningJob[] = []
  afterEach(async () => {
    await Promise.all(running.splice(0).map((job) => job.stop('SIGKILL')))
  })
  const start = (place: Place): RunningJob => {
    const job = new RunningJob(place.stream())
    running.push(job)
    return job
  }
  /** Events come, one instance works and another stands by. */
  const underLoad = async () => {
    const place = newPlace()
    await place.seed()
    const producing = place.produce(place.write(EVENTS), PARTITIONS, '--speed', SPEED)
    const first = start(place)
    await first.untilSaved(2)
    const second = start(place)
    await second.until('its turn', ({ phase }) => phase === 'standby')
    return { place, first, second, producing }
  }
  /** Measured from now until it says that it works. */
  const takesOver = async (job: RunningJob): Promise<void> => {
    const fromMs = performance.now()
    await job.until('the takeover', ({ readiness }) => readiness.ok, TAKEOVER_MS)
    expect(performance.now() - fromMs).toBeLessThan(TAKEOVER_MS)
  }
  const expectExact = async (place: Place, producing: Promise<unknown>, last: RunningJob) => {
    await producing
    await last.until('the end of the log', ({ partitions = [] }) =>
      partitions.every(({ position, end }) => position >= end),
    )
    expect((await last.stop('SIGTERM')).code).toBe(0)
    await place.once()
    expect(recordsRead(await balancedBooks(place.environment))).toBe(EVENTS.count)
    await place.expectPointsAsBySql()
  }

  describe(`two instances of a job on ${title}`, () => {
    it('the one that works is killed: the other works within 10 s, and every point is right', async () => {
      const { place, first, second, producing } = await underLoad()
      await first.stop('SIGKILL')
      await takesOver(second)
      expect(second.count(/ works on this job: stands by/)).toBe(1)
      await expectExact(place, producing, second)
    })

    it('the one that works is frozen: it wakes up to stand by, and writes nothing until its turn comes', async () => {
      const { place, first, second, producing } = await underLoad()
      const frozenAtMs = performance.now()
      first.program.freeze()
      await takesOver(second)
      await second.program.until('time', () => performance.now() - frozenAtMs > FROZEN_MS)
      first.program.thaw()
      const { metrics = [] } = await first.until(
        'standing by',
        ({ phase, lease }) => phase === 'standby' && lease?.state === 'waiting',
      )
      expect(new Set(metrics.map(({ pointsWritten }) => pointsWritten))).toEqual(new Set([0]))
      expect(first.count(/took over .* writes nothing any more\. It stands by\./)).toBe(1)
      await second.stop('SIGKILL')
      await takesOver(first)
      await expectExact(place, producing, first)
    })

    it('the one that works is told to stop: the other follows at once', async () => {
      const { place, first, second, producing } = await underLoad()
      expect((await first.stop('SIGTERM')).code).toBe(0)
      await takesOver(second)
      await expectExact(place, producing, second)
    })
  })
}

let places = 0
describeFailover('embedded stores', () => new Place(join(dir, `embedded-${places++}`)))

describeWith(
  [kafkaForTests(), mysqlForTests(), influx2ForTests()],
  'Kafka, MariaDB and InfluxDB 2',
  (kafka, mysql, influx) => {
    describeFailover('Kafka, checkpoints in MariaDB and points in InfluxDB 2', () => {
      const own = `failover_${randomBytes(4).toString('hex')}`
      return new Place(join(dir, own), {
        KAFKA_BROKERS: kafka.brokers.join(','),
        KAFKA_EVENTS_TOPIC: own,
        CHECKPOINTS: 'mysql',
        MYSQL_HOST: mysql.host,
        MYSQL_PORT: String(mysql.port),
        MYSQL_USER: mysql.user,
        MYSQL_PASSWORD: mysql.password,
        MYSQL_DATABASE: own,
        INFLUX_URL: influx.url,
        INFLUX_TOKEN: influx.token,
        INFLUX_ORG: influx.org,
        INFLUX_BUCKET: own,
      })
    })
  },
)
