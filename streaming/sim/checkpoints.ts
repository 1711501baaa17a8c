// Where the jobs of a world keep checkpoints and lease: as a database would, each call at once or not at all, but that a
// save may be torn: then a damaged checkpoint is there.
import type { CheckpointPlace, Found, LeaseRow } from '../../stores/checkpoints/place.ts'
import type { SimProcess } from './process.ts'

export interface Watcher {
  /** The process holds the lease from now on. */
  onTaken(process: SimProcess, epoch: number): void
  /** The process goes on from this checkpoint, unless it loads another. */
  onLoaded(process: SimProcess, number: number): void
  onSaved(epoch: number, number: number, bytes: Uint8Array): void
}

const NOBODY: LeaseRow = { owner: '', process: '', epoch: 0, beat: 0, isReleased: true }

export class SimPlace {
  #row = NOBODY
  readonly #checkpoints = new Map<number, Found>()
  readonly #watcher: Watcher

  constructor(watcher: Watcher) {
    this.#watcher = watcher
  }

  for(process: SimProcess): CheckpointPlace {
    const isHeldBy = (epoch: number) => this.#row.epoch === epoch && !this.#row.isReleased
    const ask = process.call.bind(process)
    return {
      description: 'simulated',
      readLease: () => ask({ operation: 'read lease', detail: '', effect: () => this.#row }),
      take: (seen, owner, mark) =>
        ask({
          operation: 'take lease',
          detail: `epoch ${seen.epoch + 1}`,
          effect: () => {
            const { epoch, beat } = this.#row
            if (seen.epoch !== epoch || seen.beat !== beat) return false
            this.#row = { owner, process: mark, epoch: epoch + 1, beat: 0, isReleased: false }
            this.#watcher.onTaken(process, epoch + 1)
            return true
          },
        }),
      beat: (epoch) =>
        ask({
          operation: 'beat',
          detail: `epoch ${epoch}`,
          effect: () => {
            if (!isHeldBy(epoch)) return false
            this.#row = { ...this.#row, beat: this.#row.beat + 1 }
            return true
          },
        }),
      release: (epoch) =>
        ask({
          operation: 'release lease',
          detail: `epoch ${epoch}`,
          effect: () => {
            if (isHeldBy(epoch)) this.#row = { ...this.#row, isReleased: true }
          },
        }),
      numbers: () =>
        ask({
          operation: 'list',
          detail: '',
          effect: () => [...this.#checkpoints.keys()].sort((a, b) => a - b),
        }),
      read: (number) =>
        ask({
          operation: 'load',
          detail: String(number),
          effect: (): Found => this.#checkpoints.get(number) ?? 'gone',
          onAnswer: (found) => {
            if (found !== 'gone' && 'bytes' in found) this.#watcher.onLoaded(process, number)
          },
        }),
      save: (epoch, number, bytes) =>
        ask({
          operation: 'save',
          detail: `${number}, epoch ${epoch}`,
          effect: () => {
            if (!isHeldBy(epoch)) return false
            this.#checkpoints.set(number, { bytes: Uint8Array.from(bytes) })
            this.#watcher.onSaved(epoch, number, bytes)
            return true
          },
          halfEffect: () => {
            // Of a job that has no other there would be nothing left to go on from.
            const hasOther = [...this.#checkpoints.keys()].some((other) => other < number)
            if (isHeldBy(epoch) && hasOther)
              this.#checkpoints.set(number, { damage: `checkpoint ${number} is torn` })
          },
        }),
      prune: (_, number, keep) =>
        ask({
          operation: 'prune',
          detail: `below ${number}, not ${keep}`,
          effect: () => {
            for (const one of this.#checkpoints.keys())
              if (one < number && one !== keep) this.#checkpoints.delete(one)
          },
        }),
      close: async () => {},
    }
  }
}
