// Gets records from the log into the job over workers: finds batches, sends each to the worker that owns its partition, and
// takes in what workers hand over; what the job's own thread owns, as one of the workers, it processes itself. The job holds
// what was taken in, all of it and nothing else: its positions say so.
//
// A partition whose records are on their way counts as active, so the job's watermark never passes what a worker may still
// count: every event is on time or late as if it had been processed when it was read.
import type { Offsets } from '../../stores/event-log/event-log.ts'
import { type Intake, type IntakeContext, processed, type Taken, type Wanted } from '../intake.ts'
import { absorbDelta } from './absorb.ts'
import { type Found, firstOffsetOf, isPlaced } from './crate.ts'
import type { Crew, HandedOver } from './crew.ts'
import { type Owner, OwnThread } from './shares.ts'

/** While workers are at work, the log is asked for more this often. */
const POLL_MS = 10

/** Records of a partition on their way to the job. */
interface OnTheWay {
  /** The first of them. */
  offset: number
  batchCount: number
}

/** A batch that is read or found, and who is to process it. */
interface Held {
  readonly batch: Found
  readonly readAtMs: number
  readonly owner: Owner
}

export class ParallelIntake implements Intake {
  readonly #context: IntakeContext
  readonly #crew: Crew
  readonly #onTheWay = new Map<number, OnTheWay>()
  /**
   * Partitions that had events among their records taken in last. Of others one batch at a time is on its way: between two
   * they may turn out to be idle, however many records come that are no events.
   */
  readonly #fruitful = new Set<number>()
  /** A batch that is sent or processed once there is room for its ids. */
  #held: Held | undefined

  constructor(context: IntakeContext, crew: Crew) {
    this.#context = context
    this.#crew = crew
  }

  readPositions(): Offsets {
    return this.#context.reader.positions()
  }

