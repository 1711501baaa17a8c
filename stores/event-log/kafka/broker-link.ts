// THE SEAM into kafkajs 2.2.4 for writing: sends record batches as they are over its connections, which its producer does
// not offer. What is used of its insides is checked at the start; `undefined` says that it is not as expected.
import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import type { KafkaClient } from '../../kafka.ts'
import type { ProducerNumber } from './batch-encoder.ts'

/** The oldest version of the request that says which compression readers must know; brokers since 2.1 take it. */
const PRODUCE = { key: 0, version: 7 } as const
/** How long the broker waits for its replicas. */
const REPLICAS_MS = 30_000
/** Between requests for a producer's number: the first wait, then doubling up to the last. */
const NUMBER_WAIT_MS = 100
const NUMBER_WAIT_MAX_MS = 1_000

/** A batch, and where it goes. */
export interface PlacedBatch {
  readonly partition: number
  readonly bytes: Buffer
}

/** kafkajs's connection to one broker. */
interface Broker {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>> | null
  readonly connectionPool: { send(protocol: object): Promise<ProduceAnswer> }
  initProducerId(options: object): Promise<{ producerId: string; producerEpoch: number }>
}

interface ProduceAnswer {
  readonly topics: readonly {
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[]
  }[]
}

/** What kafkajs knows of all brokers. */
interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  isConnected(): boolean
  addTargetTopic(topic: string): Promise<void>
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
  removeBroker(place: object): void
  findBroker(which: { nodeId: string }): Promise<Broker>
  findControllerBroker(): Promise<Broker>
  findTopicPartitionMetadata(topic: string): readonly unknown[]
  findLeaderForPartitions(
    topic: string,
    partitions: readonly number[],
  ): Readonly<Record<string, readonly number[]>>
}

const CLUSTER_METHODS: readonly (keyof Cluster)[] = [
  'connect',
  'disconnect',
  'isConnected',
  'addTargetTopic',
  'refreshMetadata',
  'refreshMetadataIfNecessary',
  'removeBroker',
  'findBroker',
  'findControllerBroker',
  'findTopicPartitionMetadata',
  'findLeaderForPartitions',
]

interface Protocol {
  readonly errorOf: (code: number) => Error
  readonly decode: (bytes: Buffer) => Promise<ProduceAnswer>
}

/** The leaders of a topic, and requests to them. Errors are kafkajs's. */
export class BrokerLink {
  readonly #cluster: Cluster
  readonly #protocol: Protocol
  readonly #topic: string

  private constructor(cluster: Cluster, protocol: Protocol, topic: string) {
    this.#cluster = cluster
    this.#protocol = protocol
    this.#topic = topic
  }

  /** Connected; undefined: kafkajs or the broker is not what this knows. */
  static async open(client: KafkaClient, topic: string): Promise<BrokerLink | undefined> {
    const cluster = clusterOf(client)
    const protocol = protocolOfKafkajs()
    if (cluster === undefined || protocol === undefined) return undefined
    try {
      await cluster.connect()
      await cluster.addTargetTopic(topic)
      const broker = await cluster.findControllerBroker()
      const isKnown =
        (broker.versions?.[PRODUCE.key]?.maxVersion ?? 0) >= PRODUCE.version &&
        typeof broker.connectionPool?.send === 'function' &&
        typeof broker.initProducerId === 'function'
      if (isKnown) return new BrokerLink(cluster, protocol, topic)
    } catch (error) {
      await cluster.disconnect()
      throw error
    }
    await cluster.disconnect()
    return undefined
  }

  /** How many partitions the topic has. */
  get partitions(): number {
    return this.#cluster.findTopicPartitionMetadata(this.#topic).length
  }

  /** A number that no producer had. A broker that has just started needs a moment to give one. */
  async newProducer(): Promise<ProducerNumber> {
    for (let waitMs = NUMBER_WAIT_MS; ; waitMs *= 2) {
      try {
        const broker = await this.#cluster.findControllerBroker()
        const found = await broker.initProducerId({ transactionTimeout: 60_000 })
        return { id: BigInt(found.producerId), epoch: found.producerEpoch }
      } catch (error) {
        const isPassing = (error as { retriable?: boolean }).retriable === true
        if (!isPassing || waitMs > NUMBER_WAIT_MAX_MS) throw error
        await delay(waitMs)
      }
    }
  }

