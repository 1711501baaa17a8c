// Sends to a topic as record batches made here: the batches of all partitions that a broker leads go in one request.
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../../kit/clock.ts'
import { isTooLarge, typeOfKafkaError } from '../../kafka.ts'
import type { ProducerNumber } from './batch-encoder.ts'
import type { BrokerLink } from './broker-link.ts'
import type { CodecName } from './codecs.ts'
import { KeyBytes, partitionOfKey } from './keys.ts'
import type { OnceSender, OutgoingRecord } from './outgoing.ts'
import { PartitionLane } from './partition-lane.ts'

/** Batches of one request; brokers take 100 MiB by default. */
const REQUEST_BYTES_MAX = 16 << 20
const RETRY_WAIT_MS = 100

/**
 * The broker's last batch of this producer is not the one sent before. It would know the batch in doubt, which can only
 * be the last one: so it does not have that, and another producer may send it.
 */
const LOST_TRACK = new Set(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID'])

export interface BatchSenderOptions {
  readonly codec: CodecName
  /** Sequence number of the first record of each partition; default: 0. */
  readonly firstSequence?: number
}

/** What it needs of the brokers. */
export type Link = Pick<
  BrokerLink,
  'partitions' | 'newProducer' | 'leaders' | 'produce' | 'recover' | 'close'
>

export class BatchSender implements OnceSender {
  readonly #link: Link
  readonly #lanes: readonly PartitionLane[]
  readonly #keys = new KeyBytes()
  #begun: readonly unknown[] | undefined

  private constructor(
    link: Link,
    producer: ProducerNumber,
    { codec, firstSequence = 0 }: BatchSenderOptions,
  ) {
    this.#link = link
    this.#lanes = Array.from({ length: link.partitions }, (_, partition) => {
      const lane = new PartitionLane(partition, this.#keys, codec, firstSequence)
      lane.producer = producer
      return lane
    })
  }

  /** The topic must be there. A key stays in its partition while the sender lives, also when others are added. */
  static async open(link: Link, options: BatchSenderOptions): Promise<BatchSender> {
    return new BatchSender(link, await link.newProducer(), options)
  }

  async send<T>(items: readonly T[], recordOf: (item: T) => OutgoingRecord): Promise<void> {
    if (items !== this.#begun) {
      for (const lane of this.#lanes) lane.abandon()
      this.#begun = items
      for (const item of items) this.#add(recordOf(item))
    }
    await this.#sendAll()
    this.#begun = undefined
  }

  close(): Promise<void> {
    return this.#link.close()
  }

  #add(record: OutgoingRecord): void {
    let { partition } = record
    if (record.key !== undefined) {
      this.#keys.set(record.key)
      partition ??= partitionOfKey(this.#keys, this.#lanes.length)
    }
    this.#lanes[partition ?? 0].add(record)
  }

  /** A first failure may be a leader that moved; with the second one it is the caller's to wait. */
  async #sendAll(): Promise<void> {
    let failures = 0
    while (true) {
      const waiting = this.#lanes.filter((lane) => !lane.isEmpty)
      if (waiting.length === 0) return
      const error = await this.#sendNext(waiting)
      if (error === undefined) failures = 0
      else if (isTooLarge(error) || ++failures > 1) throw error
      else {
        await delay(RETRY_WAIT_MS)
        await this.#link.recover(error)
      }
    }
  }

  /** Sends the next batch of each lane; answers what one of them failed with. */
  async #sendNext(lanes: readonly PartitionLane[]): Promise<unknown> {
    try {
      const leaders = await this.#link.leaders(lanes.map(({ partition }) => partition))
      const asked = [...leaders].map(([leader, partitions]) => this.#ask(leader, partitions))
      return (await Promise.all(asked)).find((error) => error !== undefined)
    } catch (error) {
      return error
    }
  }

  async #ask(leader: string, partitions: readonly number[]): Promise<unknown> {
    const nowMs = systemClock.nowMs()
    const asked: { lane: PartitionLane; partition: number; bytes: Buffer }[] = []
    let sizeBytes = 0
    try {
      for (const partition of partitions) {
        const lane = this.#lanes[partition]
        const bytes = await lane.next(lane.producer ?? (await this.#link.newProducer()), nowMs)
        asked.push({ lane, partition, bytes })
        sizeBytes += bytes.length
        if (sizeBytes > REQUEST_BYTES_MAX) break
      }
      const refused = await this.#link.produce(leader, asked)
      const errors = asked.map(({ lane, partition }) => settle(lane, refused.get(partition)))
      return errors.find((error) => error !== undefined)
    } catch (error) {
      return error
    }
  }
}

/** What the broker said of a lane's batch; answers the error when it has to be said to others. */
function settle(lane: PartitionLane, error: Error | undefined): Error | undefined {
  if (error === undefined) lane.acknowledge()
  else if (isTooLarge(error)) return lane.cut() ? undefined : error
  else if (LOST_TRACK.has(typeOfKafkaError(error))) lane.renew()
  return error
}
