// Sends records in batches, one after the other: order is kept, an unreachable log is waited for, memory stays bounded.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../kit/clock.ts'
import { UnavailableError } from '../kit/errors.ts'
import type { Log } from '../kit/log.ts'
import { type RetryContext, untilAvailable } from '../kit/retry.ts'
import { Waits } from '../kit/waits.ts'
import type { EventLogWriter, LogRecord } from '../stores/event-log/event-log.ts'

/** A batch is sent when it has so many bytes or records: enough for a topic of many partitions to get each a fair piece. */
const BATCH_BYTES = 1 << 21
const BATCH_RECORDS = 10_000

export interface SenderContext {
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * One batch is on its way while the next one fills. A log that cannot be reached is waited for with backoff; once the
 * signal is aborted it is not waited for any longer, and what it did not acknowledge is counted as such.
 */
export class Sender {
  readonly #writer: EventLogWriter
  readonly #context: SenderContext & RetryContext
  #batch: LogRecord[] = []
  #batchBytes = 0
  #onItsWay: Promise<void> = Promise.resolve()
  #failure: unknown
  /** Durable records. */
  sent = 0
  /** Records given up when told to stop while the log could not be reached; some of them may be in it. */
  unacknowledged = 0
  /** Whether the log cannot be reached at present. */
  isWaiting = false

  constructor(writer: EventLogWriter, context: SenderContext) {
    this.#writer = writer
    this.#context = { ...context, waits: new Waits(context.log, context.clock) }
  }

  /** Adds a record to the batch; answers true when it is full and must be flushed before the next one. */
  add(record: LogRecord): boolean {
    this.#batch.push(record)
    this.#batchBytes += record.value?.length ?? 0
    return this.#batchBytes >= BATCH_BYTES || this.#batch.length >= BATCH_RECORDS
  }

  /** Puts the batch on its way once the one before it is durable. Throws what that one failed with. */
  async flush(): Promise<void> {
    await this.#onItsWay
    this.#throwFailure()
    if (this.#batch.length > 0) {
      const batch = this.#batch
      this.#batch = []
      this.#batchBytes = 0
      this.#onItsWay = this.#send(batch)
    }
    // Embedded writers do not give up the thread; timers and signals need their turn.
    await nextTurn()
  }

  /** Resolves when everything added is durable, or counted as unacknowledged. */
  async drain(): Promise<void> {
    await this.flush()
    await this.#onItsWay
    this.#throwFailure()
  }

  async #send(batch: readonly LogRecord[]): Promise<void> {
    if (this.unacknowledged > 0) {
      // Given up already; and a record must not be in the log without those before it.
      this.unacknowledged += batch.length
      return
    }
    try {
      await untilAvailable(this.#context, () => this.#append(batch))
      this.sent += batch.length
    } catch (error) {
      if (error instanceof UnavailableError && this.#context.signal.aborted)
        this.unacknowledged += batch.length
      // Kept for the caller's next await, so that it is never an unhandled rejection.
      else this.#failure = error
    }
  }

  async #append(batch: readonly LogRecord[]): Promise<void> {
    try {
      await this.#writer.append(batch)
      this.isWaiting = false
    } catch (error) {
      this.isWaiting = error instanceof UnavailableError
      throw error
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure
  }
}
