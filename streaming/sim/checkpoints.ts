// Where the jobs of a world keep checkpoints and lease: as a database would, each call at once or not at all, but that a
// save may be torn: then a damaged checkpoint is there.
import {
  type CheckpointPlace,
  type Found,
  isBefore,
  type LeaseRow,
  type Saved,
} from '../../stores/checkpoints/place.ts'
import type { SimProcess } from './process.ts'

export interface Watcher {
  /** The process holds the lease from now on. */
  onTaken(process: SimProcess, epoch: number): void
  /** The process goes on from this checkpoint, unless it loads another. */
  onLoaded(process: SimProcess, number: number): void
  /** `parts`: the whole one that it begins with, and the changes after that. */
  onSaved(epoch: number, number: number, parts: readonly Uint8Array[]): void
}

const NOBODY: LeaseRow = { owner: '', process: '', epoch: 0, beat: 0, isReleased: true }

export class SimPlace {
  #row = NOBODY
  readonly #wholes = new Map<number, Found>()
  readonly #changes = new Map<number, Found>()
  readonly #watcher: Watcher

  constructor(watcher: Watcher) {
    this.#watcher = watcher
  }

  for(process: SimProcess): CheckpointPlace {
    const isHeldBy = (epoch: number) => this.#row.epoch === epoch && !this.#row.isReleased
    const ask = process.call.bind(process)
    return {
      description: 'simulated',
      tryWrite: async () => {},
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
      list: () =>
        ask({
          operation: 'list',
          detail: '',
          effect: () => [
            ...[...this.#wholes.keys()].map((number) => ({ number, isWhole: true })),
            ...[...this.#changes.keys()].map((number) => ({ number, isWhole: false })),
          ],
        }),
      read: (saved) =>
        ask({
          operation: 'load',
          detail: nameOf(saved),
          effect: (): Found => this.#of(saved).get(saved.number) ?? 'gone',
          onAnswer: (found) => {
            if (found !== 'gone' && 'bytes' in found) this.#watcher.onLoaded(process, saved.number)
          },
        }),
      save: (epoch, saved, pieces) =>
        ask({
          operation: 'save',
          detail: `${nameOf(saved)}, epoch ${epoch}`,
          effect: () => {
            if (!isHeldBy(epoch)) return false
            const { number } = saved
            this.#of(saved).set(number, { bytes: Buffer.concat(pieces) })
            this.#watcher.onSaved(epoch, number, this.#partsOf(number))
            return true
          },
          halfEffect: () => {
            // Of a job that has no other there would be nothing left to go on from.
            const hasOther = [...this.#wholes.keys()].some((other) => other < saved.number)
            if (isHeldBy(epoch) && hasOther)
              this.#of(saved).set(saved.number, { damage: `checkpoint ${nameOf(saved)} is torn` })
          },
        }),
      prune: (_, first) =>
        ask({
          operation: 'prune',
          detail: `before ${first}`,
          effect: () => {
            for (const isWhole of [true, false])
              for (const number of this.#of({ number: first, isWhole }).keys())
                if (isBefore({ number, isWhole }, first))
                  this.#of({ number, isWhole }).delete(number)
          },
        }),
      close: async () => {},
    }
  }
  #of({ isWhole }: Saved): Map<number, Found> {
    return isWhole ? this.#wholes : this.#changes
  }

  #partsOf(number: number): Uint8Array[] {
    const changes: Uint8Array[] = []
    for (let at = number; ; at--) {
      const whole = this.#wholes.get(at)
      if (whole !== undefined && whole !== 'gone' && 'bytes' in whole)
        return [whole.bytes, ...changes]
      const change = this.#changes.get(at)
      if (change === undefined || change === 'gone' || 'damage' in change)
        throw new Error(`checkpoint ${number} cannot be read: ${at} is not there`)
      changes.unshift(change.bytes)
    }
  }
}

const nameOf = ({ number, isWhole }: Saved): string => `${number}${isWhole ? '' : ' (a change)'}`
