// The workers of a job, from their start to their end: who owns which partition, and what has come back from them. A
// partition belongs to one worker, so its batches are processed in their order.

import { Member, type WorkerStatus } from './member.ts'
import type { CrewSettings, Delta, FromWorker, Rows } from './messages.ts'
import type { StartWorker } from './port.ts'
import { SharedIds } from './shared-ids.ts'

/** More partitions than there are. */
const MANY = 1e9

export interface HandedOver {
  readonly member: Member
  readonly delta: Delta
}

export interface CrewOptions {
  readonly ids?: SharedIds
  readonly crateBytes?: number
}

export class Crew {
  readonly members: readonly Member[]
  readonly ids: SharedIds
  readonly #owners = new Map<number, Member>()
  /** The largest event time of each partition that a worker has told. */
  readonly #reachedMs = new Map<number, number>()
  readonly #deltas: HandedOver[] = []
  #rowsWaiting: Rows['rows'][] | undefined
  #failure: Error | undefined
  /** Something came since `changed` was last asked. */
  #hasChanged = false
  #wake: (() => void) | undefined

  constructor(
    count: number,
    start: StartWorker,
    settings: CrewSettings,
    { ids = SharedIds.create(count), crateBytes }: CrewOptions = {},
  ) {
    this.ids = ids
    this.members = Array.from({ length: count }, (_, index) => {
      const port = start(
        { ...settings, index },
        {
          onMessage: (message) => this.#receive(this.members[index], message),
          onFailure: (error) => this.#fail(index, error),
        },
      )
      return new Member(index, port, crateBytes)
    })
  }

  /** The worker that a partition belongs to; a new one goes to the one of those with least to do that owns the fewest. */
  ownerOf(partition: number): Member {
    let owner = this.#owners.get(partition)
    if (owner === undefined) {
      const loadOf = ({ isBusy, partitions }: Member) => (isBusy ? MANY : 0) + partitions.size
      owner = this.members.reduce((a, b) => (loadOf(b) < loadOf(a) ? b : a))
      owner.partitions.add(partition)
      this.#owners.set(partition, owner)
    }
    return owner
  }

  /** Whether a batch of the partition would be waited for by somebody. */
  isWaiting(partition: number): boolean {
    const owner = this.#owners.get(partition)
    return owner === undefined ? this.members.some((one) => !one.isBusy) : !owner.isBusy
  }

  /** The largest event time of a partition as far as its worker has told; undefined: it has told nothing yet. */
  reachedMs(partition: number): number | undefined {
    return this.#reachedMs.get(partition)
  }

  /** Rows of the lookup table that are new or take the place of others: for batches that are read from now on. */
  put(rows: Rows['rows']): void {
    if (this.#rowsWaiting === undefined) this.#post(rows)
    else this.#rowsWaiting.push(rows)
  }

  /** A batch is read and not sent yet: rows wait for it. */
  holdRows(): void {
    this.#rowsWaiting ??= []
  }

  /** It is sent. */
  releaseRows(): void {
    const waiting = this.#rowsWaiting ?? []
    this.#rowsWaiting = undefined
    for (const rows of waiting) this.#post(rows)
  }

  #post(rows: Rows['rows']): void {
    for (const member of this.members) {
      member.push()
      member.post({ kind: 'rows', rows })
    }
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
    return this.members.map((member) => member.status())
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
    this.#failure ??= new Error(
      `worker ${index + 1} of ${this.members.length} failed: ${error.message}`,
      { cause: error },
    )
    this.#notify()
  }
}
