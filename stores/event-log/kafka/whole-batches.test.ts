// What a consumer of kafkajs gets through the seam, with kafkajs's own code on both sides of it; and when it stays out.
import { createRequire } from 'node:module'
import type { Cluster } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { encodeAnswer, encodeBatch, type TestBatch } from './testing/record-sets.ts'
import { KNOWN_VERSION, type WholeBatchMessage, withWholeBatches } from './whole-batches.ts'

const require = createRequire(import.meta.url)
const Broker = require('kafkajs/src/broker/index.js')
const Batch = require('kafkajs/src/consumer/batch.js')
const { lookup } = require('kafkajs/src/protocol/requests/index.js')

const FETCH_KEY = 1
const logger = { namespace: () => logger, debug: () => {} }

interface Protocol {
  readonly response: { decode(answer: Buffer): unknown; parse(data: unknown): unknown }
  /** kafkajs makes it 100 ms more than the broker may wait. */
  readonly requestTimeout: number
}

/** A cluster of one broker, kafkajs's, whose connection gives `answer`. */
function clusterOf(answer: Buffer, version = 11) {
  const timeoutsMs: number[] = []
  const send = async ({ response, requestTimeout }: Protocol) => {
    timeoutsMs.push(requestTimeout)
    return response.parse(await response.decode(answer))
  }
  const connectionPool = { pool: [], send }
  const broker = new Broker({ connectionPool, logger })
  broker.lookupRequest = lookup({ [FETCH_KEY]: { minVersion: 0, maxVersion: version } })
  return { broker, timeoutsMs, cluster: { findBroker: async () => broker } as unknown as Cluster }
}

const ask = (partitions: Readonly<Record<number, number>>) => ({
  topics: [
    {
      topic: 't',
      partitions: Object.entries(partitions).map(([partition, offset]) => ({
        partition: Number(partition),
        fetchOffset: String(offset),
        maxBytes: 1 << 20,
      })),
    },
  ],
})

/** Installs the seam as a consumer does, then fetches; with what is warned of. */
async function fetched(answer: Buffer, asked: Readonly<Record<number, number>>, version = 11) {
  const warnings: string[] = []
  const { cluster, broker, timeoutsMs } = clusterOf(answer, version)
  const assigner = { name: 'a', version: 1, assign: async () => [], protocol: () => ({}) as never }
  const config = { cluster, groupId: 'g', logger: logger as never }
  const waitFor = (wasEmpty: boolean) => ({ minBytes: 1, maxWaitTime: wasEmpty ? 250 : 25 })
  const options = { onSlow: (why: string) => warnings.push(why), waitFor }
  expect(withWholeBatches(() => assigner, options)(config)).toBe(assigner)
  const fetch = async () => (await cluster.findBroker({ nodeId: '1' })).fetch(ask(asked))
  const whole = await fetch()
  await fetch()
  return { warnings, timeoutsMs, ...whole, own: await broker.fetch(ask(asked)) }
}

const batch = (baseOffset: number, values: readonly string[], rest: Partial<TestBatch> = {}) =>
  encodeBatch({
    baseOffset: BigInt(baseOffset),
    lastOffsetDelta: values.length - 1,
    codec: 'none',
    isLogAppendTime: false,
    firstMs: 1_000n,
    maxMs: 1_000n,
    records: values.map((value, offsetDelta) => ({
      offsetDelta,
      timeDelta: 0n,
      key: null,
      value: Buffer.from(value),
      headers: [],
    })),
    ...rest,
  })

describe('a fetch through the seam', () => {
  it('gives one message for consecutive batches, and all else as kafkajs has it', async () => {
    const records = Buffer.concat([await batch(5, ['a', 'b']), await batch(7, ['c'])])
    const answer = encodeAnswer('t', [
      { partition: 3, records },
      { partition: 1, records: Buffer.alloc(0) },
    ])
    const { responses, own, warnings } = await fetched(answer, { 3: 6, 1: 0 })
    const withoutMessages = (all: typeof responses) =>
      all.map((one: { partitions: object[] }) => ({
        ...one,
        partitions: one.partitions.map((partition) => ({ ...partition, messages: [] })),
      }))
    expect(withoutMessages(responses)).toEqual(withoutMessages(own.responses))
    const [three, one] = responses[0].partitions
    expect(three.messages).toHaveLength(1)
    expect(three.messages[0].recordBatch).toMatchObject({ partition: 3, count: 2, nextOffset: 8 })
    expect([...three.messages[0].recordBatch.offsets.subarray(0, 2)]).toEqual([6, 7])
    expect(one.messages).toEqual([])
    expect(warnings).toEqual([])
  })

  it('makes a batch that kafkajs passes on, and goes on after', async () => {
    const answer = encodeAnswer('t', [{ partition: 0, records: await batch(5, ['a', 'b', 'c']) }])
    const { responses } = await fetched(answer, { 0: 6 })
    const passedOn = new Batch('t', '6', responses[0].partitions[0])
    expect(passedOn.messages.map((one: WholeBatchMessage) => one.recordBatch.count)).toEqual([2])
    expect(passedOn.lastOffset()).toBe('7')
    expect(passedOn.offsetLag()).toBe('999992')
  })

  it('leaves a partition with transactions to kafkajs, and only that', async () => {
    const transactional = await batch(9, ['x'], { isTransactional: true, producerId: 4n })
    const answer = encodeAnswer('t', [
      { partition: 0, records: transactional },
      { partition: 1, records: await batch(0, ['a']) },
    ])
    const { responses, own } = await fetched(answer, { 0: 0, 1: 0 })
    expect(responses[0].partitions[0]).toEqual(own.responses[0].partitions[0])
    expect(responses[0].partitions[1].messages[0].recordBatch.count).toBe(1)
  })

  it('waits as it is told to, by whether the last one brought something', async () => {
    const empty = encodeAnswer('t', [{ partition: 0, records: Buffer.alloc(0) }])
    expect((await fetched(empty, { 0: 0 })).timeoutsMs.slice(0, 2)).toEqual([125, 350])
    const some = encodeAnswer('t', [{ partition: 0, records: await batch(0, ['a']) }])
    expect((await fetched(some, { 0: 0 })).timeoutsMs.slice(0, 2)).toEqual([125, 125])
  })

  it('throws what the broker answered, as kafkajs does', async () => {
    const answer = encodeAnswer('t', [{ partition: 0, records: Buffer.alloc(0) }])
    answer.writeInt16BE(1, answer.indexOf('t') + 1 + 4 + 4)
    await expect(fetched(answer, { 0: 0 })).rejects.toMatchObject({
      name: 'KafkaJSOffsetOutOfRange',
      topic: 't',
      partition: 0,
    })
  })

  it('is kafkajs’s own, with a warning, where the broker is too old', async () => {
    const answer = encodeAnswer('t', [])
    const { warnings } = await fetched(answer, { 0: 0 }, 10)
    expect(new Set(warnings)).toEqual(new Set(['the broker answers fetches in version 10, not 11']))
  })
})

it('the seam knows the kafkajs that is installed, and package.json keeps it', () => {
  expect(require('kafkajs/package.json').version).toBe(KNOWN_VERSION)
  expect(require('../../../package.json').dependencies.kafkajs).toBe(KNOWN_VERSION)
})
