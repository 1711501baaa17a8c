import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { ensureTopic, kafkaClient } from '../../stores/kafka.ts'
import { Place } from '../../streaming/testing/place.ts'
import { describeWith, kafkaForTests } from '../services/testing.ts'
import { describeMended } from './testing/mended.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-mended-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describeWith([kafkaForTests()], 'dead letters in Kafka', ({ brokers }) => {
  describeMended('Kafka', async () => {
    const topic = `mended-${process.pid}-${Date.now()}`
    await ensureTopic(kafkaClient({ brokers }), topic, 1, { 'max.message.bytes': '4000000' })
    return new Place(dir, { KAFKA_BROKERS: brokers.join(','), KAFKA_EVENTS_TOPIC: topic })
  })
})
