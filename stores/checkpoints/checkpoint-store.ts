// PORT: where a job keeps its place, and who of its instances may write there. At most one instance holds the lease, and
// only the holder's checkpoints become visible: one that was frozen can never replace those of its successor. A checkpoint
// is a whole one and the changes after it: see decisions/changes-since-a-whole.md.

/** Bytes, or pieces of them that follow one another. */
export type Content = Uint8Array | readonly Uint8Array[]

export interface Loaded {
  readonly number: number
  /** A whole checkpoint, then what changed after it, in order; `number` is that of the last. */
  readonly parts: readonly Uint8Array[]
  /** A sentence about each newer part that is damaged and was passed over. */
  readonly damaged: readonly string[]
}

export interface AcquireOptions {
  /** Who asks, for the others to read: host and process. */
  readonly owner: string
  /** Aborted: `acquire` rejects with its reason. */
  readonly signal: AbortSignal
  /** Told once for each holder that is waited for. */
  readonly onWaiting: (holder: string) => void
}

export interface CheckpointStore {
  readonly description: string
  /**
   * The newest intact checkpoint, or undefined when there is none. A job loads after it has acquired the lease, or it may
   * miss what its predecessor still saved. Throws RefusedError when there are some and all are damaged.
   */
  load(): Promise<Loaded | undefined>
  /**
   * Waits until this instance may work: at once where nobody does or the holder is known to have ended, else when the
   * holder released the lease or was silent for 6 s. Throws UnavailableError while the store cannot be reached.
   */
  acquire(options: AcquireOptions): Promise<Lease>
  /**
   * Who works on the job now, for people to read: undefined when nobody does. Takes up to 3 s, as one that ended without
   * a word is told from a living one by its silence.
   */
  holder(): Promise<string | undefined>
  /** Rejects where a holder could not save for want of rights or space; leaves nothing. For those who only look. */
  tryWrite(): Promise<void>
  /** Ends the beats and the connections. Does not release: the next instance waits as if this one had died. */
  close(): Promise<void>
}

/** Every method but `release` throws LostLeaseError once another instance took over. */
export interface Lease {
  /** Rises with every change of owner. */
  readonly epoch: number
  /** Highest number among the checkpoints found when the lease was acquired, also of damaged ones; 0: there was none. */
  readonly newestNumber: number
  /** Aborted as soon as it is known that another instance took over; the reason is the LostLeaseError. */
  readonly lost: AbortSignal
  /**
   * Saves the whole checkpoint `number`, atomically and durably, and keeps the intact one before it. It is the newest, with
   * a number above `newestNumber` and all before; or the number is one that is there as a change: it stands for all up to
   * it, and those are deleted with the next. The number of a save that failed may be given again. `content` must not change
   * until it resolves. Throws UnavailableError when the store cannot be reached or is full: nothing half-written counts.
   */
  save(number: number, content: Content): Promise<void>
  /**
   * Makes checkpoint `number` the newest by what changed since the one before, whose number is one less: saved by this
   * lease, as a whole or so. Else as `save`. Of each method one call at a time; a call of the other may overlap.
   */
  extend(number: number, change: Content): Promise<void>
  /** Resolves when this instance still holds the lease; asks the store only when the last answer is older than 2 s. */
  confirm(): Promise<void>
  /** Gives it back: the next instance need not wait. Does nothing when it is lost. */
  release(): Promise<void>
}
