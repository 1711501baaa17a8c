// The workers of a job, from their start to their end, and what has come back from them. The job's own thread can be one.

import { Member, statusOf, type WorkerStatus } from './member.ts'
import type { CrewSettings, Delta, FromWorker, Rows } from './messages.ts'
import type { StartWorker } from './port.ts'
import { SharedIds, type Sharers } from './shared-ids.ts'
import { OwnThread, Shares } from './shares.ts'

export interface HandedOver {
  readonly member: Member
  readonly delta: Delta
}

export interface CrewSize {
  readonly workers: number
  /** The job's own thread is one of them. */
  readonly ownWorks: boolean
}

export interface CrewOptions {
  readonly ids?: SharedIds
  readonly crateBytes?: number
}

/** Threads beside the job's own. */
const threadsOf = ({ workers, ownWorks }: CrewSize): number => workers - (ownWorks ? 1 : 0)

export const sharersOf = (size: CrewSize): Sharers => ({
  workers: threadsOf(size),
  ownAdds: size.ownWorks,
})

export class Crew {
  /** Those in threads of their own. */
  readonly members: readonly Member[]
  /** The job's own thread, when it is one of the workers. */
  readonly own: OwnThread | undefined
  readonly ids: SharedIds
  readonly shares: Shares
  /** The largest event time of each partition that a worker has told. */
  readonly #reachedMs = new Map<number, number>()
  readonly #deltas: HandedOver[] = []
  #waitingRows: (() => void)[] | undefined
  #failure: Error | undefined
  /** Something came since `changed` was last asked. */
  #hasChanged = false
  #wake: (() => void) | undefined

  constructor(
    size: CrewSize,
    start: StartWorker,
    settings: CrewSettings,
    { ids = SharedIds.create(sharersOf(size)), crateBytes }: CrewOptions = {},
  ) {
    this.ids = ids
    this.own = size.ownWorks ? new OwnThread() : undefined
    this.members = Array.from({ length: threadsOf(size) }, (_, index) => {
      const port = start(
        { ...settings, index },
        {
          onMessage: (message) => this.#receive(this.members[index], message),
          onFailure: (error) => this.#fail(index, error),
        },
      )
      return new Member(index, port, crateBytes)
    })
    this.shares = new Shares(this.members, this.own)
  }

  /** The largest event time of a partition as far as its worker has told; -Infinity: it has told nothing yet. */
  reachedMs(partition: number): number {
    return this.#reachedMs.get(partition) ?? Number.NEGATIVE_INFINITY
  }

  /**
   * Rows of the lookup table that are new or take the place of others, for `table`, which is the job's own, and all workers:
   * for batches that are read from now on.
   */
  put(rows: Rows['rows'], table: { put(rows: Rows['rows']): void }): void {
    const put = () => {
      table.put(rows)
      for (const member of this.members) {
        member.push()
        member.post({ kind: 'rows', rows })
      }
    }
    if (this.#waitingRows === undefined) put()
    else this.#waitingRows.push(put)
  }

  /** A batch is read and not sent yet: rows wait for it. */
  holdRows(): void {
    this.#waitingRows ??= []
  }

  /** It is sent. */
  releaseRows(): void {
    const waiting = this.#waitingRows ?? []
    this.#waitingRows = undefined
    for (const put of waiting) put()
  }

  /** What was handed over and not taken yet. Throws when a worker has failed. */
  takeDelta(): HandedOver | undefined {
    if (this.#failure !== undefined) throw this.#failure
    return this.#deltas.shift()
  }

  /** Resolves when something has come from a worker since this was last asked. One call at a time. */
  async changed(): Promise<void> {
    if (!this.#hasChanged)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    this.#hasChanged = false
  }

  status(): WorkerStatus[] {
    const statuses = this.members.map((member) => member.status())
    return this.own === undefined ? statuses : [...statuses, statusOf(this.#count, this.own)]
  }

  get #count(): number {
    return this.members.length + (this.own === undefined ? 0 : 1)
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.close()))
  }

  #receive(member: Member, message: FromWorker): void {
    if (message.kind === 'delta') this.#deltas.push({ member, delta: message })
    else {
      member.done(message)
      for (const { partition, maxTimeMs } of message.reached)
        this.#reachedMs.set(partition, maxTimeMs)
    }
    this.#notify()
  }

  #notify(): void {
    this.#hasChanged = true
    this.#wake?.()
    this.#wake = undefined
  }

  #fail(index: number, error: Error): void {
    this.#failure ??= new Error(`worker ${index + 1} of ${this.#count} failed: ${error.message}`, {
      cause: error,
    })
    this.#notify()
  }
}
