// One worker as the job's thread knows it: which partitions it owns, what it was sent, and what of that is done.
import type { Job } from '../job.ts'
import { type Found, isPlaced, pack, sizeInCrate } from './crate.ts'
import type { Delta, Done, ToProcess, ToWorker } from './messages.ts'
import type { WorkerPort } from './port.ts'
import type { SharedIds, SharedMemory } from './shared-ids.ts'
import { ReceivedTexts } from './texts.ts'

/** So many crates a worker has: some hundredths of a second of work, so that it does not run dry. */
const CRATES = 4
/** A crate holds so much, or one batch. */
const CRATE_BYTES = 5 << 19
/** While there is more to do a delta is asked for this often: each is some work for both sides. */
const FLUSH_BYTES = 64 << 20
const FLUSH_AFTER_MS = 250

/** A batch that a worker has and the job does not hold yet. */
export interface Sent {
  readonly partition: number
  readonly count: number
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
  /** Counted from 1. */
  readonly worker: number
  /** That it owns. */
  readonly partitions: readonly number[]
  /** Records that it has processed. */
  readonly records: number
}

interface Crate {
  readonly number: number
  memory: SharedArrayBuffer
  usedBytes: number
  batches: ToProcess[]
}

export class Member {
  readonly index: number
  readonly texts = new ReceivedTexts()
  /** That it owns. */
  readonly partitions = new Set<number>()
  /** In the order in which they were sent. */
  readonly sent: Sent[] = []
  readonly #port: WorkerPort
  readonly #crates: readonly Crate[]
  /** Those that are empty. */
  readonly #free: Crate[]
  /** That is being filled. */
  #open: Crate | undefined
  /** Partitions of which it was told what is known of them. */
  readonly #known = new Set<number>()
  #memory: SharedMemory | undefined
  #sentRecords = 0
  /** What was sent and no delta was asked for yet, and when the first of it was read. */
  #unflushedBytes = 0
  #unflushedSinceMs = 0
  #flushCount = 0
  #records = 0

  constructor(index: number, port: WorkerPort, crateBytes = CRATE_BYTES) {
    this.index = index
    this.#port = port
    this.#crates = Array.from({ length: CRATES }, (_, number) => {
      const memory = new SharedArrayBuffer(crateBytes)
      port.post({ kind: 'crate', crate: number, memory })
      return { number, memory, usedBytes: 0, batches: [] }
    })
    this.#free = [...this.#crates]
  }

  /** It has enough to do. */
  get isBusy(): boolean {
    return this.#free.length === 0
  }

  /** It has hardly anything to do. */
  get isHungry(): boolean {
    return this.#free.length >= CRATES - 1
  }

  /** It could do with more, so as not to run dry. */
  get hasTime(): boolean {
    return this.#free.length >= CRATES / 2
  }

  /** How many deltas it was asked for. */
  get flushCount(): number {
    return this.#flushCount
  }

  /** It has done everything, and was not asked for all of it. */
  get isDry(): boolean {
    return this.#isIdle && this.#open === undefined && this.#unflushedBytes > 0
  }

  /** Records that it was sent and the job does not hold yet. */
  get sentRecords(): number {
    return this.#sentRecords
  }

  post(message: ToWorker): void {
    this.#port.post(message)
  }

  /** Sends a batch, which is not empty, of a partition that it owns. Only when it is not busy. */
  send(batch: Found, { job, ids, nowMs, readAtMs }: Sending): void {
    const { partition, count, nextOffset } = batch
    if (ids !== undefined && this.#memory !== ids.memory) {
      this.#memory = ids.memory
      this.post({ kind: 'ids', memory: ids.memory })
    }
    const sizeBytes = sizeInCrate(batch)
    const crate = this.#crateFor(sizeBytes)
    const isNew = !this.#known.has(partition)
    this.#known.add(partition)
    crate.batches.push({
      batch: isPlaced(batch) ? batch : pack(batch, crate.memory, crate.usedBytes),
      nowMs,
      closedMs: job.watermarks.currentMs,
      ...(isNew && { state: stateOf(job, partition) }),
    })
    crate.usedBytes += sizeBytes
    this.sent.push({ partition, count, nextOffset, readAtMs })
    this.#sentRecords += count
    if (this.#unflushedBytes === 0) this.#unflushedSinceMs = readAtMs
    this.#unflushedBytes += sizeBytes
    this.flushDue(readAtMs)
    if (this.#isIdle) this.push()
  }

  /** Asks for a delta when it is time for one, by the monotonic clock. */
  flushDue(nowMs: number): void {
    const isDue = nowMs - this.#unflushedSinceMs >= FLUSH_AFTER_MS
    if (isDue || this.#unflushedBytes >= FLUSH_BYTES) this.flush()
  }

  /** Another processes batches of the partition: with the next one it is told what is known of it. */
  forget(partition: number): void {
    this.#known.delete(partition)
  }

  /** Posts what was sent and waits for more. */
  push(): void {
    if (this.#open === undefined) return
    const { number, batches } = this.#open
    this.#open = undefined
    this.post({ kind: 'batches', crate: number, batches })
  }

  /** Asks for a delta of what it was sent since the last one. */
  flush(): void {
    if (this.#unflushedBytes === 0) return
    this.push()
    this.#unflushedBytes = 0
    this.#flushCount++
    this.post({ kind: 'flush' })
  }

  /** It has processed what was in a crate. */
  done({ crate: number }: Done): void {
    const crate = this.#crates[number]
    for (const { batch } of crate.batches) this.#records += batch.count
    crate.batches = []
    crate.usedBytes = 0
    this.#free.push(crate)
  }

  /** The batches that the delta is of. */
  handOver({ batchCount }: Delta): Sent[] {
    const batches = this.sent.splice(0, batchCount)
    for (const { count } of batches) this.#sentRecords -= count
    return batches
  }

  status(): WorkerStatus {
    return statusOf(this.index + 1, { partitions: this.partitions, records: this.#records })
  }

  close(): Promise<void> {
    return this.#port.close()
  }

  /** Nothing that it was posted is not done. */
  get #isIdle(): boolean {
    return this.#free.length + (this.#open === undefined ? 0 : 1) === CRATES
  }

  /** The open crate, or a new one, with room for so much. */
  #crateFor(sizeBytes: number): Crate {
    if (this.#open !== undefined && !hasRoom(this.#open, sizeBytes)) this.push()
    this.#open ??= this.#free.pop()
    const crate = this.#open
    if (crate === undefined) throw new Error('expected a worker that is not busy')
    if (!hasRoom(crate, sizeBytes)) {
      crate.memory = new SharedArrayBuffer(sizeBytes)
      this.post({ kind: 'crate', crate: crate.number, memory: crate.memory })
    }
    return crate
  }
}

/** `worker`: counted from 1. */
export const statusOf = (
  worker: number,
  { partitions, records }: { partitions: ReadonlySet<number>; records: number },
): WorkerStatus => ({ worker, partitions: [...partitions].sort((a, b) => a - b), records })

const hasRoom = ({ memory, usedBytes }: Crate, sizeBytes: number): boolean =>
  usedBytes + sizeBytes <= memory.byteLength

const stateOf = ({ watermarks, ticks }: Job, partition: number) => ({
  partition,
  maxTimeMs: watermarks.maxTimeMsOf(partition),
  ticks: ticks.snapshot().filter((tick) => tick.partition === partition),
})
