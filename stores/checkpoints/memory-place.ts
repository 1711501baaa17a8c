// Checkpoints and lease in memory, for tests: the instances of one process share a place. No time passes by itself.
import type { Clock } from '../../kit/clock.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { leasedStore } from './leased-store.ts'
import { type CheckpointPlace, isBefore, type LeaseRow, type Saved } from './place.ts'

/** What outlives an instance. */
export class MemoryPlace implements CheckpointPlace {
  readonly description = 'memory'
  #row: LeaseRow = { owner: '', process: '', epoch: 0, beat: 0, isReleased: true }
  /** By name. */
  readonly #checkpoints = new Map<string, { saved: Saved; bytes: Uint8Array | 'damaged' }>()
  readonly #onChange = new Set<() => void>()

  /** As if the holder had been silent for long: it holds no more, and the next instance need not wait. */
  expire(): void {
    this.#set({ ...this.#row, isReleased: true })
  }

  /** Damages a checkpoint. */
  damage(saved: Saved): void {
    this.#checkpoints.set(nameOf(saved), { saved, bytes: 'damaged' })
  }

  /** Resolves when the lease is next taken, released or expires, or when `signal` is aborted. */
  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#onChange.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#onChange.add(wake)
      signal.addEventListener('abort', wake)
    })
  }

  async readLease(): Promise<LeaseRow> {
    return this.#row
  }

  async take(seen: LeaseRow, owner: string, process: string): Promise<boolean> {
    if (seen.epoch !== this.#row.epoch || seen.beat !== this.#row.beat) return false
    this.#set({ owner, process, epoch: seen.epoch + 1, beat: 0, isReleased: false })
    return true
  }

  async beat(epoch: number): Promise<boolean> {
    if (!this.#isHeldBy(epoch)) return false
    this.#row = { ...this.#row, beat: this.#row.beat + 1 }
    return true
  }

  async release(epoch: number): Promise<void> {
    if (this.#isHeldBy(epoch)) this.expire()
  }

  async list(): Promise<readonly Saved[]> {
    return [...this.#checkpoints.values()].map(({ saved }) => saved)
  }

  async read(saved: Saved) {
    const { bytes } = this.#checkpoints.get(nameOf(saved)) ?? {}
    if (bytes === undefined) return 'gone'
    if (bytes === 'damaged') return { damage: `checkpoint ${nameOf(saved)} is damaged` }
    return { bytes }
  }

  async save(epoch: number, saved: Saved, pieces: readonly Uint8Array[]): Promise<boolean> {
    if (!this.#isHeldBy(epoch)) return false
    this.#checkpoints.set(nameOf(saved), { saved, bytes: Buffer.concat(pieces) })
    return true
  }

  async prune(_epoch: number, first: number): Promise<void> {
    for (const [name, { saved }] of this.#checkpoints)
      if (isBefore(saved, first)) this.#checkpoints.delete(name)
  }

  async tryWrite(): Promise<void> {}

  async close(): Promise<void> {}

  #isHeldBy(epoch: number): boolean {
    return this.#row.epoch === epoch && !this.#row.isReleased
  }

  #set(row: LeaseRow): void {
    this.#row = row
    for (const wake of [...this.#onChange]) wake()
  }
}

const nameOf = ({ number, isWhole }: Saved): string => `${number}${isWhole ? '' : ' (a change)'}`

/**
 * An instance's store over `place`, which several may share. Without `clock` nothing happens by itself: who waits sleeps
 * until the lease changes (see `MemoryPlace.expire`), and every `confirm` asks.
 */
export function memoryCheckpoints(
  place = new MemoryPlace(),
  clock: Clock = stillClock(place),
): CheckpointStore {
  return leasedStore(place, clock)
}

function stillClock(place: MemoryPlace): Clock {
  const never = new AbortController().signal
  let looks = 0
  return {
    monotonicMs: () => 0,
    // An hour between any two looks: no answer of the place is ever fresh.
    nowMs: () => 3_600_000 * looks++,
    sleep: (_, signal) => place.changed(signal ?? never),
  }
}
