// The event log on Kafka, through kafkajs.
import { setTimeout as delay } from 'node:timers/promises'
import {
  askKafka,
  ensureTopic,
  type KafkaSettings,
  kafkaClient,
  partitionCount,
  withAdmin,
} from '../kafka.ts'
import type { EventLog } from './event-log.ts'
import { fetchBounds } from './kafka/bounds.ts'
import { registerCodecs } from './kafka/codecs.ts'
import { KafkaReader } from './kafka/reader.ts'
import { tryProducing } from './kafka/try-producing.ts'
import { kafkaWriter } from './kafka/writer.ts'

const DEFAULT_PARTITIONS = 4
/** Record times are then the broker's: when it took a record is the same in every replay. */
const TOPIC_CONFIG = { 'message.timestamp.type': 'LogAppendTime' }
const SEEN_POLL_MS = 50
const SEEN_TRIES_MAX = 100

export function kafkaEventLog(settings: KafkaSettings): EventLog {
  registerCodecs()
  const client = kafkaClient(settings)

  const createTopic = (topic: string, partitions: number): Promise<number> =>
    askKafka(
      settings,
      `creating the topic ${topic}`,
      async () => {
        await ensureTopic(client, topic, partitions, TOPIC_CONFIG)
        return partitionCount(client, topic)
      },
      { operation: 'Create', topic },
    )

  return {
    description: `Kafka ${settings.brokers.join(',')}`,
    identity: () =>
      askKafka(settings, 'asking for the cluster', () =>
        withAdmin(client, async (admin) => `kafka:${(await admin.describeCluster()).clusterId}`),
      ),
    createTopic,
    tryCreateTopic: (topic) =>
      askKafka(
        settings,
        `creating the topic ${topic}`,
        () =>
          withAdmin(client, async (admin) => {
            const wanted = { topic, numPartitions: DEFAULT_PARTITIONS }
            await admin.createTopics({
              topics: [wanted],
              validateOnly: true,
              waitForLeaders: false,
            })
          }),
        { operation: 'Create', topic },
      ),
    tryWrite: (topic) =>
      askKafka(settings, `appending to ${topic}`, () => tryProducing(client, topic), {
        operation: 'Write',
        topic,
      }),
    addPartitions: (topic, partitions) =>
      askKafka(settings, `adding partitions to ${topic}`, async () => {
        let present = await partitionCount(client, topic)
        if (present >= partitions) return present
        await withAdmin(client, (admin) =>
          admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] }),
        )
        // The controller has them; each broker hears of it a little later.
        for (let tries = 0; present < partitions && tries < SEEN_TRIES_MAX; tries++) {
          await delay(SEEN_POLL_MS)
          present = await partitionCount(client, topic)
        }
        return present
      }),
    ends: (topic) =>
      askKafka(
        settings,
        `asking for the end of ${topic}`,
        () =>
          withAdmin(client, async (admin) => {
            // Asking for a topic's offsets would make it.
            if (!(await admin.listTopics()).includes(topic)) return new Map()
            const bounds = await fetchBounds(admin, topic)
            return new Map(bounds.map(({ partition, high }) => [partition, high]))
          }),
        { operation: 'Describe', topic },
      ),
    reader: async (options) => {
      await createTopic(options.topic, DEFAULT_PARTITIONS)
      return KafkaReader.open(client, settings, options)
    },
    writer: async (topic) => {
      await createTopic(topic, DEFAULT_PARTITIONS)
      return kafkaWriter(settings, topic)
    },
    close: async () => {},
  }
}
