// Who processes which partition. Each belongs to one worker, so its batches are processed in their order. What belongs to
// the job's own thread, which has more to do than the others, is lent to one of them that has hardly anything to do: until
// what it was sent of the partition is handed over, and then anew. It is asked for that as soon as it has enough to do
// without, or the own thread has nothing: a partition may be no further ahead of others than so much, and so one thread that
// has few of them waits for one that has many.
import type { Member } from './member.ts'

/** The job's own thread as one of the workers: it does at once what it takes. */
export class OwnThread {
  readonly partitions = new Set<number>()
  records = 0
  readonly isBusy = false
}

export type Owner = Member | OwnThread

interface Lent {
  readonly to: Member
  /** Deltas that it had been asked for then: asked for the next one, it is sent no more. */
  readonly flushCount: number
}

export class Shares {
  readonly #members: readonly Member[]
  readonly #own: OwnThread | undefined
  readonly #owners = new Map<number, Owner>()
  readonly #lent = new Map<number, Lent>()
  /** The own thread had something to do as well, when it was last asked what is waited for. */
  #mayLend = false

  constructor(members: readonly Member[], own: OwnThread | undefined) {
    this.#members = members
    this.#own = own
  }

  /**
   * Those of partitions of which a batch would be waited for by somebody: those of the own thread last, as others are to
   * have something to do while it works.
   */
  waitingOf(partitions: readonly number[]): number[] {
    const next = this.#nextOwner()
    const others: number[] = []
    const own: number[] = []
    for (const partition of partitions) {
      const lent = this.#lent.get(partition)
      const owner = this.#owners.get(partition) ?? next
      if (lent !== undefined) {
        if (isOpen(lent)) others.push(partition)
      } else if (owner === this.#own) own.push(partition)
      else if (!owner.isBusy) others.push(partition)
    }
    this.#mayLend = own.length > 1
    return [...others, ...own]
  }

  /** Who is to process the batch of a partition that was waited for. A new one goes to who owns the fewest. */
  takerOf(partition: number): Owner {
    const lent = this.#lent.get(partition)
    if (lent !== undefined) return lent.to
    const owner = this.#ownerOf(partition)
    // With enough of its own to do it need not keep what it was lent.
    if (!(owner instanceof OwnThread || owner.isHungry)) this.#askBackFrom(owner)
    const to = this.#mayLend && owner === this.#own && this.#members.find((one) => one.isHungry)
    if (!to) return owner
    this.#lent.set(partition, { to, flushCount: to.flushCount })
    return to
  }

  /** The own thread has nothing to do: what it has lent is to be handed over. */
  askBack(): void {
    for (const { to } of this.#lent.values()) this.#askBackFrom(to)
  }

  #askBackFrom(member: Member): void {
    for (const lent of this.#lent.values())
      if (lent.to === member && !wasAsked(lent)) member.flush()
  }

  /** Nothing of the partition is on its way any more. */
  settled(partition: number): void {
    const lent = this.#lent.get(partition)
    if (lent === undefined) return
    this.#lent.delete(partition)
    // What becomes of it meanwhile, it does not know.
    lent.to.forget(partition)
  }

  #ownerOf(partition: number): Owner {
    let owner = this.#owners.get(partition)
    if (owner === undefined) {
      owner = this.#nextOwner()
      owner.partitions.add(partition)
      this.#owners.set(partition, owner)
    }
    return owner
  }

  /** Of those that own as few partitions the own thread, as it can lend them; else one that has nothing to do. */
  #nextOwner(): Owner {
    const owners: readonly Owner[] = [...(this.#own ? [this.#own] : []), ...this.#members]
    const loadOf = ({ partitions, isBusy }: Owner) => partitions.size + (isBusy ? 0.5 : 0)
    return owners.reduce((a, b) => (loadOf(b) < loadOf(a) ? b : a))
  }
}

/** It was asked for a delta since, which comes with all that it was sent. */
const wasAsked = ({ to, flushCount }: Lent): boolean => to.flushCount !== flushCount

const isOpen = (lent: Lent): boolean => lent.to.hasTime && !wasAsked(lent)
