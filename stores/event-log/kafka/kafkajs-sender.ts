// Sends to a topic through kafkajs's own producer: several times slower than the batches made here (batch-sender.ts), for
// when kafkajs or the broker is not the one that those need.
import type { Message } from 'kafkajs'
import { type KafkaClient, partitionCount } from '../../kafka.ts'
import { type CodecName, registerCodecs } from './codecs.ts'
import { Lane } from './kafkajs-lane.ts'
import { KeyBytes, partitionOfKey } from './keys.ts'
import type { OnceSender, OutgoingRecord } from './outgoing.ts'

/** So many partitions are sent to at the same time. */
const LANES_MAX = 4

export interface KafkajsSenderOptions {
  readonly codec: CodecName
  /** A producer is followed by another before it has sent so many. */
  readonly producerRecordsMax?: number
}

/** A message goes to the partition it names. */
type Placed = Message & { readonly partition: number }

export class KafkajsSender implements OnceSender {
  readonly #lanes: readonly Lane[]
  readonly #partitions: number
  readonly #keys = new KeyBytes()
  #begun: readonly unknown[] | undefined

  private constructor(lanes: readonly Lane[], partitions: number) {
    this.#lanes = lanes
    this.#partitions = partitions
  }

  /** The topic must be there. A key stays in its partition while the sender lives, also when others are added. */
  static async open(
    client: KafkaClient,
    topic: string,
    options: KafkajsSenderOptions,
  ): Promise<KafkajsSender> {
    registerCodecs()
    const partitions = await partitionCount(client, topic)
    const lanes = Array.from(
      { length: Math.min(partitions, LANES_MAX) },
      () => new Lane(client, topic, options),
    )
    const sender = new KafkajsSender(lanes, partitions)
    try {
      await all(lanes.map((lane) => lane.open()))
    } catch (error) {
      await sender.close()
      throw error
    }
    return sender
  }

  async send<T>(items: readonly T[], recordOf: (item: T) => OutgoingRecord): Promise<void> {
    if (items !== this.#begun) {
      for (const lane of this.#lanes) lane.abandon()
      this.#begun = items
      for (const [partition, messages] of this.#grouped(items.map(recordOf)))
        this.#lanes[partition % this.#lanes.length].add(messages)
    }
    await all(this.#lanes.map((lane) => lane.send()))
    this.#begun = undefined
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }

  #grouped(records: readonly OutgoingRecord[]): Map<number, Placed[]> {
    const groups = new Map<number, Placed[]>()
    for (const record of records) {
      const partition = record.partition ?? this.#partitionOf(record.key ?? '')
      const group = groups.get(partition)
      if (group === undefined) groups.set(partition, [messageOf(record, partition)])
      else group.push(messageOf(record, partition))
    }
    return groups
  }

  #partitionOf(key: string): number {
    this.#keys.set(key)
    return partitionOfKey(this.#keys, this.#partitions)
  }
}

function messageOf({ key, value, headers }: OutgoingRecord, partition: number): Placed {
  return {
    ...(key !== undefined && { key }),
    ...(headers !== undefined && { headers }),
    // kafkajs wants a Buffer: the same bytes seen as one, not copied.
    value: value && Buffer.from(value.buffer, value.byteOffset, value.length),
    partition,
  }
}

/** Waits for all, also when one fails; throws what the first one failed with. */
async function all(tasks: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(tasks)).find(({ status }) => status === 'rejected')
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason
}
