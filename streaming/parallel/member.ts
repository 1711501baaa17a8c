// One worker as the job's thread knows it: which partitions it owns, what it was sent, and what of that is done.
import type { RecordBatch } from '../../stores/event-log/event-log.ts'
import type { Job } from '../job.ts'
import type { Delta, ToWorker } from './messages.ts'
import type { WorkerPort } from './port.ts'
import type { SharedIds, SharedMemory } from './shared-ids.ts'
import { ReceivedTexts } from './texts.ts'

/** So much may wait for a worker: some hundredths of a second of work, so that it does not run dry. */
const QUEUED_BYTES_MAX = 8 << 20
/** What a batch counts for beside its records. */
const BATCH_BYTES = 1 << 16
/** While there is more to do a delta is asked for this often: each is some work for both sides. */
const FLUSH_RECORDS = 1 << 18
const FLUSH_AFTER_MS = 250

/** A batch that a worker has and the job does not hold yet. */
export interface Sent {
  readonly partition: number
  readonly count: number
  readonly sizeBytes: number
  readonly nextOffset: number
  /** By the monotonic clock. */
  readonly readAtMs: number
}

/** What the job's thread knows when it sends a batch. */
export interface Sending {
  readonly job: Job
  readonly ids: SharedIds | undefined
  /** The job's time, epoch milliseconds. */
  readonly nowMs: number
  /** By the monotonic clock. */
  readonly readAtMs: number
}

export interface WorkerStatus {
  readonly worker: number
  readonly partitions: readonly number[]
  /** Records that it has processed. */
  readonly records: number
  /** Batches that wait for it. */
  readonly queued: number
}

export class Member {
  readonly index: number
  readonly texts = new ReceivedTexts()
  /** That it owns. */
  readonly partitions = new Set<number>()
  /** Of which it was told what is known of them. */
  readonly #known = new Set<number>()
  /** In the order in which they were sent. */
  readonly sent: Sent[] = []
  /** How many of `sent` are processed. */
  #doneCount = 0
  /** Records of `sent` that no delta was asked for yet, and when the first of them was read. */
  #unflushed = 0
  #unflushedSinceMs = 0
  #records = 0
  #queuedBytes = 0
  #memory: SharedMemory | undefined
  readonly #port: WorkerPort

  constructor(index: number, port: WorkerPort) {
    this.index = index
    this.#port = port
  }

  /** It has enough to do. */
  get isBusy(): boolean {
    return this.#queuedBytes >= QUEUED_BYTES_MAX
  }

  /** It has done everything, and was not asked for all of it. */
  get isDry(): boolean {
    return this.#doneCount === this.sent.length && this.#unflushed > 0
  }

  /** Records that it was sent and the job does not hold yet. */
  get sentRecords(): number {
    return this.sent.reduce((sum, { count }) => sum + count, 0)
  }

  post(message: ToWorker): void {
    this.#port.post(message)
  }

  /** Sends a batch, which is not empty, of a partition that it owns; a delta is asked for when it is time to. */
  send(batch: RecordBatch, { job, ids, nowMs, readAtMs }: Sending): void {
    const { partition, count, nextOffset, starts, ends } = batch
    if (ids !== undefined && this.#memory !== ids.memory) {
      this.#memory = ids.memory
      this.post({ kind: 'ids', memory: ids.memory })
    }
    const isNew = !this.#known.has(partition)
    this.#known.add(partition)
    const sizeBytes = Math.max(0, ends[count - 1] - starts[0]) + BATCH_BYTES
    this.sent.push({ partition, count, sizeBytes, nextOffset, readAtMs })
    this.#queuedBytes += sizeBytes
    this.post({
      kind: 'batch',
      batch,
      nowMs,
      closedMs: job.watermarks.currentMs,
      ...(isNew && { partition: stateOf(job, partition) }),
    })
    if (this.#unflushed === 0) this.#unflushedSinceMs = readAtMs
    this.#unflushed += count
    if (this.#unflushed >= FLUSH_RECORDS || readAtMs - this.#unflushedSinceMs >= FLUSH_AFTER_MS)
      this.flush()
  }

  /** Asks for a delta of what it was sent since the last one. */
  flush(): void {
    if (this.#unflushed === 0) return
    this.#unflushed = 0
    this.post({ kind: 'flush' })
  }

  /** It has processed the next batch. */
  done(): void {
    const { count, sizeBytes } = this.sent[this.#doneCount++]
    this.#queuedBytes -= sizeBytes
    this.#records += count
  }

  /** The batches that the delta is of. */
  handOver({ batchCount }: Delta): Sent[] {
    this.#doneCount -= batchCount
    return this.sent.splice(0, batchCount)
  }

  status(): WorkerStatus {
    return {
      worker: this.index,
      partitions: [...this.partitions].sort((a, b) => a - b),
      records: this.#records,
      queued: this.sent.length - this.#doneCount,
    }
  }

  close(): Promise<void> {
    return this.#port.close()
  }
}

const stateOf = ({ watermarks, ticks }: Job, partition: number) => ({
  partition,
  maxTimeMs: watermarks.maxTimeMsOf(partition),
  ticks: ticks.snapshot().filter((tick) => tick.partition === partition),
})
