// The Kafka client as all Kafka adapters share it, and what its errors mean.
import kafkajs, { type Admin, type Kafka as KafkaClient } from 'kafkajs'
import { RefusedError, rootCause, UnavailableError } from '../kit/errors.ts'
import { wholeAnswersSocket } from './kafka-socket.ts'
import type { KafkaCompression } from './settings.ts'

export type { KafkaClient }

export interface KafkaSettings {
  readonly brokers: readonly string[]
  /** Of what is written; default: none. */
  readonly compression?: KafkaCompression
  /** How long an answer may take, in place of each adapter's own time. */
  readonly timeoutMs?: number
}

/** A client that does not retry for long by itself and does not log: we wait, and say what we wait for. */
export function kafkaClient(
  settings: KafkaSettings,
  { requestTimeoutMs = 10_000 } = {},
): KafkaClient {
  return new kafkajs.Kafka({
    clientId: 'windrow',
    brokers: [...settings.brokers],
    logLevel: kafkajs.logLevel.NOTHING,
    socketFactory: wholeAnswersSocket,
    connectionTimeout: 3_000,
    requestTimeout: settings.timeoutMs ?? requestTimeoutMs,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 },
  })
}

/** Runs a call to Kafka; its errors become ours. */
export async function askKafka<T>(
  settings: KafkaSettings,
  doing: string,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof RefusedError) throw error
    throw kafkaError(settings, doing, error)
  }
}

/** Types of broker errors that waiting does not mend. */
const REFUSALS = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
  'MESSAGE_TOO_LARGE',
])

export function kafkaError(settings: KafkaSettings, doing: string, error: unknown): Error {
  const at = settings.brokers.join(', ')
  const why = rootCause(error)
  if (REFUSALS.has(typeOfKafkaError(error))) {
    return new RefusedError(`Kafka at ${at} refuses ${doing}: ${why}`)
  }
  const what = `Kafka at ${at} cannot be reached (${doing}): ${why}`
  const todo =
    'Start it (windrow services up kafka), or mend KAFKA_BROKERS; unset, the log is embedded.'
  return new UnavailableError(`${what}\n  ${todo}`, { cause: error, store: `Kafka at ${at}` })
}

/** Whether the broker refused because a record is larger than it takes. */
export const isTooLarge = (error: unknown): boolean =>
  typeOfKafkaError(error) === 'MESSAGE_TOO_LARGE'

/** The broker's name of an error, such as NOT_LEADER_FOR_PARTITION; empty when it is none of the broker's. */
export const typeOfKafkaError = (error: unknown): string =>
  (innermost(error) as { type?: string }).type ?? ''

function innermost(error: unknown): object {
  let current = error
  while (current instanceof Error && current.cause instanceof Error) current = current.cause
  return (current ?? {}) as object
}

/** Over a connection of its own. */
export async function withAdmin<T>(
  client: KafkaClient,
  use: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = client.admin()
  await admin.connect()
  try {
    return await use(admin)
  } finally {
    await admin.disconnect()
  }
}

/** How many partitions a topic has. */
export const partitionCount = (client: KafkaClient, topic: string): Promise<number> =>
  withAdmin(client, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return topics[0].partitions.length
  })

/** Makes a topic when it is missing. */
export const ensureTopic = (
  client: KafkaClient,
  topic: string,
  partitions: number,
  config: Readonly<Record<string, string>> = {},
): Promise<void> =>
  withAdmin(client, async (admin) => {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }] })
  })
