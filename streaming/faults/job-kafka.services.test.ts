// A running job while its Kafka dies and comes back, while its topic gains partitions, and after retention took what the
// checkpoint wants.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import kafkajs from 'kafkajs'
import { afterAll, afterEach, expect, it } from 'vitest'
import { describeWith, kafkaForTests, ownKafkaForTests } from '../../scripts/services/testing.ts'
import { ownKafka } from '../../scripts/testing/own-servers.ts'
import { runToEnd } from '../../scripts/testing/programs.ts'
import { kafkaEventLog } from '../../stores/event-log/kafka.ts'
import { balancedBooks, recordsRead } from '../testing/books.ts'
import { Place } from '../testing/place.ts'
import { RunningJob, readIn } from '../testing/running-job.ts'
import { steadyEvents } from '../testing/steady-events.ts'

const PARTITIONS = 3
const MORE_PARTITIONS = 6
const PARTITIONS_KNOWN_WITHIN_MS = 30_000
/** Silence of the broker is not that of the shop. */
const PATIENT = 'checkpoint_every: 500ms\nidle_after: 10m\nhttp:\n  port: 0\n'

const dir = mkdtempSync(join(tmpdir(), 'windrow-job-kafka-'))
const running: RunningJob[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((job) => job.stop('SIGKILL')))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Everything but the events is embedded. */
function newPlace(brokers: readonly string[]): Place {
  const name = `job_kafka_${randomBytes(4).toString('hex')}`
  const stores = { KAFKA_BROKERS: brokers.join(','), KAFKA_EVENTS_TOPIC: name }
  return new Place(join(dir, name), stores)
}

function start(place: Place): RunningJob {
  const config = join(place.dir, 'patient.yaml')
  writeFileSync(config, PATIENT)
  const job = new RunningJob(place.stream('--config', config))
  running.push(job)
  return job
}

async function expectExact(place: Place, job: RunningJob, count: number): Promise<void> {
  await job.until('the end of the log', (told) => readIn(told) >= count)
  expect((await job.stop('SIGTERM')).code).toBe(0)
  await place.once()
  expect(recordsRead(await balancedBooks(place.environment))).toBe(count)
  await place.expectPointsAsBySql()
}

describeWith([ownKafkaForTests()], 'a job whose Kafka', () => {
  it('dies twice and comes back goes on by itself, and has every point', {
    timeout: 300_000,
  }, async () => {
    const kafka = await ownKafka()
    try {
      const place = newPlace(kafka.address.brokers)
      await place.seed()
      const events = steadyEvents(place, PARTITIONS)
      const job = start(place)
      for (let death = 0; death < 2; death++) {
        await job.untilReading()
        await kafka.kill()
        await job.until(
          'waiting',
          ({ waitingFor, readiness }) =>
            waitingFor.some(({ store }) => store.startsWith('Kafka')) && !readiness.ok,
        )
        await kafka.start()
      }
      await job.untilReading()
      expect(job.count(/WARN/)).toBeLessThanOrEqual(4)
      await expectExact(place, job, await events.end())
    } finally {
      await kafka.end()
    }
  })
})

describeWith([kafkaForTests()], 'a job whose topic', ({ brokers }) => {
  it('gains partitions while it runs reads them too', { timeout: 300_000 }, async () => {
    const place = newPlace(brokers)
    await place.seed()
    const first = steadyEvents(place, PARTITIONS)
    const job = start(place)
    await job.untilReading()
    const log = kafkaEventLog({ brokers })
    await log.addPartitions(place.environment.KAFKA_EVENTS_TOPIC ?? '', MORE_PARTITIONS)
    await log.close()
    await job.until(
      'the new partitions',
      ({ partitions = [] }) => partitions.length === MORE_PARTITIONS,
      PARTITIONS_KNOWN_WITHIN_MS,
    )
    // Producers that start now know them, too.
    const second = steadyEvents(place, PARTITIONS, await first.end())
    await job.until('events of all', ({ partitions = [] }) =>
      partitions.every(({ read }) => read > 0),
    )
    await expectExact(place, job, await second.end())
  })

  it('lost records to retention before they were read stops, or skips them and says so', async () => {
    const events = { seed: 61, count: 20_000, spanMs: 400_000, disorderMs: 0 }
    const place = newPlace(brokers)
    await place.seed()
    await place.produce(place.write(events, 0, 8_000), 1)
    await place.once()
    const lost = ['--file', place.write(events, 8_000, 12_000), '--order', 'file', '--speed', 'max']
    await runToEnd('produce', lost, place.environment)
    await place.produce(place.write(events, 12_000), 1)
    const topic = place.environment.KAFKA_EVENTS_TOPIC ?? ''
    await removeBefore(brokers, topic, 12_000)

    const stopped = await runToEnd('stream', ['--once'], place.environment, 1)
    expect(stopped.err).toContain(
      `Offset 8000 of ${topic}/0 comes next, but the first record left is 12000: ` +
        'retention removed 4000 records before they were read.\n  Start a new job',
    )
    const config = join(place.dir, 'skip.yaml')
    writeFileSync(config, 'removed: skip\n')
    const skipping = ['--once', '--config', config]
    const { err } = await runToEnd('stream', skipping, place.environment)
    expect(err.match(/retention removed offsets 8000 to 11999 of .*skipped/g)).toHaveLength(1)
    expect(recordsRead(await balancedBooks(place.environment))).toBe(16_000)
    await place.expectPointsAsBySql()
    const { out } = await runToEnd('audit', [], place.environment)
    expect(out).toContain('The ledger balances: 16,000 read')
    expect(out).toContain('4,000 of the offsets 0 to 19999 held no record to read')
  })
})

async function removeBefore(
  brokers: readonly string[],
  topic: string,
  offset: number,
): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: 0 }).admin()
  await admin.connect()
  // Loads the topic's metadata, which kafkajs does not do by itself here.
  await admin.fetchTopicOffsets(topic)
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] })
  await admin.disconnect()
}
