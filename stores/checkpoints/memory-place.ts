// Checkpoints and lease in memory, for tests: the instances of one process share a place. No time passes by itself.
import type { Clock } from '../../kit/clock.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { leasedStore } from './leased-store.ts'
import type { CheckpointPlace, LeaseRow } from './place.ts'

/** What outlives an instance. */
export class MemoryPlace implements CheckpointPlace {
  readonly description = 'memory'
  #row: LeaseRow = { owner: '', process: '', epoch: 0, beat: 0, isReleased: true }
  readonly #checkpoints = new Map<number, Uint8Array | 'damaged'>()
  readonly #onChange = new Set<() => void>()

  /** As if the holder had been silent for long: it holds no more, and the next instance need not wait. */
  expire(): void {
    this.#set({ ...this.#row, isReleased: true })
  }

  /** Damages a checkpoint. */
  damage(number: number): void {
    this.#checkpoints.set(number, 'damaged')
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

  async numbers(): Promise<readonly number[]> {
    return [...this.#checkpoints.keys()].sort((a, b) => a - b)
  }

  async read(number: number) {
    const found = this.#checkpoints.get(number)
    if (found === undefined) return 'gone'
    if (found === 'damaged') return { damage: `checkpoint ${number} is damaged` }
    return { bytes: found }
  }

  async save(epoch: number, number: number, bytes: Uint8Array): Promise<boolean> {
    if (!this.#isHeldBy(epoch)) return false
    this.#checkpoints.set(number, Uint8Array.from(bytes))
    return true
  }

  async prune(_epoch: number, number: number, keep: number): Promise<void> {
    for (const one of this.#checkpoints.keys())
      if (one < number && one !== keep) this.#checkpoints.delete(one)
  }

  async close(): Promise<void> {}

  #isHeldBy(epoch: number): boolean {
    return this.#row.epoch === epoch && !this.#row.isReleased
  }

  #set(row: LeaseRow): void {
    this.#row = row
    for (const wake of [...this.#onChange]) wake()
  }
}

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
