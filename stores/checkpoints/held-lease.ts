// A lease that is held: beats in the background, asks the store before it vouches for itself, and knows when it is lost.
import type { Clock } from '../../kit/clock.ts'
import { LostLeaseError, UnavailableError } from '../../kit/errors.ts'
import type { Content, Lease } from './checkpoint-store.ts'
import type { CheckpointPlace, Saved } from './place.ts'

const BEAT_EVERY_MS = 1000
/** How long an answer of the store vouches for the lease: beats keep it fresh; far less than a waiter's patience. */
const FRESH_MS = 2 * BEAT_EVERY_MS

export interface Held {
  readonly place: CheckpointPlace
  readonly clock: Clock
  readonly epoch: number
  readonly newestNumber: number
  /** Number of the newest whole checkpoint known to be intact, 0: none; counted up by saving. */
  readonly intact: { number: number }
  /** Aborted: no more beats. */
  readonly closed: AbortSignal
}

export class HeldLease implements Lease {
  readonly epoch: number
  readonly newestNumber: number
  readonly #held: Held
  readonly #lost = new AbortController()
  readonly #ended = new AbortController()
  /** The least number that the next whole checkpoint may have. */
  #wholeNumber: number
  /** Of the newest checkpoint saved by this lease; 0: none yet. */
  #number = 0
  /** When the last answer that confirmed the lease was asked for. */
  #freshSince = { monotonicMs: Number.NEGATIVE_INFINITY, wallMs: 0 }

  constructor(held: Held) {
    this.#held = held
    this.epoch = held.epoch
    this.newestNumber = held.newestNumber
    this.#wholeNumber = held.newestNumber + 1
    void this.#beatOn(AbortSignal.any([this.#ended.signal, held.closed]))
  }

  get lost(): AbortSignal {
    return this.#lost.signal
  }

  async confirm(): Promise<void> {
    this.#throwIfOver()
    if (!this.#isFresh()) await this.#beat()
  }

  async save(number: number, content: Content): Promise<void> {
    this.#throwIfOver()
    if (!Number.isSafeInteger(number) || number < this.#wholeNumber)
      throw new Error(
        `expected a checkpoint number of at least ${this.#wholeNumber}, got ${number}`,
      )
    const { place, intact } = this.#held
    await this.#save({ number, isWhole: true }, content)
    this.#wholeNumber = number
    // The same number again is a save whose answer was lost: the one kept beside it stays.
    if (number === intact.number) return
    const kept = intact.number === 0 ? number : intact.number
    await ignoringUnavailable(place.prune(this.epoch, kept))
    intact.number = number
  }

  async extend(number: number, change: Content): Promise<void> {
    this.#throwIfOver()
    if (this.#number === 0 || number !== this.#number + 1)
      throw new Error(`expected a change of checkpoint ${this.#number}, got number ${number}`)
    await this.#save({ number, isWhole: false }, change)
  }

  async #save(saved: Saved, content: Content): Promise<void> {
    const askedAt = this.#now()
    const pieces = content instanceof Uint8Array ? [content] : content
    if (!(await this.#held.place.save(this.epoch, saved, pieces))) throw this.#lose()
    this.#freshSince = askedAt
    this.#number = Math.max(this.#number, saved.number)
  }

  async release(): Promise<void> {
    if (this.#ended.signal.aborted) return
    this.#ended.abort()
    await this.#held.place.release(this.epoch)
  }

  async #beatOn(over: AbortSignal): Promise<void> {
    while (true) {
      await this.#held.clock.sleep(BEAT_EVERY_MS, over)
      if (over.aborted) return
      // Trouble with the store is told to the job by its own next confirm or save.
      await this.#beat().catch(() => {})
    }
  }

  async #beat(): Promise<void> {
    const askedAt = this.#now()
    if (!(await this.#held.place.beat(this.epoch))) throw this.#lose()
    this.#freshSince = askedAt
  }

  #now() {
    const { clock } = this.#held
    return { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }
  }

  #isFresh(): boolean {
    const now = this.#now()
    const since = this.#freshSince
    // The wall clock decides nothing, it only makes us ask sooner: the monotonic one may not have counted while the whole
    // machine slept.
    return now.monotonicMs - since.monotonicMs < FRESH_MS && now.wallMs - since.wallMs < FRESH_MS
  }

  #throwIfOver(): void {
    if (this.#lost.signal.aborted) throw this.#lost.signal.reason
    if (this.#ended.signal.aborted) throw new Error('the lease was released: acquire it again')
  }

  /** The lease has another owner: tells it once, and answers the error. */
  #lose(): LostLeaseError {
    const { description } = this.#held.place
    const error = new LostLeaseError(
      `Another instance of this job took over (${description}): this one writes nothing any more.`,
    )
    // An answer that arrives after the release tells nothing new.
    if (!this.#ended.signal.aborted) this.#lost.abort(error)
    this.#ended.abort()
    return error
  }
}

/** Waits for `action`; that the store is away is no trouble here, the next save does it. */
async function ignoringUnavailable(action: Promise<void>): Promise<void> {
  await action.catch((error) => {
    if (!(error instanceof UnavailableError)) throw error
  })
}
