import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { Place } from '../../streaming/testing/place.ts'
import { describeWith, influx2ForTests, kafkaForTests } from '../services/testing.ts'
import { describeLookedAt } from './testing/looked-at.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-looked-at-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

let places = 0

describeWith([kafkaForTests(), influx2ForTests()], 'real stores', (kafka, influx) => {
  describeLookedAt('Kafka and InfluxDB 2', async () => {
    const own = `looked_at_${process.pid}_${Date.now()}_${places++}`
    return new Place(join(dir, own), {
      KAFKA_BROKERS: kafka.brokers.join(','),
      KAFKA_EVENTS_TOPIC: own,
      INFLUX_URL: influx.url,
      INFLUX_TOKEN: influx.token,
      INFLUX_ORG: influx.org,
      INFLUX_BUCKET: own,
    })
  })
})
