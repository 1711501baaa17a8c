// The benchmark's events as record batches in memory, and jobs to give them to: what costs is then the job alone.
import { simulatedUserId } from '../../data/demographics.ts'
import { allOrProblems } from '../../kit/config.ts'
import type { RecordBatch } from '../../stores/event-log/event-log.ts'
import { DEFAULT_CONFIG_FILE, streamingConfig } from '../../streaming/config.ts'
import { avroDecoder } from '../../streaming/decode/avro.ts'
import { Job } from '../../streaming/job.ts'
import { EVENT_BYTES_MAX, EventBytes, type EventOptions } from './events.ts'
import { segmentOf } from './fill.ts'
import { PIPELINES, type PipelineName } from './pipelines.ts'

const PARTITIONS = 4
/** As many as a read of a log gives. */
const BATCH_BYTES = 1 << 21
const TABLE_CHUNK_ROWS = 5_000
/** After every event of the benchmark. */
export const NOW_MS = Date.UTC(2030, 0, 1)

/** A job with `users` rows in its table. */
export function jobOf(name: PipelineName, users: number): Job {
  const pipeline = PIPELINES[name]()
  const [config] = allOrProblems(streamingConfig(DEFAULT_CONFIG_FILE))
  const job = new Job(pipeline, config, avroDecoder(pipeline.avroSchema))
  for (let partition = 0; partition < PARTITIONS; partition++)
    job.watermarks.addPartition(partition)
  for (let first = 0; first < users; first += TABLE_CHUNK_ROWS) {
    const length = Math.min(TABLE_CHUNK_ROWS, users - first)
    job.table.put(Array.from({ length }, (_, i) => rowOf(first + i)))
  }
  return job
}

function rowOf(n: number): string[] {
  const { gender, age_group, country } = segmentOf(n)
  return [simulatedUserId(n), gender, age_group, country]
}

/** Events for ever, batch by batch; those of one user are of one partition. A batch is good until the next but one. */
export class EventBatches {
  readonly #events: EventBytes
  readonly #filling: readonly Filling[]
  readonly #scratch = Buffer.allocUnsafe(EVENT_BYTES_MAX)

  constructor(options: EventOptions) {
    this.#events = new EventBytes(options)
    this.#filling = Array.from({ length: PARTITIONS }, (_, partition) => new Filling(partition))
  }

  next(): RecordBatch {
    while (true) {
      const length = this.#events.next(this.#scratch, 0)
      const filling = this.#filling[this.#events.user % PARTITIONS]
      if (filling.add(this.#scratch, length)) return filling.take()
    }
  }
}

/** A batch that is being filled; two buffers, by turns. */
class Filling {
  readonly #partition: number
  #bytes = Buffer.allocUnsafe(BATCH_BYTES)
  #other = Buffer.allocUnsafe(BATCH_BYTES)
  readonly #ends: number[] = []
  #at = 0
  #offset = 0

  constructor(partition: number) {
    this.#partition = partition
  }

  /** True when it is full. */
  add(value: Buffer, length: number): boolean {
    value.copy(this.#bytes, this.#at, 0, length)
    this.#at += length
    this.#ends.push(this.#at)
    return this.#at + EVENT_BYTES_MAX > BATCH_BYTES
  }

  take(): RecordBatch {
    const count = this.#ends.length
    const batch: RecordBatch = {
      partition: this.#partition,
      count,
      bytes: this.#bytes,
      starts: Int32Array.from({ length: count }, (_, i) => (i === 0 ? 0 : this.#ends[i - 1])),
      ends: Int32Array.from(this.#ends),
      offsets: Float64Array.from({ length: count }, (_, i) => this.#offset + i),
      appendedMs: new Float64Array(count).fill(NOW_MS),
      nextOffset: this.#offset + count,
    }
    ;[this.#bytes, this.#other] = [this.#other, this.#bytes]
    this.#offset += count
    this.#at = 0
    this.#ends.length = 0
    return batch
  }
}
