// The event log on Kafka, through kafkajs.
import type { Admin } from 'kafkajs'
import { RefusedError } from '../../kit/errors.ts'
import {
  askKafka,
  ensureTopic,
  type KafkaClient,
  type KafkaSettings,
  kafkaClient,
  partitionCount,
} from '../kafka.ts'
import type { EventLog, Offsets, StartAt } from './event-log.ts'
import { registerCodecs } from './kafka/codecs.ts'
import { KafkaReader } from './kafka/reader.ts'
import { kafkaWriter } from './kafka/writer.ts'

const DEFAULT_PARTITIONS = 4
/** Record times are then the broker's: when it took a record is the same in every replay. */
const TOPIC_CONFIG = { 'message.timestamp.type': 'LogAppendTime' }

export function kafkaEventLog(settings: KafkaSettings): EventLog {
  registerCodecs()
  const client = kafkaClient(settings)

  const createTopic = (topic: string, partitions: number): Promise<number> =>
    askKafka(settings, `creating the topic ${topic}`, async () => {
      await ensureTopic(client, topic, partitions, TOPIC_CONFIG)
      return partitionCount(client, topic)
    })

  return {
    description: `Kafka ${settings.brokers.join(',')}`,
    identity: () =>
      askKafka(settings, 'asking for the cluster', () =>
        withAdmin(client, async (admin) => `kafka:${(await admin.describeCluster()).clusterId}`),
      ),
    createTopic,
    reader: async (topic, group, from, startAt) => {
      await createTopic(topic, DEFAULT_PARTITIONS)
      return askKafka(settings, `reading ${topic}`, async () => {
        const admin = client.admin()
        await admin.connect()
        try {
          const bounds = await admin.fetchTopicOffsets(topic)
          refuseRemoved(bounds, topic, from)
          const start = await startOffsets(admin, topic, bounds, startAt)
          const positions = new Map([...start, ...from])
          const reader = new KafkaReader(client, settings, { topic, group, positions }, admin)
          await reader.start()
          return reader
        } catch (error) {
          await admin.disconnect()
          throw error
        }
      })
    },
    writer: async (topic) => {
      await createTopic(topic, DEFAULT_PARTITIONS)
      return kafkaWriter(settings, topic)
    },
    close: async () => {},
  }
}

async function withAdmin<T>(client: KafkaClient, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client.admin()
  await admin.connect()
  try {
    return await use(admin)
  } finally {
    await admin.disconnect()
  }
}

/** First offset left, and the one after the last, of a partition. */
type Bounds = Awaited<ReturnType<Admin['fetchTopicOffsets']>>[number]

/** Records between a position and the first one left are gone for good: that is said, never skipped. */
function refuseRemoved(bounds: readonly Bounds[], topic: string, from: Offsets): void {
  for (const { partition, low } of bounds) {
    const position = from.get(partition) ?? Number(low)
    if (position >= Number(low)) continue
    throw new RefusedError(
      `The checkpoint wants offset ${position} of ${topic}/${partition}, but the first record left is ${low}: ` +
        `retention removed ${Number(low) - position} records before they were read.\n` +
        '  Start a new job with what is left: npm run stream -- --from earliest',
    )
  }
}

async function startOffsets(
  admin: Admin,
  topic: string,
  bounds: readonly Bounds[],
  startAt: StartAt,
): Promise<Offsets> {
  if (typeof startAt === 'string') {
    return new Map(
      bounds.map(({ partition, low, high }) => [
        partition,
        Number(startAt === 'earliest' ? low : high),
      ]),
    )
  }
  const found = await admin.fetchTopicOffsetsByTimestamp(topic, startAt.timeMs)
  return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]))
}
