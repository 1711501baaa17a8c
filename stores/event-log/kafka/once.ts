// Sends messages to a topic so that each is in it exactly once while this sender lives, however often sending has to be
// tried again. How and why: decisions/sent-once.md.
import kafkajs, { type Message, type PartitionMetadata } from 'kafkajs'
import { type KafkaClient, partitionCount } from '../../kafka.ts'
import { Lane } from './lane.ts'

/** So many partitions are sent to at the same time. */
const LANES_MAX = 4

/** A message goes to the partition it names, else to that of its key. */
type Placed = Message & { readonly partition: number }

export class OnceSender {
  readonly #lanes: readonly Lane[]
  readonly #partitionOf: (message: Message) => number
  #begun: readonly unknown[] | undefined

  private constructor(lanes: readonly Lane[], partitionOf: (message: Message) => number) {
    this.#lanes = lanes
    this.#partitionOf = partitionOf
  }

  /** The topic must be there. A key stays in its partition while the sender lives, also when others are added. */
  static async open(
    client: KafkaClient,
    topic: string,
    options: { readonly producerRecordsMax?: number } = {},
  ): Promise<OnceSender> {
    const partitions = await partitionCount(client, topic)
    const lanes = Array.from(
      { length: Math.min(partitions, LANES_MAX) },
      () => new Lane(client, topic, options.producerRecordsMax),
    )
    const sender = new OnceSender(lanes, javaPartitioner(topic, partitions))
    try {
      await all(lanes.map((lane) => lane.open()))
    } catch (error) {
      await sender.close()
      throw error
    }
    return sender
  }

  /**
   * Resolves when all are in the topic. After an error the same array, unchanged, goes on where it stopped; with another
   * one, those of the first that were not begun are left out. Errors are kafkajs's. Calls do not overlap.
   */
  async send<T>(items: readonly T[], messageOf: (item: T) => Message): Promise<void> {
    if (items !== this.#begun) {
      for (const lane of this.#lanes) lane.abandon()
      this.#begun = items
      for (const [partition, messages] of this.#grouped(items.map(messageOf)))
        this.#lanes[partition % this.#lanes.length].add(messages)
    }
    await all(this.#lanes.map((lane) => lane.send()))
    this.#begun = undefined
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }

  #grouped(messages: readonly Message[]): Map<number, Placed[]> {
    const groups = new Map<number, Placed[]>()
    for (const message of messages) {
      const partition = this.#partitionOf(message)
      const group = groups.get(partition)
      if (group === undefined) groups.set(partition, [{ ...message, partition }])
      else group.push({ ...message, partition })
    }
    return groups
  }
}

/** Puts keys where Java clients put them. */
function javaPartitioner(topic: string, partitions: number): (message: Message) => number {
  const place = kafkajs.Partitioners.DefaultPartitioner()
  const partitionMetadata = Array.from(
    { length: partitions },
    (_, partitionId) => ({ partitionId, leader: 0 }) as PartitionMetadata,
  )
  return (message) => place({ topic, partitionMetadata, message })
}

/** Waits for all, also when one fails; throws what the first one failed with. */
async function all(tasks: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(tasks)).find(({ status }) => status === 'rejected')
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason
}
