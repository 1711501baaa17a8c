// Keeps the lookup table fresh: loads it whole before the first event, then changed rows, without pausing the job.
import type { RetryContext } from '../kit/retry.ts'
import { untilAvailable } from '../kit/retry.ts'
import type { DemographicsStore } from '../stores/demographics/demographics-store.ts'
import type { LookupTable } from './enrich/lookup-table.ts'

/** Rows written this long before the latest one may become visible only now: their transaction took that long. */
const OVERLAP_MS = 10_000
/** When the latest row is older than this, no such transaction is on its way any more. */
const SETTLED_MS = 120_000

export class TableRefresher {
  readonly #store: DemographicsStore
  readonly #columns: readonly string[]
  readonly #table: LookupTable
  readonly #retry: RetryContext
  #latestMs = 0

  constructor(
    store: DemographicsStore,
    columns: readonly string[],
    table: LookupTable,
    retry: RetryContext,
  ) {
    this.#store = store
    this.#columns = columns
    this.#table = table
    this.#retry = retry
  }

  /** Loads the whole table; waits until the store is there. */
  async load(): Promise<void> {
    await untilAvailable(this.#retry, async () => {
      await this.#store.migrate()
      await this.#put(0)
    })
  }

  /** Looks for changed rows every `everyMs` until `signal` is aborted. Never rejects: what fails is told and tried again. */
  async keepFresh(everyMs: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#retry
    while (true) {
      await clock.sleep(everyMs, signal)
      if (signal.aborted) return
      try {
        await untilAvailable({ ...this.#retry, signal }, () => this.#put(this.#changedSinceMs()))
      } catch (error) {
        if (!signal.aborted)
          log.error(`changed rows could not be read: ${(error as Error).message}`)
      }
    }
  }

  #changedSinceMs(): number {
    const isSettled = this.#retry.clock.nowMs() - this.#latestMs > SETTLED_MS
    return isSettled ? this.#latestMs + 1 : this.#latestMs - OVERLAP_MS
  }

  /** Rows take effect chunk by chunk, between batches: nothing here runs while a batch is being processed. */
  async #put(sinceMs: number): Promise<void> {
    for await (const { rows, latestMs } of this.#store.lookup(this.#columns, sinceMs)) {
      this.#table.put(rows)
      this.#latestMs = Math.max(this.#latestMs, latestMs)
    }
  }
}
