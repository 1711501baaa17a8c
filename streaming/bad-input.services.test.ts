// Bad records on Kafka, end to end: from a file that holds every kind of them to the topic of dead letters.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { describeWith, kafkaForTests } from '../scripts/services/testing.ts'
import { type KeptRecord, keyOf } from '../stores/dead-letters/dead-letters.ts'
import { kafkaArchive } from '../stores/dead-letters/kafka-archive.ts'
import { ensureTopic, kafkaClient } from '../stores/kafka.ts'
import { BAD_LINES, bytesOf, writeBadLines } from './testing/bad-lines.ts'
import { Place } from './testing/place.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-bad-input-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describeWith([kafkaForTests()], 'bad records on Kafka', ({ brokers }) => {
  it('go to <events>.dead-letters with reason, field, place and their bytes, 5 MB too', async () => {
    const topic = `bad-input-${process.pid}-${Date.now()}`
    // A topic that takes large records: others refuse what is too large at the door.
    await ensureTopic(kafkaClient({ brokers }), topic, 1, { 'max.message.bytes': '20000000' })
    const stores = { KAFKA_BROKERS: brokers.join(','), KAFKA_EVENTS_TOPIC: topic }
    const place = new Place(join(dir, 'place'), stores)
    const file = join(dir, 'bad.ndjson')
    writeBadLines(file)
    await place.produce(file, 1, '--unchecked')
    const { err } = await place.once()
    expect(err).toContain('15 read: 2 counted, 13 rejected (json 3, missing 2, ')

    const archive = kafkaArchive({ brokers }, `${topic}.dead-letters`)
    const letters = new Map<string, KeptRecord>()
    for await (const letter of archive.read({ topic })) letters.set(keyOf(letter), letter)
    await archive.close()
    const expected = BAD_LINES.map(({ line, ...rest }) => rest)
    expect([...letters.values()]).toMatchObject(
      expected.map((one) => ({ ...one, topic, partition: 0 })),
    )
    for (const { line, offset } of BAD_LINES) {
      const letter = letters.get(`${topic}/0/${offset}`)
      expect(letter?.detail).toContain('expected')
      expect(Buffer.from(letter?.value ?? []).compare(bytesOf(line))).toBe(0)
    }
  })
})
