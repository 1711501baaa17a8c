// Batches that were fetched and not read yet: turns kafkajs's pushing into our pulling. Pure but for the waiting.
import type { RecordBatch } from '../event-log.ts'
import { RECORD_COLUMNS_BYTES } from './records.ts'

export class BatchQueue {
  readonly #pauseBytes: number
  readonly #queues = new Map<number, RecordBatch[]>()
  readonly #bytes = new Map<number, number>()
  #wake: (() => void) | undefined

  /** A partition should not be fetched from while `pauseBytes` of it wait. */
  constructor(pauseBytes: number) {
    this.#pauseBytes = pauseBytes
  }

  /** Adds a batch; true: its partition now has enough waiting and should be paused. */
  push(batch: RecordBatch): boolean {
    const queue = this.#queues.get(batch.partition) ?? []
    queue.push(batch)
    this.#queues.set(batch.partition, queue)
    const bytes = (this.#bytes.get(batch.partition) ?? 0) + sizeOf(batch)
    this.#bytes.set(batch.partition, bytes)
    this.#wake?.()
    return bytes >= this.#pauseBytes
  }

  /** The next batch of the first wanted partition that has one. */
  take(wanted: readonly number[]): RecordBatch | undefined {
    for (const partition of wanted) {
      const batch = this.#queues.get(partition)?.shift()
      if (batch === undefined) continue
      this.#bytes.set(partition, (this.#bytes.get(partition) ?? 0) - sizeOf(batch))
      return batch
    }
    return undefined
  }

  /** So little waits of the partition that it should be fetched from again. */
  isLow(partition: number): boolean {
    return (this.#bytes.get(partition) ?? 0) < this.#pauseBytes / 2
  }

  /** Resolves at the next push, or after `waitMs`. */
  async pushed(waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }

  /** Ends a wait. */
  interrupt(): void {
    this.#wake?.()
  }

  clear(): void {
    this.#queues.clear()
    this.#bytes.clear()
  }
}

/** What it keeps in memory. */
const sizeOf = ({ bytes, count }: RecordBatch): number =>
  bytes.length + count * RECORD_COLUMNS_BYTES
