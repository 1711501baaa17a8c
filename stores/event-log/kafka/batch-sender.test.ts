import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import type { ProducerNumber } from './batch-encoder.ts'
import { BatchSender, type Link } from './batch-sender.ts'
import type { PlacedBatch } from './broker-link.ts'
import { KeyBytes, partitionOfKey } from './keys.ts'

vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }))

const require = createRequire(import.meta.url)
const Decoder = require('kafkajs/src/protocol/decoder.js')
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder.js')

const PARTITIONS = 5
/** Brokers know the last five batches of each producer in a partition. */
const KNOWN_BATCHES = 5
const SEQUENCES = 2 ** 31

/**
 * What becomes of a request: all is well; it does not arrive; its answer does not; the leader has moved, for one
 * partition of those asked for; the broker forgets its producers first.
 */
const FATES = ['fine', 'fine', 'fine', 'request lost', 'answer lost', 'moved', 'forgets'] as const
type Fate = (typeof FATES)[number]

class Refusal extends Error {
  readonly type: string
  constructor(type: string) {
    super(type)
    this.type = type
  }
}

interface Known {
  next: number
  readonly firsts: number[]
}

/** Two brokers that keep what they append and know batches that they have, by Kafka's rules. */
class FakeBrokers implements Link {
  readonly partitions = PARTITIONS
  readonly appended: string[][] = Array.from({ length: PARTITIONS }, () => [])
  readonly #producers = new Map<string, Known>()
  readonly #fates: Iterator<Fate>
  #producerCount = 0

  constructor(fates: readonly Fate[]) {
    this.#fates = fates[Symbol.iterator]()
  }

  async newProducer(): Promise<ProducerNumber> {
    return { id: BigInt(++this.#producerCount), epoch: 0 }
  }

  async leaders(partitions: readonly number[]) {
    const led = (leader: number) => partitions.filter((one) => one % 2 === leader)
    const all = [0, 1].map((leader) => [String(leader), led(leader)] as const)
    return new Map(all.filter(([, some]) => some.length > 0))
  }

  async produce(_leader: string, batches: readonly PlacedBatch[]) {
    const { value: fate = 'fine' } = this.#fates.next()
    if (fate === 'request lost') throw new Error('cut before')
    if (fate === 'forgets') this.#producers.clear()
    const refused = new Map<number, Error>()
    for (const [i, { partition, bytes }] of batches.entries()) {
      const error =
        fate === 'moved' && i === 0
          ? new Refusal('NOT_LEADER_FOR_PARTITION')
          : await this.#append(partition, bytes)
      if (error !== undefined) refused.set(partition, error)
    }
    if (fate === 'answer lost') throw new Error('cut after')
    return refused
  }

  async recover() {}
  async close() {}

  async #append(partition: number, bytes: Buffer): Promise<Error | undefined> {
    const { records } = await decodeBatch(new Decoder(bytes))
    const { producerId, firstSequence } = records[0].batchContext
    const name = `${producerId}/${partition}`
    const known = this.#producers.get(name)
    if (known?.firsts.includes(firstSequence)) return undefined
    // A producer that is not known may begin anywhere.
    if (known !== undefined && known.next !== firstSequence)
      return new Refusal('OUT_OF_ORDER_SEQUENCE_NUMBER')
    if (records.length > 4) return new Refusal('MESSAGE_TOO_LARGE')
    const next = (firstSequence + records.length) % SEQUENCES
    const firsts = [...(known?.firsts ?? []), firstSequence].slice(-KNOWN_BATCHES)
    this.#producers.set(name, { next, firsts })
    for (const { value } of records) this.appended[partition].push(String(value))
    return undefined
  }
}

const fates = fc.array(fc.constantFrom(...FATES), { maxLength: 60 })

it('has every record once and in order, whatever is lost on the way', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 })
  const first = fc.constantFrom(0, SEQUENCES - 10)
  const lossy = fates.map((all) => all.filter((fate) => fate !== 'forgets'))
  const property = fc.asyncProperty(sizes, lossy, first, async (appends, all, firstSequence) => {
    const brokers = new FakeBrokers(all)
    const sender = await BatchSender.open(brokers, { codec: 'none', firstSequence })
    const keys = new KeyBytes()
    const expected: string[][] = Array.from({ length: PARTITIONS }, () => [])
    let number = 0
    for (const size of appends) {
      const items = Array.from({ length: size }, () => number++)
      for (const item of items) {
        keys.set(`key ${item % 7}`)
        expected[partitionOfKey(keys, PARTITIONS)].push(String(item))
      }
      const recordOf = (item: number) => ({
        key: `key ${item % 7}`,
        value: Buffer.from(String(item)),
      })
      while (!(await sender.send(items, recordOf).then(() => true, isPassing)));
    }
    expect(brokers.appended).toEqual(expected)
  })
  await fc.assert(property, { numRuns: 300 })
})

it('leaves out what was given up, but never what the broker may take for something else', async () => {
  const property = fc.asyncProperty(fates, async (all) => {
    const brokers = new FakeBrokers(all)
    const sender = await BatchSender.open(brokers, { codec: 'none' })
    const acknowledged: string[] = []
    for (let round = 0; round < 20; round++) {
      const items = Array.from({ length: 3 }, (_, i) => `${round}.${i}`)
      const recordOf = (item: string) => ({ partition: 2, value: Buffer.from(item) })
      if (await sender.send(items, recordOf).then(() => true, isPassing))
        acknowledged.push(...items)
    }
    const found = brokers.appended[2]
    expect(found).toEqual(expect.arrayContaining(acknowledged))
    // What a broker forgets it cannot know again: only then is anything in it twice.
    if (!all.includes('forgets')) expect(found.length).toBe(new Set(found).size)
  })
  await fc.assert(property, { numRuns: 300 })
})

/** What a caller waits for and tries again; the rest is a bug of the test or of the sender. */
function isPassing(error: unknown): boolean {
  const isLoss = error instanceof Error && /^cut |NOT_LEADER|OUT_OF_ORDER/.test(error.message)
  if (!isLoss) throw error
  return false
}
