// Appends to a Kafka topic: acknowledged by all replicas, retried without doubling (idempotent producer).
import kafkajs, { type Message, type Producer } from 'kafkajs'
import { RefusedError } from '../../../kit/errors.ts'
import {
  askKafka,
  isTooLarge,
  type KafkaClient,
  type KafkaSettings,
  kafkaError,
} from '../../kafka.ts'
import type { EventLogWriter } from '../event-log.ts'

/** kafkajs makes one record batch of all messages of a partition in one send; the broker takes 1 MiB of them. */
const SEND_BYTES_MAX = 900_000
/** What a record needs besides key and value, generously. */
const RECORD_OVERHEAD_BYTES = 64

export async function kafkaProducer(client: KafkaClient): Promise<Producer> {
  const producer = client.producer({
    idempotent: true,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10 },
  })
  await producer.connect()
  return producer
}

/** Sends in order, in pieces the broker takes. */
export async function sendChunked(
  producer: Producer,
  topic: string,
  messages: readonly Message[],
): Promise<void> {
  let chunk: Message[] = []
  let chunkBytes = 0
  for (const message of messages) {
    const bytes = (message.value?.length ?? 0) + (message.key?.length ?? 0) + RECORD_OVERHEAD_BYTES
    if (chunk.length > 0 && chunkBytes + bytes > SEND_BYTES_MAX) {
      await producer.send({ topic, messages: chunk, acks: -1 })
      chunk = []
      chunkBytes = 0
    }
    chunk.push(message)
    chunkBytes += bytes
  }
  if (chunk.length > 0) await producer.send({ topic, messages: chunk, acks: -1 })
}

export async function kafkaWriter(
  client: KafkaClient,
  settings: KafkaSettings,
  topic: string,
): Promise<EventLogWriter> {
  const doing = `appending to ${topic}`
  const producer = await askKafka(settings, doing, () => kafkaProducer(client))
  return {
    append: async (records) => {
      const messages = records.map(({ key, partition, value }) => ({
        value: value && bufferOf(value),
        ...(partition === undefined ? { key } : { partition }),
      }))
      try {
        await sendChunked(producer, topic, messages)
      } catch (error) {
        if (!isTooLarge(error)) throw kafkaError(settings, doing, error)
        const largest = Math.max(...messages.map(({ value }) => value?.length ?? 0))
        throw new RefusedError(
          `Kafka refuses a record of ${largest} bytes for ${topic}: it is larger than the broker takes.\n` +
            '  Raise max.message.bytes of the topic, or leave the record out.',
        )
      }
    },
    close: async () => {
      await producer.disconnect()
    },
  }
}

/** kafkajs wants a Buffer: the same bytes seen as one, not copied. */
export const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
