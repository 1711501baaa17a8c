// Appends to a Kafka topic: acknowledged by all replicas, each record once however often it had to be sent.
import { RefusedError } from '../../../kit/errors.ts'
import { askKafka, isTooLarge, type KafkaSettings, kafkaClient, kafkaError } from '../../kafka.ts'
import type { EventLogWriter, LogRecord } from '../event-log.ts'
import { openOnceSender } from './once.ts'
import type { OnceSender, OutgoingRecord } from './outgoing.ts'

/** Asking again is harmless here, so what was lost on the way is noticed soon. */
const REQUEST_TIMEOUT_MS = 5_000

/** A sender to a topic that is there. Throws UnavailableError. */
export function openSender(settings: KafkaSettings, topic: string): Promise<OnceSender> {
  const client = kafkaClient(settings, { requestTimeoutMs: REQUEST_TIMEOUT_MS })
  return askKafka(
    settings,
    `opening ${topic}`,
    () => openOnceSender(client, topic, settings.compression ?? 'none'),
    { operation: 'Write', topic },
  )
}

export async function kafkaWriter(settings: KafkaSettings, topic: string): Promise<EventLogWriter> {
  const sender = await openSender(settings, topic)
  return {
    append: async (records) => {
      try {
        await sender.send(records, itself)
      } catch (error) {
        if (!isTooLarge(error))
          throw kafkaError(settings, `appending to ${topic}`, error, { operation: 'Write', topic })
        const largest = Math.max(...records.map(({ value }) => value?.length ?? 0))
        throw new RefusedError(
          `Kafka refuses a record of ${largest} bytes for ${topic}: it is larger than the broker takes.\n` +
            '  Raise max.message.bytes of the topic, or leave the record out.',
        )
      }
    },
    close: () => sender.close(),
  }
}

const itself = (record: LogRecord): OutgoingRecord => record
