// What a worker does, whatever thread it is in: processes batches as the job itself would, and hands over what they came
// to. It keeps nothing that is not handed over but what helps with the next batch; started anew it is as good. Pure, but for
// `read`, which is passed in.
import type { PlacedBatch, RecordBatch } from '../../stores/event-log/event-log.ts'
import type { AvroDecoder } from '../decode/value.ts'
import { SetAsideCollector } from '../delivery/set-aside.ts'
import { TEXTS_MIN } from '../forgetting.ts'
import { Job } from '../job.ts'
import type { PartitionProgress } from '../window/watermark.ts'
import { isPlaced, unpack } from './crate.ts'
import {
  type Delta,
  type Done,
  type FromWorker,
  type ProcessBatches,
  type ToProcess,
  type ToWorker,
  unboxed,
  type WorkerSettings,
} from './messages.ts'
import { SharedIds } from './shared-ids.ts'
import { SentTexts } from './texts.ts'

/** Between deltas a worker needs no texts: it keeps few, as the job has them, too. */
const JOB_TEXTS_PER_OWN = 8

/** Reads records that were found; the batch is good until the next one is read. */
export type ReadPlaced = (placed: PlacedBatch) => RecordBatch

/** Where all batches come in crates. */
export const readsNothing: ReadPlaced = () => {
  throw new Error('expected batches in crates only')
}

export class PartitionWorker {
  readonly #ids: SharedIds
  readonly #job: Job
  readonly #aside: SetAsideCollector
  readonly #texts = new SentTexts()
  readonly #crates: SharedArrayBuffer[] = []
  readonly #read: ReadPlaced
  #batchCount = 0
  /** Partitions that had events since the last delta. */
  readonly #active = new Set<number>()
  #ticksSent = 0
  #unmatchedSent = 0
  /** Fields whose texts were forgotten since the last delta. */
  #forgotten: readonly string[] = []

  constructor(
    { index, pipeline, topic, options }: WorkerSettings,
    avro: AvroDecoder,
    read: ReadPlaced,
  ) {
    this.#read = read
    this.#ids = SharedIds.ofWorker(index)
    const textsMin = Math.ceil((options.textsMin ?? TEXTS_MIN) / JOB_TEXTS_PER_OWN)
    this.#job = new Job(pipeline, { ...options, textsMin }, avro, this.#ids)
    this.#aside = new SetAsideCollector(topic)
  }

  /** Answers what is to be sent back. */
  handle(message: ToWorker): FromWorker | undefined {
    switch (message.kind) {
      case 'rows':
        this.#job.table.put(message.rows)
        return undefined
      case 'ids':
        this.#ids.use(message.memory)
        return undefined
      case 'crate':
        this.#crates[message.crate] = message.memory
        return undefined
      case 'batches':
        return this.#processAll(message)
      case 'flush':
        return this.#flush()
    }
  }

  #processAll({ crate, batches }: ProcessBatches): Done {
    for (const one of batches) {
      const { batch } = one
      this.#process(one, isPlaced(batch) ? this.#read(batch) : unpack(batch, this.#crates[crate]))
    }
    const partitions = new Set(batches.map(({ batch: { partition } }) => partition))
    return { kind: 'done', crate, reached: this.#progressOf(partitions) }
  }

  #process({ nowMs, closedMs, state }: Omit<ToProcess, 'batch'>, batch: RecordBatch): void {
    const job = this.#job
    const { partition } = batch
    if (state !== undefined) {
      job.watermarks.observe(partition, state.maxTimeMs)
      job.ticks.restore(state.ticks)
    }
    job.watermarks.raiseTo(closedMs)
    job.recentIds?.expire(closedMs)
    const aside = job.process(batch, nowMs)
    this.#aside.add(batch, aside)
    if (aside.eventCount > 0) this.#active.add(partition)
    this.#batchCount++
  }

  #progressOf(partitions: ReadonlySet<number>): PartitionProgress[] {
    const { watermarks } = this.#job
    return [...partitions].map((partition) => ({
      partition,
      maxTimeMs: watermarks.maxTimeMsOf(partition),
    }))
  }

  #flush(): Delta {
    const job = this.#job
    // Before the texts: it is what they are asked for.
    const windows = job.windows.map((one) => one.take(this.#texts.toIds))
    const delta: Delta = {
      kind: 'delta',
      batchCount: this.#batchCount,
      forgotten: this.#forgotten,
      windows,
      texts: this.#texts.take(),
      ledger: job.ledger.take(),
      progress: this.#progressOf(this.#active),
      ticks: job.ticks.size > this.#ticksSent ? job.ticks.snapshot() : [],
      aside: this.#aside.take(),
      unmatched: job.table.unmatched - this.#unmatchedSent,
      idCount: job.recentIds === undefined ? 0 : this.#ids.count,
    }
    this.#batchCount = 0
    this.#active.clear()
    this.#ticksSent = job.ticks.size
    this.#unmatchedSent = job.table.unmatched
    const handedOver = unboxed(delta)
    this.#forgotten = job.forgetTexts()
    this.#texts.forget(this.#forgotten)
    return handedOver
  }
}
