// THE SEAM into kafkajs 2.2.4 for reading: records come as whole batches, without an object for each. kafkajs hands its
// cluster to a consumer's assigners; of this one consumer the answers to fetches are taken apart by us, and all else is as
// it was: groups, heartbeats, retries, offsets. See decisions/whole-batches.md.
import { createRequire } from 'node:module'
import type { Broker, Cluster, PartitionAssigner } from 'kafkajs'
import { lendMemory } from '../../kafka-memory.ts'
import type { RecordBatch } from '../event-log.ts'
import type { FetchWait } from './fetch-plan.ts'
import { decodeFetchResponse, FETCH_VERSION, type FetchResponse } from './fetch-response.ts'
import { readRecordSet } from './record-set.ts'

/** Pinned in package.json. */
export const KNOWN_VERSION = '2.2.4'

type FetchRequest = Parameters<Broker['fetch']>[0]
type Response = FetchResponse<readonly object[]>

/** What `Broker.fetch` of kafkajs sends, and how it reads the answer. */
interface Protocol {
  readonly request: { readonly apiVersion: number }
  readonly response: { decode(payload: Buffer): Promise<Response>; parse(data: Response): unknown }
}
type Lookup = (apiKey: number, definitions: object) => (request: FetchRequest) => Protocol
/** `Broker` with what its type does not tell. */
type WholeBroker = Broker & {
  readonly lookupRequest: Lookup
  readonly connectionPool?: { readonly pool?: readonly Connection[] }
}
interface Connection {
  readonly authHandlers: object | null
  readonly requestQueue: {
    fulfillRequest(answer: { correlationId: number; size: number; payload: Buffer }): void
  }
  processData(frame: Buffer): void
}

/** Of a fetched batch, the element that holds one of our record batches in place of a message. */
export interface WholeBatchMessage {
  /** The last of the batch: kafkajs goes on after it. */
  readonly offset: string
  readonly recordBatch: RecordBatch
}

export interface WholeBatchOptions {
  /** Told why records come one by one, if they do; maybe more than once. */
  readonly onSlow: (why: string) => void
  /** Asked before each fetch; `wasEmpty`: the last one from that broker brought nothing. */
  readonly waitFor: (wasEmpty: boolean) => FetchWait
}
type OnSlow = WholeBatchOptions['onSlow']

/** The same assigner, for a consumer whose batches are of WholeBatchMessages or, where that cannot be, of messages. */
export const withWholeBatches =
  (assigner: PartitionAssigner, options: WholeBatchOptions): PartitionAssigner =>
  (config) => {
    const { version } = createRequire(import.meta.url)('kafkajs/package.json')
    if (version === KNOWN_VERSION) interceptFetches(config.cluster, options)
    else options.onSlow(`kafkajs is ${version}, and only the inside of ${KNOWN_VERSION} is known`)
    return assigner(config)
  }

function interceptFetches(cluster: Cluster, options: WholeBatchOptions): void {
  const findBroker = cluster.findBroker.bind(cluster)
  const ours = new WeakMap<Broker, Broker>()
  cluster.findBroker = async (node) => {
    const broker = (await findBroker(node)) as WholeBroker
    if (typeof broker.lookupRequest !== 'function') {
      options.onSlow('kafkajs has no Broker.lookupRequest any more')
      return broker
    }
    const known = ours.get(broker)
    if (known !== undefined) return known
    broker.connectionPool?.pool?.forEach(takeWholeFrames)
    const own: Broker = Object.create(broker, { fetch: { value: fetchOf(broker, options) } })
    ours.set(broker, own)
    return own
  }
}

const taken = new WeakSet<Connection>()

/** Spares kafkajs's copying of every answer, as it does not know that frames from our sockets are whole. */
function takeWholeFrames(connection: Connection): void {
  const { requestQueue } = connection
  const isKnown = typeof requestQueue?.fulfillRequest === 'function' && !taken.has(connection)
  if (!isKnown) return
  taken.add(connection)
  const processData = connection.processData.bind(connection)
  connection.processData = (frame) => {
    if (connection.authHandlers !== null) processData(frame)
    else
      requestQueue.fulfillRequest({
        correlationId: frame.readInt32BE(4),
        size: frame.length - 4,
        payload: frame.subarray(8),
      })
  }
}

/** kafkajs's own `fetch`, whose answers are read by us. */
function fetchOf(broker: WholeBroker, { onSlow, waitFor }: WholeBatchOptions) {
  const lookupRequest: Lookup = (apiKey, definitions) => {
    const protocolOf = broker.lookupRequest(apiKey, definitions)
    return (request) => wholeBatchesOf(protocolOf(request), request, onSlow)
  }
  const self = Object.create(broker, { lookupRequest: { value: lookupRequest } })
  let wasEmpty = false
  return async (asked: FetchRequest): Promise<Response> => {
    const answer: Response = await broker.fetch.call(self, { ...asked, ...waitFor(wasEmpty) })
    wasEmpty = answer.responses.every(({ partitions }) =>
      partitions.every(({ messages }) => messages.length === 0),
    )
    return answer
  }
}

function wholeBatchesOf(protocol: Protocol, fetch: FetchRequest, onSlow: OnSlow): Protocol {
  const { request, response } = protocol
  if (request.apiVersion !== FETCH_VERSION) {
    onSlow(`the broker answers fetches in version ${request.apiVersion}, not ${FETCH_VERSION}`)
    return protocol
  }
  const decode = (payload: Buffer) => decodeWhole(payload, fetch, (bytes) => response.decode(bytes))
  return { ...protocol, response: { ...response, decode } }
}

/** `own`, kafkajs's way, is for what `readRecordSet` leaves to it. */
async function decodeWhole(
  payload: Buffer,
  fetch: FetchRequest,
  own: (payload: Buffer) => Promise<Response>,
): Promise<Response> {
  const response = decodeFetchResponse(payload)
  let ofKafkajs: Promise<Response> | undefined
  let readers = 0
  const responses = response.responses.map(async ({ topicName: topic, partitions }, t) => ({
    topicName: topic,
    partitions: await Promise.all(
      partitions.map(async (one, p) => {
        const { partition, messages: bytes } = one
        const fromOffset = offsetAsked(fetch, topic, partition)
        const batches = await readRecordSet({ topic, partition, fromOffset, bytes })
        for (const { bytes: within } of batches ?? [])
          if (within.buffer === payload.buffer) readers++
        if (batches !== undefined) return { ...one, messages: batches.map(messageOf) }
        ofKafkajs ??= own(payload)
        return (await ofKafkajs).responses[t].partitions[p]
      }),
    ),
  }))
  const decoded = { ...response, responses: await Promise.all(responses) }
  // kafkajs's messages do not say when they are done with.
  if (ofKafkajs === undefined) lendMemory(payload.buffer, readers)
  return decoded
}

function offsetAsked({ topics }: FetchRequest, topic: string, partition: number): number {
  for (const one of topics) {
    const found = one.partitions.find((asked) => asked.partition === partition)
    if (one.topic === topic && found !== undefined) return Number(found.fetchOffset)
  }
  throw new Error(`${topic}/${partition} was not asked for`)
}

/** What kafkajs looks at, of a message. */
const messageOf = (recordBatch: RecordBatch) => ({
  offset: String(recordBatch.nextOffset - 1),
  key: null,
  isControlRecord: false,
  batchContext: { inTransaction: false, producerId: '-1' },
  recordBatch,
})
