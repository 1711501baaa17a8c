// Records set aside, as a Kafka topic beside the events: the value is the original bytes, the rest is in headers.

import { openSender } from '../event-log/kafka/writer.ts'
import { askKafka, ensureTopic, isTooLarge, type KafkaSettings, kafkaClient } from '../kafka.ts'
import { keyOf, type SetAside, type SetAsideStore } from './dead-letters.ts'

/** What cannot be an event because it is too large must still fit here. */
const TOPIC_CONFIG = { 'max.message.bytes': String(64 << 20) }
/** Kept of a value that does not fit even so, e.g. where the topic was made by hand. */
const CUT_BYTES = 800_000

export async function kafkaSetAside(
  settings: KafkaSettings,
  topic: string,
): Promise<SetAsideStore> {
  const doing = `appending to ${topic}`
  const client = kafkaClient(settings)
  await askKafka(settings, doing, () => ensureTopic(client, topic, 1, TOPIC_CONFIG), {
    operation: 'Create',
    topic,
  })
  const sender = await openSender(settings, topic)
  return {
    append: (records) =>
      askKafka(
        settings,
        doing,
        async () => {
          try {
            await sender.send(records, messageOf)
          } catch (error) {
            if (!isTooLarge(error)) throw error
            await sender.send(records.map(cut), messageOf)
          }
        },
        { operation: 'Write', topic },
      ),
    close: () => sender.close(),
  }
}

function messageOf(record: SetAside & { readonly isCut?: boolean }) {
  const { reason, field, detail, topic, partition, offset, value, lateByMs, isCut } = record
  const place = { topic, partition: String(partition), offset: String(offset) }
  const late = lateByMs === undefined ? {} : { late_by_ms: String(lateByMs) }
  return {
    key: keyOf(record),
    value,
    headers: { reason, field, detail, ...place, ...late, ...(isCut && { is_cut: 'true' }) },
  }
}

function cut(record: SetAside): SetAside & { readonly isCut?: boolean } {
  if (record.value === null || record.value.length <= CUT_BYTES) return record
  const detail = `${record.detail} (only the first ${CUT_BYTES} of ${record.value.length} bytes are kept)`
  return { ...record, detail, value: record.value.subarray(0, CUT_BYTES), isCut: true }
}
