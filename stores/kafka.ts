// The Kafka client as all Kafka adapters share it, and what its errors mean.
import kafkajs, { type Admin, type Kafka as KafkaClient, type SASLOptions } from 'kafkajs'
import { RefusedError, rootCause, UnavailableError } from '../kit/errors.ts'
import { WINDROW } from '../kit/invocation.ts'
import { accessRefusal, closedHint, type KafkaCause } from './kafka-errors.ts'
import { wholeAnswersSocket } from './kafka-socket.ts'
import type { KafkaSettings as KafkaAccess } from './settings.ts'

export type { KafkaClient }

export interface KafkaSettings extends KafkaAccess {
  /** How long an answer may take, in place of each adapter's own time. */
  readonly timeoutMs?: number
}

/** A client that does not retry for long by itself and does not log: we wait, and say what we wait for. */
export function kafkaClient(
  settings: KafkaSettings,
  { requestTimeoutMs = 10_000 } = {},
): KafkaClient {
  const { tls, login } = settings
  return new kafkajs.Kafka({
    clientId: 'windrow',
    brokers: [...settings.brokers],
    logLevel: kafkajs.logLevel.NOTHING,
    socketFactory: wholeAnswersSocket,
    // False must be said: with a login kafkajs encrypts by itself.
    ssl: tls === undefined ? false : { ...(tls.ca !== undefined && { ca: tls.ca }), ...tls.client },
    ...(login && { sasl: { ...login } as SASLOptions }),
    // Over TLS it is only there after several ways to and fro, which may be long ones.
    connectionTimeout: tls === undefined ? 3_000 : 10_000,
    requestTimeout: settings.timeoutMs ?? requestTimeoutMs,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 },
  })
}

/** What a call to Kafka needs the right for, as an access control list names it. */
export interface KafkaNeeds {
  readonly operation: 'Create' | 'Describe' | 'Read' | 'Write'
  readonly topic: string
}

/** Runs a call to Kafka; its errors become ours. */
export async function askKafka<T>(
  settings: KafkaSettings,
  doing: string,
  call: () => Promise<T>,
  needs?: KafkaNeeds,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof RefusedError) throw error
    throw kafkaError(settings, doing, error, needs)
  }
}

/** What the names of all consumer groups of windrow begin with. */
const GROUPS = 'windrow-'

/** The statement that gives the right which is missing; without a login Kafka calls us ANONYMOUS. */
export function grantOf(
  { brokers, login }: Pick<KafkaSettings, 'brokers' | 'login'>,
  type: string,
  needs?: KafkaNeeds,
): string | undefined {
  const user = login?.username ?? 'ANONYMOUS'
  const add = `kafka-acls --bootstrap-server ${brokers[0]} --add --allow-principal User:${user}`
  if (type === 'GROUP_AUTHORIZATION_FAILED')
    return `${add} --operation Read --group ${GROUPS} --resource-pattern-type prefixed`
  if (type !== 'TOPIC_AUTHORIZATION_FAILED' || needs === undefined) return undefined
  return `${add} --operation ${needs.operation} --topic ${needs.topic}`
}

/** Types of broker errors that waiting does not mend. */
const REFUSALS = new Set(['INVALID_TOPIC_EXCEPTION', 'MESSAGE_TOO_LARGE'])

export function kafkaError(
  settings: KafkaSettings,
  doing: string,
  error: unknown,
  needs?: KafkaNeeds,
): Error {
  const at = settings.brokers.join(', ')
  const cause = innermost(error)
  const why = rootCause(cause)
  const refusal = accessRefusal(settings, cause)
  if (refusal !== undefined) {
    const grant = grantOf(settings, cause.type ?? '', needs)
    const todo = grant === undefined ? '' : `\n  Let an administrator run: ${grant}`
    return new RefusedError(`Kafka at ${at} refuses ${doing}: ${refusal}\n  ${why}${todo}`)
  }
  if (REFUSALS.has(typeOfKafkaError(error))) {
    return new RefusedError(`Kafka at ${at} refuses ${doing}: ${why}`)
  }
  const what = `Kafka at ${at} cannot be reached (${doing}): ${why}`
  const todo = `Start it (${WINDROW} services up kafka), or mend KAFKA_BROKERS; unset, the log is embedded.`
  const hint = closedHint(settings, cause)
  return new UnavailableError(`${what}\n  ${todo}${hint}`, {
    cause: error,
    store: `Kafka at ${at}`,
  })
}

/** Whether the broker refused because a record is larger than it takes. */
export const isTooLarge = (error: unknown): boolean =>
  typeOfKafkaError(error) === 'MESSAGE_TOO_LARGE'

/** The broker's name of an error, such as NOT_LEADER_FOR_PARTITION; empty when it is none of the broker's. */
export const typeOfKafkaError = (error: unknown): string => innermost(error).type ?? ''

function innermost(error: unknown): KafkaCause {
  const { cause, errors } = (error ?? {}) as { cause?: unknown; errors?: readonly unknown[] }
  if (cause instanceof Error) return innermost(cause)
  // Of a request about several topics.
  if (errors?.[0] instanceof Error) return innermost(errors[0])
  return (error ?? {}) as KafkaCause
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

/** Makes a topic when it is missing: who may not make any can use one that is there. */
export const ensureTopic = (
  client: KafkaClient,
  topic: string,
  partitions: number,
  config: Readonly<Record<string, string>> = {},
): Promise<void> =>
  withAdmin(client, async (admin) => {
    if ((await admin.listTopics()).includes(topic)) return
    const wanted = { topic, numPartitions: partitions }
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    try {
      await admin.createTopics({ topics: [{ ...wanted, configEntries }] })
    } catch (error) {
      // Managed brokers allow some settings only up to a limit of theirs; then theirs is taken.
      if (!LIMITS.has(typeOfKafkaError(error))) throw error
      await admin.createTopics({ topics: [wanted] })
    }
  })

const LIMITS = new Set(['INVALID_CONFIG', 'POLICY_VIOLATION'])
