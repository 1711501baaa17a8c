// Collects records that were set aside in a turn, until they are written.
import type { SetAside, SetAsideStore } from '../../stores/dead-letters/dead-letters.ts'
import { valueAt } from '../../stores/event-log/batch.ts'
import type { RecordBatch } from '../../stores/event-log/event-log.ts'
import type { Outbox } from '../checkpoint/outbox.ts'
import type { SetAsideRecords } from '../job.ts'

const BYTES_MAX = 4 << 20
const RECORDS_MAX = 5_000

/** Only collects. */
export class SetAsideCollector {
  readonly #topic: string
  #rejected: SetAside[] = []
  #late: SetAside[] = []
  #sizeBytes = 0

  constructor(topic: string) {
    this.#topic = topic
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
      const detail = `its window closed ${lateByMs} ms before it`
      this.#late.push({ ...this.#record(batch, index, 'late', '', detail), lateByMs })
    }
  }

  /** Adds what another collected. */
  absorb({ rejected, late }: Pick<Outbox, 'rejected' | 'late'>): void {
    for (const one of rejected) this.#rejected.push(one)
    for (const one of late) this.#late.push(one)
    for (const { value } of [...rejected, ...late]) this.#sizeBytes += value?.length ?? 0
  }

  /** What was collected; the buffer is empty then. */
  take(): Pick<Outbox, 'rejected' | 'late'> {
    const taken = { rejected: this.#rejected, late: this.#late }
    this.#rejected = []
    this.#late = []
    this.#sizeBytes = 0
    return taken
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

export class SetAsideBuffer extends SetAsideCollector {
  readonly #deadLetters: Pick<SetAsideStore, 'append'>
  readonly #lateEvents: Pick<SetAsideStore, 'append'>

  constructor(
    topic: string,
    deadLetters: Pick<SetAsideStore, 'append'>,
    lateEvents: Pick<SetAsideStore, 'append'>,
  ) {
    super(topic)
    this.#deadLetters = deadLetters
    this.#lateEvents = lateEvents
  }

  /** Resolves when all are durable. Repeating it changes nothing. */
  async write({ rejected, late }: Pick<Outbox, 'rejected' | 'late'>): Promise<void> {
    if (rejected.length > 0) await this.#deadLetters.append(rejected)
    if (late.length > 0) await this.#lateEvents.append(late)
  }
}
