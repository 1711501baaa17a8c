// What a worker does, whatever thread it is in: processes batches as the job itself would, and hands over what they came
// to. It keeps nothing that is not handed over but what helps with the next batch; started anew it is as good. Pure.

import type { AvroDecoder } from '../decode/value.ts'
import { SetAsideCollector } from '../delivery/set-aside.ts'
import { Job } from '../job.ts'
import type { Delta, Done, FromWorker, ProcessBatch, ToWorker, WorkerSettings } from './messages.ts'
import { SharedIds } from './shared-ids.ts'
import { SentTexts } from './texts.ts'

export class PartitionWorker {
  readonly #ids: SharedIds
  readonly #job: Job
  readonly #aside: SetAsideCollector
  readonly #texts = new SentTexts()
  #batchCount = 0
  /** Partitions that had events since the last delta. */
  readonly #active = new Set<number>()
  #ticksSent = 0
  #unmatchedSent = 0

  constructor({ index, pipeline, topic, options }: WorkerSettings, avro: AvroDecoder) {
    this.#ids = SharedIds.ofWorker(index)
    this.#job = new Job(pipeline, options, avro, this.#ids)
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
      case 'batch':
        return this.#process(message)
      case 'flush':
        return this.#flush()
    }
  }

  #process({ batch, nowMs, closedMs, partition: state }: ProcessBatch): Done {
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
    return { kind: 'done', partition, maxTimeMs: job.watermarks.maxTimeMsOf(partition) }
  }

  #flush(): Delta {
    const job = this.#job
    // Before the texts: it is what they are asked for.
    const windows = job.windows.map((one) => one.take(this.#texts.toIds))
    const delta: Delta = {
      kind: 'delta',
      batchCount: this.#batchCount,
      windows,
      texts: this.#texts.take(),
      ledger: job.ledger.take(),
      progress: [...this.#active].map((partition) => ({
        partition,
        maxTimeMs: job.watermarks.maxTimeMsOf(partition),
      })),
      ticks: job.ticks.size > this.#ticksSent ? job.ticks.snapshot() : [],
      aside: this.#aside.take(),
      unmatched: job.table.unmatched - this.#unmatchedSent,
      idCount: job.recentIds === undefined ? 0 : this.#ids.count,
    }
    this.#batchCount = 0
    this.#active.clear()
    this.#ticksSent = job.ticks.size
    this.#unmatchedSent = job.table.unmatched
    return delta
  }
}