  /** The partitions by the broker that leads them. Throws when the topic does not have them any more. */
  async leaders(partitions: readonly number[]): Promise<ReadonlyMap<string, readonly number[]>> {
    await this.#cluster.refreshMetadataIfNecessary()
    const leaders = Object.entries(this.#cluster.findLeaderForPartitions(this.#topic, partitions))
    const found = leaders.reduce((sum, [, led]) => sum + led.length, 0)
    if (found === partitions.length) return new Map(leaders)
    throw new Error(`expected ${partitions.length} partitions of ${this.#topic}, got ${found}`)
  }

  /** Asks a leader to append, on all replicas; answers what it refused, by partition. */
  async produce(
    leader: string,
    batches: readonly PlacedBatch[],
  ): Promise<ReadonlyMap<number, Error>> {
    const broker = await this.#cluster.findBroker({ nodeId: leader })
    const payload = requestOf(this.#topic, batches)
    const { topics } = await broker.connectionPool.send({
      request: {
        apiKey: PRODUCE.key,
        apiVersion: PRODUCE.version,
        apiName: 'Produce',
        // Looks like kafkajs's encoder.
        encode: async () => ({ buf: payload, buffer: payload }),
      },
      response: { decode: this.#protocol.decode, parse: async (answer: ProduceAnswer) => answer },
    })
    const failed = topics
      .flatMap(({ partitions }) => partitions)
      .filter((one) => one.errorCode !== 0)
    return new Map(failed.map((one) => [one.partition, this.#protocol.errorOf(one.errorCode)]))
  }

  /** After an error: forgets a broken connection and learns the leaders anew, as kafkajs's producer does. */
  async recover(error: unknown): Promise<void> {
    const { name, host, port } = error as { name?: string; host?: string; port?: number }
    if (name === 'KafkaJSConnectionClosedError') this.#cluster.removeBroker({ host, port })
    if (!this.#cluster.isConnected()) await this.#cluster.connect()
    await this.#cluster.refreshMetadata()
  }

  async close(): Promise<void> {
    await this.#cluster.disconnect()
  }
}

function clusterOf(client: KafkaClient): Cluster | undefined {
  const insides = client as unknown as Record<symbol, unknown>
  const symbol = Object.getOwnPropertySymbols(client).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  )
  const create = symbol === undefined ? undefined : insides[symbol]
  if (typeof create !== 'function') return undefined
  const cluster: Cluster = create({ metadataMaxAge: 300_000 })
  return CLUSTER_METHODS.every((method) => typeof cluster[method] === 'function')
    ? cluster
    : undefined
}

function protocolOfKafkajs(): Protocol | undefined {
  const require = createRequire(import.meta.url)
  try {
    const { createErrorFromCode } = require('kafkajs/src/protocol/error.js')
    const { decode } = require(
      `kafkajs/src/protocol/requests/produce/v${PRODUCE.version}/response.js`,
    )
    return { errorOf: createErrorFromCode, decode }
  } catch {
    return undefined
  }
}

/** The request's body: https://kafka.apache.org/protocol.html#The_Messages_Produce */
function requestOf(topic: string, batches: readonly PlacedBatch[]): Buffer {
  const topicBytes = Buffer.from(topic)
  const head = Buffer.alloc(18 + topicBytes.length)
  // No transaction; all replicas; one topic.
  head.writeInt16BE(-1, 0)
  head.writeInt16BE(-1, 2)
  head.writeInt32BE(REPLICAS_MS, 4)
  head.writeInt32BE(1, 8)
  head.writeInt16BE(topicBytes.length, 12)
  topicBytes.copy(head, 14)
  head.writeInt32BE(batches.length, 14 + topicBytes.length)
  const parts: Buffer[] = [head]
  for (const { partition, bytes } of batches) {
    const place = Buffer.alloc(8)
    place.writeInt32BE(partition, 0)
    place.writeInt32BE(bytes.length, 4)
    parts.push(place, bytes)
  }
  return Buffer.concat(parts)
}
