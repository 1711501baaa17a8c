// Keeps the lookup table fresh: loads it whole before the first event, then changed rows, without pausing the job. Which
// rows changed is decided by the store's clock and by what was seen, never by ours: see decisions/which-rows-changed.md.
import { formatElapsed } from '../kit/duration.ts'
import { type RetryContext, untilAvailable } from '../kit/retry.ts'
import type { LookupStore } from '../stores/lookup/lookup-store.ts'
import type { LookupTable } from './enrich/lookup-table.ts'

/** The table as far as it is filled. */
export type Filled = Pick<LookupTable, 'put' | 'rowCount'>

/** A transaction may take so long from setting `updated_at` to becoming visible. */
const TRANSACTION_MS = 10_000
/** So many refreshes after the table was read whole it is read whole again, for rows whose `updated_at` misleads. */
const WHOLE_EVERY = 20

export class TableRefresher {
  readonly #store: LookupStore
  readonly #columns: readonly string[]
  readonly #table: Filled
  readonly #retry: RetryContext
  /** The latest `updated_at` seen, epoch milliseconds. */
  #latestMs = 0
  #refreshes = 0
  /** When the last refresh that went through began, by the monotonic clock and by the wall clock. */
  #askedMs: number | undefined
  #askedEpochMs: number | undefined
  #isStale = false
  #toldFailure = ''

  constructor(store: LookupStore, columns: readonly string[], table: Filled, retry: RetryContext) {
    this.#store = store
    this.#columns = columns
    this.#table = table
    this.#retry = retry
  }

  /** Keys that have a row. */
  get rows(): number {
    return this.#table.rowCount
  }

  /** When the table was last known to be up to date, epoch milliseconds; undefined until it is loaded. */
  get lastRefreshMs(): number | undefined {
    return this.#askedEpochMs
  }

  /** How long ago that was, whatever the wall clock did since; undefined until it is loaded. */
  get staleMs(): number | undefined {
    return this.#askedMs === undefined ? undefined : this.#passedMs(this.#askedMs)
  }

  /** Since when changes are not seen, as the store cannot be read: `lastRefreshMs`. Undefined while it can. */
  get staleSinceMs(): number | undefined {
    return this.#isStale ? this.#askedEpochMs : undefined
  }

  /** Loads the whole table; waits until the store is there. Ends in the middle, with its reason, once told to stop. */
  async load(): Promise<void> {
    await untilAvailable(this.#retry, async () => {
      await this.#store.migrate()
      await this.#read(this.#retry.signal)
    })
  }

  /**
   * Looks for changed rows every `everyMs` until `signal` is aborted. While the store cannot be read the job goes on with
   * the rows it has; that is told once. Never rejects.
   */
  async keepFresh(everyMs: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#retry
    const context: RetryContext = { ...this.#retry, signal, isBackground: true }
    while (true) {
      await clock.sleep(everyMs, signal)
      if (signal.aborted) return
      try {
        await untilAvailable(context, () => this.#refresh())
        this.#toldFailure = ''
      } catch (error) {
        const { message } = error as Error
        if (!signal.aborted && message !== this.#toldFailure)
          log.error(`changed rows could not be read: ${message}`)
        this.#toldFailure = message
      }
    }
  }

  async #refresh(): Promise<void> {
    const { log } = this.#retry
    const sinceMs = this.#askedEpochMs ?? 0
    const askedMs = this.#askedMs ?? 0
    try {
      await this.#read()
    } catch (error) {
      if (!this.#isStale)
        log.warn(
          `${this.#store.description} cannot be read for changed rows: goes on with the rows of ` +
            new Date(sinceMs).toISOString(),
        )
      this.#isStale = true
      throw error
    }
    if (this.#isStale)
      log.info(
        `the rows are fresh again: for ${formatElapsed(this.#passedMs(askedMs))} they were not`,
      )
    this.#isStale = false
  }

  /** Rows take effect chunk by chunk, between batches: nothing here runs while a batch is being processed. */
  async #read(signal?: AbortSignal): Promise<void> {
    const { clock } = this.#retry
    const [askedMs, askedEpochMs] = [clock.monotonicMs(), clock.nowMs()]
    let latestMs = this.#latestMs
    for await (const chunk of this.#changed()) {
      signal?.throwIfAborted()
      this.#table.put(chunk.rows)
      latestMs = Math.max(latestMs, chunk.latestMs)
    }
    // Only now: of an answer that was cut off, rows before its latest one may be missing.
    this.#latestMs = latestMs
    this.#askedMs = askedMs
    this.#askedEpochMs = askedEpochMs
    this.#refreshes++
  }

  #changed() {
    if (this.#askedMs === undefined || this.#refreshes % WHOLE_EVERY === 0)
      return this.#store.lookup(this.#columns, 0)
    const recentMs = this.#passedMs(this.#askedMs) + TRANSACTION_MS
    return this.#store.lookup(this.#columns, this.#latestMs + 1, recentMs)
  }

  #passedMs(sinceMs: number): number {
    return this.#retry.clock.monotonicMs() - sinceMs
  }
}
