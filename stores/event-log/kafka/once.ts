// Opens a sender to a topic that has each record in it exactly once, however often sending has to be tried again. How
// and why: decisions/sent-once.md.
import type { KafkaClient } from '../../kafka.ts'
import { BatchSender } from './batch-sender.ts'
import { BrokerLink } from './broker-link.ts'
import type { CodecName } from './codecs.ts'
import { KafkajsSender } from './kafkajs-sender.ts'
import type { OnceSender } from './outgoing.ts'

/** The topic must be there. Errors are kafkajs's. */
export async function openOnceSender(
  client: KafkaClient,
  topic: string,
  codec: CodecName,
): Promise<OnceSender> {
  const link = await BrokerLink.open(client, topic)
  if (link === undefined) {
    process.emitWarning(
      'writing to Kafka goes through kafkajs’s own producer, which is several times slower: expected kafkajs 2.2.4 ' +
        '(npm ci installs it) and a broker of version 2.1 or later',
    )
    return KafkajsSender.open(client, topic, { codec })
  }
  try {
    return await BatchSender.open(link, { codec })
  } catch (error) {
    await link.close()
    throw error
  }
}
