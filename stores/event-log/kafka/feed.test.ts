// What is taken of what kafkajs fetches: only what follows on what came before, whatever it does meanwhile.
import type { Batch } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import type { KafkaClient } from '../../kafka.ts'
import { Feed } from './feed.ts'

const EVENTS = { GROUP_JOIN: 'join', STOP: 'stop', CRASH: 'crash', START_BATCH_PROCESS: 'start' }

/** kafkajs's consumer as a feed sees it; as that one it refuses everything once it has stopped. */
class FakeConsumer {
  readonly events = EVENTS
  readonly seeks: string[] = []
  #listeners = new Map<string, (event: { payload: object }) => void>()
  #eachBatch: ((payload: { batch: object }) => Promise<void>) | undefined
  #isRunning = false

  on(name: string, listener: (event: { payload: object }) => void) {
    this.#listeners.set(name, listener)
  }
  emit(name: keyof typeof EVENTS, payload: object = {}) {
    if (name === 'GROUP_JOIN') this.#isRunning = true
    if (name === 'STOP') this.#isRunning = false
    this.#listeners.get(EVENTS[name])?.({ payload })
  }
  async run({ eachBatch }: { eachBatch: (payload: { batch: object }) => Promise<void> }) {
    this.#eachBatch = eachBatch
    this.emit('GROUP_JOIN')
  }
  seek({ partition, offset }: { partition: number; offset: string }) {
    this.#refuseWhenStopped()
    this.seeks.push(`${partition}@${offset}`)
  }
  pause() {
    this.#refuseWhenStopped()
  }
  resume() {
    this.#refuseWhenStopped()
  }
  async connect() {}
  async subscribe() {}
  async disconnect() {}

  /** Records of partition 0 that were asked for from `fetchedOffset`. */
  async fetched(fetchedOffset: number, offsets: readonly number[], valueBytes = 1) {
    const messages = offsets.map((offset) => ({
      offset: String(offset),
      value: Buffer.alloc(valueBytes),
      timestamp: '-1',
    }))
    const lastOffset = () => String(offsets.at(-1))
    const batch = { partition: 0, fetchedOffset: String(fetchedOffset), messages, lastOffset }
    await this.#eachBatch?.({ batch: batch as unknown as Batch })
  }
  /** A batch of nothing but control records. */
  emptyFetched(first: number, last: number) {
    const range = { firstOffset: String(first), lastOffset: String(last) }
    this.emit('START_BATCH_PROCESS', { partition: 0, batchSize: 0, ...range })
  }

  #refuseWhenStopped() {
    if (!this.#isRunning) throw new Error('Consumer group was not initialized')
  }
}

async function joined(position: number) {
  const consumer = new FakeConsumer()
  const client = { consumer: () => consumer } as unknown as KafkaClient
  const positions = new Map([[0, position]])
  const feed = new Feed(client, { topic: 't', group: 'g' }, positions)
  await feed.joined
  /** Offsets of everything that waits, and the position after it. */
  const taken = () => {
    const offsets: number[] = []
    for (let batch = feed.take([0]); batch !== undefined; batch = feed.take([0])) {
      offsets.push(...batch.offsets)
      positions.set(0, batch.nextOffset)
    }
    return { offsets, position: positions.get(0) }
  }
  return { consumer, feed, taken }
}

describe('a feed from Kafka', () => {
  it('begins at the position, and again at each join', async () => {
    const { consumer, taken } = await joined(5)
    await consumer.fetched(5, [5, 6])
    expect(taken()).toEqual({ offsets: [5, 6], position: 7 })
    await consumer.fetched(7, [7, 8])
    consumer.emit('GROUP_JOIN')
    expect(consumer.seeks).toEqual(['0@5', '0@7'])
    expect(taken().offsets).toEqual([])
    await consumer.fetched(7, [7, 8])
    expect(taken()).toEqual({ offsets: [7, 8], position: 9 })
  })

  it('leaves nothing out where a join comes between the fetch of a batch and its handling', async () => {
    const { consumer, feed, taken } = await joined(0)
    await consumer.fetched(0, [0, 1])
    consumer.emit('GROUP_JOIN')
    await consumer.fetched(2, [2, 3])
    expect(taken()).toEqual({ offsets: [], position: 0 })
    expect([...feed.astray]).toEqual([0])
    feed.goOnAt(0, 0)
    expect(consumer.seeks.at(-1)).toBe('0@0')
    await consumer.fetched(0, [0, 1, 2, 3])
    expect(taken()).toEqual({ offsets: [0, 1, 2, 3], position: 4 })
  })

  it('takes over what compaction left out, and notices what was removed', async () => {
    const { consumer, feed, taken } = await joined(0)
    await consumer.fetched(0, [3, 7])
    expect(taken()).toEqual({ offsets: [3, 7], position: 8 })
    await consumer.fetched(20, [20, 21])
    expect([...feed.astray]).toEqual([0])
    feed.goOnAt(0, 20)
    await consumer.fetched(20, [20, 21])
    expect(taken()).toEqual({ offsets: [20, 21], position: 22 })
  })

  it('goes on where removal left nothing', async () => {
    const { feed, taken } = await joined(4)
    feed.goOnAt(0, 20)
    expect(taken()).toEqual({ offsets: [], position: 20 })
  })

  it('goes past control records; past a gap before them once it is there again', async () => {
    const { consumer, feed, taken } = await joined(0)
    consumer.emptyFetched(0, 0)
    expect(taken().position).toBe(1)
    consumer.emptyFetched(5, 5)
    expect(taken().position).toBe(1)
    feed.goOnAt(0, 1)
    consumer.emptyFetched(5, 5)
    expect(taken().position).toBe(6)
  })

  it('gives out what waits after kafkajs gave up, without asking it for anything', async () => {
    const { consumer, feed, taken } = await joined(0)
    await consumer.fetched(0, [0, 1, 2], 1 << 20)
    consumer.emit('STOP')
    consumer.emit('CRASH', { error: new Error('gone') })
    expect(taken()).toEqual({ offsets: [0, 1, 2], position: 3 })
    expect(feed.crash?.message).toBe('gone')
    feed.goOnAt(0, 3)
    await feed.commit(new Map([[0, 3]]))
  })
})
