// Workers over Kafka: its batches are parts of larger answers, and so they are copied, never taken from whoever has them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { describeWith, kafkaForTests } from '../../scripts/services/testing.ts'
import { Place } from '../testing/place.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-workers-kafka-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const MANY = { seed: 3, count: 120_000, spanMs: 900_000, disorderMs: 4_990 }

describeWith([kafkaForTests()], 'workers over Kafka', (kafka) => {
  test('killed in the middle and started with another number, the points are those of plain SQL', async () => {
    const place = new Place(dir, {
      KAFKA_BROKERS: kafka.brokers.join(','),
      KAFKA_EVENTS_TOPIC: `workers_${process.pid}_${Date.now()}`,
    })
    await place.seed()
    await place.produce(place.write(MANY), 8)
    const job = place.stream('--once', '--workers', '2')
    await job.until('progress', () => place.hasCheckpoint())
    expect((await job.stop('SIGKILL')).code).toBeNull()
    const { err } = await place.once('--workers', '3')
    expect(err).toContain('goes on from checkpoint')
    expect(err).toContain('120,000 read: 120,000 counted')
    await place.expectPointsAsBySql()
  })
})
