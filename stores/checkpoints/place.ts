// What an adapter brings: a lease row that can be compared and set, and numbered checkpoints that become visible only
// while the row has the saver's epoch. When to beat, to wait and to take over is decided in leased-store.ts, for all.

/** The state of the lease. Epoch 0: nobody ever had it. */
export interface LeaseRow {
  readonly owner: string
  /** Mark of the owner's process, as told to `take`. */
  readonly process: string
  readonly epoch: number
  /** Counted up by the holder for as long as it lives. */
  readonly beat: number
  readonly isReleased: boolean
}

/** Names a saved checkpoint: whole, or what changed since the one of the number before. */
export interface Saved {
  readonly number: number
  readonly isWhole: boolean
}

/** Bytes, or the sentence that tells what is wrong with them, or `gone`: deleted since the numbers were read. */
export type Found = { readonly bytes: Uint8Array } | { readonly damage: string } | 'gone'

/** Every method throws UnavailableError where waiting helps and RefusedError where it does not. */
export interface CheckpointPlace {
  readonly description: string
  readLease(): Promise<LeaseRow>
  /** The next epoch to a new owner, if epoch and beat are still as in `seen`; answers whether they were. */
  take(seen: LeaseRow, owner: string, process: string): Promise<boolean>
  /** Counts the beat up if `epoch` still holds; answers whether it does. */
  beat(epoch: number): Promise<boolean>
  /** Marks the lease as free if `epoch` still holds. */
  release(epoch: number): Promise<void>
  /** What is visible, in any order. A number may be there whole and as a change. */
  list(): Promise<readonly Saved[]>
  read(saved: Saved): Promise<Found>
  /**
   * Durable, the pieces one after the other, and visible at once if `epoch` still holds at that moment; answers whether it
   * does. Replaces what has that name. Calls for different names may overlap.
   */
  save(epoch: number, saved: Saved, pieces: readonly Uint8Array[]): Promise<boolean>
  /** Rejects where `save`, `take` or `prune` would for want of rights or space; leaves nothing. */
  tryWrite(): Promise<void>
  /** Deletes what nobody needs who begins at the whole checkpoint `first`, and what savers of older epochs left behind. */
  prune(epoch: number, first: number): Promise<void>
  close(): Promise<void>
}

/** Whether one who begins at the whole checkpoint `first` has no use for it. */
export const isBefore = ({ number, isWhole }: Saved, first: number): boolean =>
  number < first || (number === first && !isWhole)
