// Collects records that were set aside in a turn, until they are written.
import type { SetAside, SetAsideStore } from '../stores/dead-letters/dead-letters.ts'
import { valueAt } from '../stores/event-log/batch.ts'
import type { RecordBatch } from '../stores/event-log/event-log.ts'
import type { SetAsideRecords } from './job.ts'

const BYTES_MAX = 4 << 20
const RECORDS_MAX = 5_000

export class SetAsideBuffer {
  readonly #topic: string
  readonly #deadLetters: SetAsideStore
  readonly #lateEvents: SetAsideStore
  #rejected: SetAside[] = []
  #late: SetAside[] = []
  #sizeBytes = 0

  constructor(topic: string, deadLetters: SetAsideStore, lateEvents: SetAsideStore) {
    this.#topic = topic
    this.#deadLetters = deadLetters
    this.#lateEvents = lateEvents
  }

  /** Enough has come together to be written. */
  get isFull(): boolean {
    return this.#sizeBytes > BYTES_MAX || this.#rejected.length + this.#late.length > RECORDS_MAX
  }

  add(batch: RecordBatch, { rejected, late }: Pick<SetAsideRecords, 'rejected' | 'late'>): void {
    for (const { index, rejection } of rejected) {
      const { reason, field, detail } = rejection
      this.#rejected.push(this.#record(batch, index, reason, field, detail))
    }
    for (const { index, lateByMs } of late) {
      this.#late.push(
        this.#record(batch, index, 'late', '', `its window closed ${lateByMs} ms before it`),
      )
    }
  }

  /** Writes what was collected; nothing is forgotten when a store refuses. */
  async flush(): Promise<void> {
    if (this.#rejected.length > 0) await this.#deadLetters.append(this.#rejected)
    this.#rejected = []
    if (this.#late.length > 0) await this.#lateEvents.append(this.#late)
    this.#late = []
    this.#sizeBytes = 0
  }

  #record(
    batch: RecordBatch,
    index: number,
    reason: string,
    field: string,
    detail: string,
  ): SetAside {
    const value = valueAt(batch, index)
    this.#sizeBytes += value?.length ?? 0
    const { partition } = batch
    return {
      reason,
      field,
      detail,
      topic: this.#topic,
      partition,
      offset: batch.offsets[index],
      value,
    }
  }
}
