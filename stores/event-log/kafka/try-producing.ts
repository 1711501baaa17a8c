// Whether a topic may be appended to, found out without appending: brokers look at rights before they look at records.
import { setTimeout as delay } from 'node:timers/promises'
import { type KafkaClient, typeOfKafkaError } from '../../kafka.ts'
import { BrokerLink } from './broker-link.ts'

/** What a broker says to a batch of no bytes, and nobody keeps. */
const NO_RECORDS = new Set(['INVALID_RECORD', 'CORRUPT_MESSAGE', 'UNKNOWN'])
const TRIES_MAX = 3
const WAIT_MS = 100

/** Rejects with kafkajs's errors. Where kafkajs or the broker is not as known, nothing is found out. */
export async function tryProducing(client: KafkaClient, topic: string): Promise<void> {
  const link = await BrokerLink.open(client, topic)
  if (link === undefined) return
  try {
    for (let tries = 1; ; tries++) {
      const [[leader] = []] = [...(await link.leaders([0])).keys()].map((one) => [one])
      if (leader === undefined) return
      const refused = await link.produce(leader, [{ partition: 0, bytes: Buffer.alloc(0) }])
      const error = refused.get(0)
      if (error === undefined || NO_RECORDS.has(typeOfKafkaError(error))) return
      const isPassing = (error as { retriable?: boolean }).retriable === true
      if (!isPassing || tries === TRIES_MAX) throw error
      await delay(WAIT_MS)
      await link.recover(error)
    }
  } finally {
    await link.close()
  }
}
