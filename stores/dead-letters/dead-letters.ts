// PORT: records set aside: what could not become an event (dead letters) and what came too late.

/** Where a record lies in the event log: its identity. */
export interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** An identity as one text. */
export const keyOf = ({ topic, partition, offset }: Place): string =>
  `${topic}/${partition}/${offset}`

export interface SetAside extends Place {
  /** Why, in one word: `json`, `missing`, `late`, …; counted by it. */
  readonly reason: string
  /** The field at fault; empty when it is the whole record. */
  readonly field: string
  /** A sentence for people: what was expected and what was got. */
  readonly detail: string
  /** The record's value as it was; null for a tombstone. */
  readonly value: Uint8Array | null
  /** Of an event that came too late: how long before it, in event time, its window had closed. */
  readonly lateByMs?: number
}

/**
 * Where a job sets records aside. Setting one aside twice, as after a crash, changes nothing; in a Kafka topic, where its
 * place is the key, the same record may then be there twice.
 */
export interface SetAsideStore {
  /** Resolves when all are durable. Throws UnavailableError while the store cannot be reached. */
  append(records: readonly SetAside[]): Promise<void>
  close(): Promise<void>
}

/** A record set aside, as it is found later. */
export interface KeptRecord extends SetAside {
  readonly setAsideMs: number
  /** When it was last appended to its topic again; absent: never. */
  readonly replayedMs?: number
  /** The value was too large to be kept: it is only its first bytes. */
  readonly isCut: boolean
}

export interface ReasonCount {
  readonly reason: string
  readonly count: number
  /** How many of them were replayed. */
  readonly replayed: number
}

export interface Selection {
  readonly topic: string
  /** Absent: any. */
  readonly reason?: string
  /** Only those that were replayed, or only those that were not; absent: both. */
  readonly isReplayed?: boolean
  /** Only so many of them, those set aside last; absent: all. */
  readonly last?: number
}

/**
 * What was set aside, for people who look after it. One call at a time, but for marking what is being read. Each throws
 * UnavailableError when the store cannot be reached.
 */
export interface SetAsideArchive {
  /** What it is and where: "SQLite .windrow/events.db, table dead_letters". */
  readonly description: string
  /** How many there are of the topic, by reason; the most frequent first. */
  counts(topic: string): Promise<readonly ReasonCount[]>
  /**
   * One by one, in the order they were set aside (one that was set aside again: at its first or its last place in it).
   * What comes after reading began is not among them. Holds a few MiB at a time, however many there are.
   */
  read(selection: Selection): AsyncIterable<KeptRecord>
  find(place: Place): Promise<KeptRecord | undefined>
  /** Notes that they were replayed now. Nothing is noted of places that are not kept. */
  markReplayed(places: readonly Place[]): Promise<void>
  close(): Promise<void>
}
