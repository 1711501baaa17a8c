// PORT: records set aside: what could not become an event (dead letters) and what came too late.

export interface SetAside {
  /** Why, in one word: `json`, `missing`, `late`, …; counted by it. */
  readonly reason: string
  /** The field at fault; empty when it is the whole record. */
  readonly field: string
  /** A sentence for people: what was expected and what was got. */
  readonly detail: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** The record's value as it was; null for a tombstone. */
  readonly value: Uint8Array | null
  /** Of an event that came too late: how long after the end of its window. */
  readonly lateByMs?: number
}

/**
 * Where records are set aside. (topic, partition, offset) is the identity: setting aside twice, as after a crash, changes
 * nothing; in a Kafka topic, where it is the key, the same record may then be there twice.
 */
export interface SetAsideStore {
  /** Resolves when all are durable. Throws UnavailableError while the store cannot be reached. */
  append(records: readonly SetAside[]): Promise<void>
  close(): Promise<void>
}
