// The checkpoint store over any place: who holds the lease, and which checkpoint is loaded and kept. No wall clock decides
// who may write: it may step back an hour; a waiter takes over when it saw no beat for LEASE_MS by its own monotonic clock.
import { type Clock, systemClock } from '../../kit/clock.ts'
import { loadChain } from './chain.ts'
import type { AcquireOptions, CheckpointStore, Lease, Loaded } from './checkpoint-store.ts'
import { HeldLease } from './held-lease.ts'
import type { CheckpointPlace, LeaseRow } from './place.ts'
import { isProcessGone, processMark } from './process-mark.ts'

/** A holder that did not beat for so long may be taken over from. */
const LEASE_MS = 6000
/** One that lives beats once a second: silent for so long it is taken for dead by those who only look. */
const SILENT_MS = 3000
const LOOK_AGAIN_MS = 250
/** How often one who waits looks at the lease. */
const LOOK_EVERY_MS = 500

export function leasedStore(place: CheckpointPlace, clock: Clock = systemClock): CheckpointStore {
  return new LeasedStore(place, clock)
}

class LeasedStore implements CheckpointStore {
  readonly #place: CheckpointPlace
  readonly #clock: Clock
  readonly #closed = new AbortController()
  /** Newest whole checkpoint known to be intact; 0: none. Shared with the lease, which keeps it beside a newer one. */
  readonly #intact = { number: 0 }

  constructor(place: CheckpointPlace, clock: Clock) {
    this.#place = place
    this.#clock = clock
  }

  get description(): string {
    return this.#place.description
  }

  async load(): Promise<Loaded | undefined> {
    while (true) {
      const chain = await loadChain(this.#place)
      if (chain === 'gone') continue
      this.#intact.number = chain?.first ?? 0
      return chain
    }
  }

  async acquire({ owner, signal, onWaiting }: AcquireOptions): Promise<Lease> {
    const clock = this.#clock
    const over = AbortSignal.any([signal, this.#closed.signal])
    let seen: LeaseRow | undefined
    let seenAtMs = 0
    let toldEpoch = 0
    while (true) {
      signal.throwIfAborted()
      const row = await this.#place.readLease()
      // After the answer: the silence is never longer than it looks.
      const nowMs = clock.monotonicMs()
      if (seen === undefined || seen.epoch !== row.epoch || seen.beat !== row.beat) {
        seen = row
        seenAtMs = nowMs
      }
      if (isFree(row) || nowMs - seenAtMs >= LEASE_MS) {
        if (await this.#place.take(row, owner, processMark())) return this.#held(row.epoch + 1)
        continue
      }
      if (toldEpoch !== row.epoch) onWaiting(row.owner)
      toldEpoch = row.epoch
      await clock.sleep(LOOK_EVERY_MS, over)
      if (this.#closed.signal.aborted)
        throw new Error(`the checkpoints in ${this.description} are closed`)
    }
  }

  async holder(): Promise<string | undefined> {
    const seen = await this.#place.readLease()
    if (isFree(seen)) return undefined
    for (let waitedMs = 0; waitedMs < SILENT_MS; waitedMs += LOOK_AGAIN_MS) {
      await this.#clock.sleep(LOOK_AGAIN_MS, this.#closed.signal)
      const row = await this.#place.readLease()
      if (isFree(row)) return undefined
      if (row.epoch !== seen.epoch || row.beat !== seen.beat) return row.owner
    }
    return undefined
  }

  async #held(epoch: number): Promise<Lease> {
    const place = this.#place
    try {
      const saved = await place.list()
      const newestNumber = saved.reduce((newest, { number }) => Math.max(newest, number), 0)
      const closed = this.#closed.signal
      return new HeldLease({
        place,
        clock: this.#clock,
        epoch,
        newestNumber,
        intact: this.#intact,
        closed,
      })
    } catch (error) {
      // The caller will ask again, and must not have to wait for its own silence.
      await place.release(epoch).catch(() => {})
      throw error
    }
  }

  tryWrite(): Promise<void> {
    return this.#place.tryWrite()
  }

  async close(): Promise<void> {
    this.#closed.abort()
    await this.#place.close()
  }
}

/** Nobody holds it, or nobody who lives. */
const isFree = ({ epoch, isReleased, process }: LeaseRow): boolean =>
  epoch === 0 || isReleased || isProcessGone(process)