  positions(): Offsets {
    const positions = new Map(this.#context.reader.positions())
    for (const [partition, { offset }] of this.#onTheWay) positions.set(partition, offset)
    return positions
  }

  async next(wanted: Wanted, waitMs: number): Promise<Taken | undefined> {
    const { clock } = this.#context
    const untilMs = clock.monotonicMs() + waitMs
    while (true) {
      const handedOver = this.#crew.takeDelta()
      if (handedOver !== undefined) return this.#absorb(handedOver)
      const leftMs = Math.max(0, untilMs - clock.monotonicMs())
      const batch = this.#held === undefined ? await this.#find(wanted, leftMs) : undefined
      const readAtMs = clock.monotonicMs()
      // One without records only tells that there are none up to its end.
      if (batch?.count === 0)
        return { active: [], readAtMs, lastReadAtMs: readAtMs, begunAtMs: readAtMs }
      if (batch !== undefined) this.#hold(batch, readAtMs)
      if (this.#held !== undefined && this.#hasRoomFor(this.#held)) {
        const taken = this.#handOn(this.#held)
        if (taken === undefined) continue
        return taken
      }
      if (this.#onTheWay.size === 0 || leftMs === 0) return undefined
      this.#crew.shares.askBack()
      for (const member of this.#crew.members) {
        member.push()
        if (member.isDry) member.flush()
      }
      await this.#changed(Math.min(POLL_MS, leftMs))
    }
  }

  /** A batch for somebody who is waiting for one; does not wait for it itself while workers are at work. */
  async #find(wanted: Wanted, waitMs: number): Promise<Found | undefined> {
    const { reader, job } = this.#context
    const reached = {
      maxTimeMsOf: (partition: number) =>
        Math.max(this.#crew.reachedMs(partition), job.watermarks.maxTimeMsOf(partition)),
    }
    const isQuiet = this.#onTheWay.size === 0
    const partitions = this.#crew.shares
      .waitingOf(wanted(reached, reader.positions()))
      .filter((p) => this.#fruitful.has(p) || !this.#onTheWay.has(p))
    if (partitions.length === 0 && !isQuiet) return undefined
    const leftMs = isQuiet ? waitMs : 0
    return await (reader.shared?.find(partitions, leftMs) ?? reader.read(partitions, leftMs))
  }

  #hold(batch: Found, readAtMs: number): void {
    const { partition } = batch
    const { watermarks } = this.#context.job
    watermarks.addPartition(partition)
    watermarks.setActive(partition)
    const before = this.#onTheWay.get(partition)
    if (before === undefined)
      this.#onTheWay.set(partition, { offset: firstOffsetOf(batch), batchCount: 1 })
    else before.batchCount++
    this.#held = { batch, readAtMs, owner: this.#crew.shares.takerOf(partition) }
    this.#crew.holdRows()
  }

  /** False: first everybody must hand everything over, so that room for ids can be made. */
  #hasRoomFor({ batch, owner }: Held): boolean {
    if (this.#context.job.recentIds === undefined) return true
    const { ids, members } = this.#crew
    const hasRoom =
      owner instanceof OwnThread
        ? ids.hasOwnRoom(batch.count)
        : ids.hasRoom(owner.index, owner.sentRecords + batch.count)
    if (hasRoom) return true
    const isAtWork = members.some(({ sent }) => sent.length > 0)
    if (!isAtWork) ids.rebuild(batch.count)
    else for (const member of members) member.flush()
    return !isAtWork
  }

  /** Sends the batch, or takes it in. */
  #handOn(held: Held): Taken | undefined {
    const { batch, owner, readAtMs } = held
    const taken = owner instanceof OwnThread ? this.#process(held, owner) : undefined
    this.#held = undefined
    if (!(owner instanceof OwnThread)) {
      const { job, jobClock } = this.#context
      const ids = job.recentIds === undefined ? undefined : this.#crew.ids
      owner.send(batch, { job, ids, nowMs: jobClock.nowMs(), readAtMs })
      if (!this.#fruitful.has(batch.partition)) owner.flush()
    }
    this.#crew.releaseRows()
    return taken
  }

  /** In the job's own thread; workers have what there is for them meanwhile. */
  #process({ batch, readAtMs }: Held, own: OwnThread): Taken {
    const { reader } = this.#context
    for (const member of this.#crew.members) {
      member.push()
      member.flushDue(readAtMs)
    }
    const read = isPlaced(batch) ? reader.shared?.load(batch) : batch
    if (read === undefined) throw new Error('expected a reader that loads what it found')
    const taken = processed(read, readAtMs, this.#context)
    own.records += batch.count
    this.#onTheWay.delete(batch.partition)
    this.#judge(batch.partition, taken.active)
    return taken
  }

  #absorb({ member, delta }: HandedOver): Taken {
    const { job, setAside, clock } = this.#context
    const begunAtMs = clock.monotonicMs()
    absorbDelta(job, setAside, member.texts, delta)
    if (job.recentIds !== undefined) this.#crew.ids.hold(member.index, delta.idCount)
    const batches = member.handOver(delta)
    const active = delta.progress.map(({ partition }) => partition)
    for (const { partition, nextOffset } of batches) {
      this.#judge(partition, active)
      const onTheWay = this.#onTheWay.get(partition)
      if (onTheWay === undefined) continue
      onTheWay.offset = nextOffset
      if (--onTheWay.batchCount > 0) continue
      this.#onTheWay.delete(partition)
      this.#crew.shares.settled(partition)
    }
    const [readAtMs, lastReadAtMs] = [batches[0], batches.at(-1)].map(
      (one) => one?.readAtMs ?? begunAtMs,
    )
    return { active, readAtMs, lastReadAtMs, begunAtMs }
  }

  /** `active`: partitions that had events. */
  #judge(partition: number, active: readonly number[]): void {
    if (active.includes(partition)) this.#fruitful.add(partition)
    else this.#fruitful.delete(partition)
  }

  async #changed(waitMs: number): Promise<void> {
    const waited = new AbortController()
    const slept = this.#context.clock.sleep(waitMs, waited.signal)
    await Promise.race([this.#crew.changed(), slept])
    waited.abort()
  }
}
