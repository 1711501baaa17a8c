// The producer against a real Kafka.
import { afterAll, expect, it } from 'vitest'
import { eventSchema } from '../data/events.generated.ts'
import { systemClock } from '../kit/clock.ts'
import { fakeClock } from '../kit/fake-clock.ts'
import { silentLog } from '../kit/log.ts'
import { describeWith, kafkaForTests } from '../scripts/services/testing.ts'
import { kafkaEventLog } from '../stores/event-log/kafka.ts'
import { parseMapping } from './files/mapping.ts'
import { readTopic } from './read-topic.ts'
import { openReplay, runReplay } from './replay.ts'
import { runShop } from './shop.ts'
import { collectingWriter, temporaryFolder } from './testing.ts'
import { openTopic } from './topic.ts'

const never = new AbortController().signal
const folder = temporaryFolder()
afterAll(folder.remove)

describeWith([kafkaForTests()], 'producing to Kafka', ({ brokers }) => {
  const log = kafkaEventLog({ brokers })
  afterAll(() => log.close())
  const context = { clock: systemClock, log: silentLog, signal: never }
  const run = {
    seed: 1,
    rate: 1000,
    arrivals: 'steady',
    startMs: Date.UTC(2026, 0, 31),
    users: 500,
    products: 50,
    lateShare: 0.02,
    duplicateShare: 0.02,
    malformedShare: 0.02,
    unknownUserShare: 0.02,
    disorderMs: 2000,
    speed: Infinity,
    count: 20_000,
  } as const

  /** Values by key in order, from what was made; and by partition, from what is in the topic. */
  const texts = (values: readonly (Uint8Array | null)[]) =>
    values.map((value) => (value === null ? '(no value)' : Buffer.from(value).toString('latin1')))

  it('everything the shop makes is in the topic once, the records of one user in order', async () => {
    const topic = `produce-shop-${process.pid}-${Date.now()}`
    const writer = await openTopic(log, topic, 3, context)
    const progress = await runShop(run, { ...context, writer }, never)
    await writer.close()
    expect(progress).toMatchObject({ sent: 20_000, unacknowledged: 0 })

    const made = collectingWriter()
    await runShop(run, { writer: made, clock: fakeClock(), log: silentLog }, never)
    const partitions = await readTopic(log, topic)
    expect(partitions.size).toBe(3)
    const inTopic = [...partitions.values()].flatMap(texts)
    const sent = texts(made.records().map((record) => record.value))
    expect([...inTopic].sort()).toEqual([...sent].sort())
    const ofUser = (values: readonly string[]) =>
      values.filter((text) => text.includes('"user-000007"'))
    expect(ofUser(inTopic)).toEqual(ofUser(sent))
    expect(ofUser(sent).length).toBeGreaterThan(10)
  })

  it('a file is replayed in its order', async () => {
    const topic = `produce-file-${process.pid}-${Date.now()}`
    const events = Array.from({ length: 5000 }, (_, n) => ({
      event_id: `e${n}`,
      event_type: 'click',
      user_id: 'u',
      event_time: 1_700_000_000_000 + n,
    }))
    const file = await openReplay({
      file: folder.write('events.json', JSON.stringify(events)),
      schema: eventSchema,
      mapping: parseMapping(eventSchema, [], []).mapping,
      isChecked: true,
      order: 'auto',
      speed: Infinity,
      dataDir: folder.path,
    })
    const writer = await openTopic(log, topic, 1, context)
    await runReplay(file, { ...context, writer }, never)
    await writer.close()
    const values = (await readTopic(log, topic)).get(0) ?? []
    expect(texts(values).map((text) => JSON.parse(text))).toEqual(events)
  })
})
