// PORT: the event log, a topic of partitions that keep records in the order they were appended.

/**
 * Consecutive records of one partition: one buffer and the places of the values in it. Bytes only; what they mean is
 * decode's business. No object per record.
 */
export interface RecordBatch {
  readonly partition: number
  readonly count: number
  readonly bytes: Uint8Array
  /** First byte of each value in `bytes`; -1: the record has no value (a tombstone). */
  readonly starts: Int32Array
  /** One past the last byte of each value. */
  readonly ends: Int32Array
  /** Offset of each record; rising, gaps allowed. */
  readonly offsets: Float64Array
  /** When the log took each record, epoch ms by the log's clock; NaN where it does not know. The same at every reading. */
  readonly appendedMs: Float64Array
  /** The offset to read next after this batch. */
  readonly nextOffset: number
}

/** Records that lie side by side in one piece. */
export interface Run {
  /** Of the first of them. */
  readonly baseOffset: number
  readonly count: number
  /** When they were appended; NaN: not known. */
  readonly appendedMs: number
  readonly sizeBytes: number
}

/** Records of a batch that are not read yet, but found: in files that every thread can read. Plain data. */
export interface PlacedBatch extends Pick<RecordBatch, 'partition' | 'count' | 'nextOffset'> {
  readonly firstOffset: number
  readonly sizeBytes: number
  /** Where the files are, and where in them the runs. */
  readonly directory: string
  readonly runs: readonly PlacedRun[]
}

export interface PlacedRun extends Run {
  readonly address: number
}

/** For threads that read on their own. */
export interface SharedReading {
  /** As `read`; where many records lie in files, it only says where. */
  find(wanted: readonly number[], waitMs: number): Promise<RecordBatch | PlacedBatch | undefined>
  /** Reads what was found, into the memory of `read`. */
  load(found: PlacedBatch): RecordBatch
}

/** Next offsets to read, by partition. */
export type Offsets = ReadonlyMap<number, number>

/** Where a partition starts that `from` does not name: its first record, after its last, or the first appended since. */
export type StartAt = 'earliest' | 'latest' | { readonly timeMs: number }

/** Records that retention removed before they were read: those from `fromOffset` up to but not including `toOffset`. */
export interface RemovedRecords {
  readonly partition: number
  readonly fromOffset: number
  readonly toOffset: number
}

export interface ReaderOptions {
  /** Made when it is missing. */
  readonly topic: string
  /** Names the job: tools show how far it is by the offsets it commits. */
  readonly group: string
  /** Where to go on. Default: nowhere, every partition begins at `startAt`. */
  readonly from?: Offsets
  /**
   * Where partitions begin that `from` does not name. Default: 'earliest'. Those that the topic gains while it is read
   * begin at their first record in any case.
   */
  readonly startAt?: StartAt
  /**
   * When records were removed that come next: 'stop' (default) is a RefusedError of opening or `read`; 'skip' tells
   * `onRemoved` and goes on with what is left. Never silently.
   */
  readonly removed?: 'stop' | 'skip'
  readonly onRemoved?: (removed: RemovedRecords) => void
  /**
   * Of several readers of one group on a log of many machines (Kafka) the one with the highest epoch gets the records,
   * and the others none. Embedded logs give them to all. Default: 0.
   */
  readonly epoch?: number
  /**
   * The memory of a batch may be used again from the next `read` on: what is kept longer is copied. Default: false. Spares
   * page faults and collections, which cost more than reading does.
   */
  readonly reusesMemory?: boolean
}

/** Reads one topic. One caller; calls do not overlap. Throws UnavailableError while the log cannot be reached. */
export interface EventLogReader {
  /**
   * The next records of the first partition in `wanted` that has some, waiting up to `waitMs` for any of them; undefined
   * when none came. Batches are bounded (a few MiB), and so is what is read ahead.
   */
  read(wanted: readonly number[], waitMs: number): Promise<RecordBatch | undefined>
  /** Absent: nobody else can read its records. */
  readonly shared?: SharedReading
  /**
   * The partitions of the topic with their end: the offset after the last record, at the time of the call. Partitions
   * that the topic gained are among them, and from then on among the positions.
   */
  ends(): Promise<Offsets>
  /** The next offset `read` will deliver for each partition: where it was opened, then after what was read. */
  positions(): Offsets
  /** Publishes how far results are durable. Repeating it, or going back, is harmless. */
  commit(next: Offsets): Promise<void>
  /** Idempotent. A pending read ends with undefined. */
  close(): Promise<void>
}

/** What is appended goes to the partition of its key, so that records of one key keep their order; or to the one named. */
export type LogRecord = { readonly value: Uint8Array | null } & (
  | { readonly key: string; readonly partition?: undefined }
  | { readonly key?: undefined; readonly partition: number }
)

/** Appends to one topic. One caller; calls do not overlap. */
export interface EventLogWriter {
  /**
   * Resolves when every record is durable. Throws UnavailableError while the log cannot be reached: the same array, not
   * changed meanwhile, then goes on where it stopped, and every record is in the log once. With another array it is open
   * which of the first are in the log.
   */
  append(records: readonly LogRecord[]): Promise<void>
  close(): Promise<void>
}

export interface EventLog {
  /** What it is and where, for the line that programs print: "SQLite .windrow/events.db". */
  readonly description: string
  /** Its readers have `shared`: other threads can read on their own. Default: false. */
  readonly isShared?: boolean
  /** The same for one log as long as it lives, another for every other log: offsets mean something only within it. */
  identity(): Promise<string>
  /** Makes the topic when it is missing; answers the number of partitions it really has. Harmless to repeat. */
  createTopic(topic: string, partitions: number): Promise<number>
  /** Rejects where `createTopic` would, and makes nothing. For those who only look. */
  tryCreateTopic(topic: string): Promise<void>
  /** Rejects where a writer of the topic, which is there, would for want of rights; writes nothing. */
  tryWrite(topic: string): Promise<void>
  /**
   * Raises the number of partitions of a topic to `partitions`, never lowers it; answers the number it then has. What is
   * in the topic stays where it is; keys may belong to other partitions from then on, so nobody does it unasked.
   */
  addPartitions(topic: string, partitions: number): Promise<number>
  /** As a reader's `ends`, for those who only look: none when there is no such topic, and none is made. */
  ends(topic: string): Promise<Offsets>
  reader(options: ReaderOptions): Promise<EventLogReader>
  writer(topic: string): Promise<EventLogWriter>
  close(): Promise<void>
}
