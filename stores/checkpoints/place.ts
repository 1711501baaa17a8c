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
  /** Numbers of the visible checkpoints, rising. */
  numbers(): Promise<readonly number[]>
  read(number: number): Promise<Found>
  /** Durable and visible at once if `epoch` still holds at that moment; answers whether it does. Replaces that number. */
  save(epoch: number, number: number, bytes: Uint8Array): Promise<boolean>
  /** Deletes the visible checkpoints below `number` except `keep`, and what savers of epochs below `epoch` left behind. */
  prune(epoch: number, number: number, keep: number): Promise<void>
  close(): Promise<void>
}
