// Gets records from the log into the job over workers: reads batches, sends each to the worker that owns its partition, and
// takes in what workers hand over. The job holds what was taken in, all of it and nothing else: its positions say so.
//
// A partition whose records are on their way counts as active, so the job's watermark never passes what a worker may still
// count: every event is on time or late as if it had been processed when it was read.
import type { Offsets, RecordBatch } from '../../stores/event-log/event-log.ts'
import type { Intake, IntakeContext, Taken, Wanted } from '../intake.ts'
import { absorbDelta } from './absorb.ts'
import type { Crew, HandedOver } from './crew.ts'

/** While workers are at work, the log is asked for more this often. */
const POLL_MS = 10

/** Records of a partition on their way to the job. */
interface OnTheWay {
  /** The first of them. */
  offset: number
  batchCount: number
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
  /** A batch that is read, and sent once there is room for its ids. */
  #held: { readonly batch: RecordBatch; readonly readAtMs: number } | undefined

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
      const batch = this.#held === undefined ? await this.#read(wanted, leftMs) : undefined
      const readAtMs = clock.monotonicMs()
      // One without records only tells that there are none up to its end.
      if (batch?.count === 0)
        return { active: [], readAtMs, lastReadAtMs: readAtMs, begunAtMs: readAtMs }
      if (batch !== undefined) this.#hold(batch, readAtMs)
      if (this.#sendHeld()) continue
      if (this.#onTheWay.size === 0 || leftMs === 0) return undefined
      for (const member of this.#crew.members) {
        member.push()
        if (member.isDry) member.flush()
      }
      await this.#changed(Math.min(POLL_MS, leftMs))
    }
  }

  /** A batch for somebody who is waiting for one; does not wait for it itself while workers are at work. */
  async #read(wanted: Wanted, waitMs: number): Promise<RecordBatch | undefined> {
    const { reader, job } = this.#context
    const reached = {
      maxTimeMsOf: (partition: number) =>
        this.#crew.reachedMs(partition) ?? job.watermarks.maxTimeMsOf(partition),
    }
    const isQuiet = this.#onTheWay.size === 0
    const partitions = wanted(reached, reader.positions()).filter(
      (p) => this.#crew.isWaiting(p) && (this.#fruitful.has(p) || !this.#onTheWay.has(p)),
    )
    if (partitions.length === 0 && !isQuiet) return undefined
    return await reader.read(partitions, isQuiet ? waitMs : 0)
  }

  #hold(batch: RecordBatch, readAtMs: number): void {
    const { partition } = batch
    const { watermarks } = this.#context.job
    watermarks.addPartition(partition)
    watermarks.setActive(partition)
    const before = this.#onTheWay.get(partition)
    if (before === undefined)
      this.#onTheWay.set(partition, { offset: batch.offsets[0], batchCount: 1 })
    else before.batchCount++
    this.#held = { batch, readAtMs }
    this.#crew.holdRows()
  }

  /** False: there is none; or first everybody must hand everything over, so that room for ids can be made. */
  #sendHeld(): boolean {
    if (this.#held === undefined) return false
    const { batch, readAtMs } = this.#held
    const { job, jobClock } = this.#context
    const owner = this.#crew.ownerOf(batch.partition)
    const ids = job.recentIds === undefined ? undefined : this.#crew.ids
    if (ids !== undefined && !ids.hasRoom(owner.index, owner.sentRecords + batch.count)) {
      const isAtWork = this.#crew.members.some(({ sent }) => sent.length > 0)
      if (isAtWork) {
        for (const member of this.#crew.members) member.flush()
        return false
      }
      ids.rebuild(batch.count)
    }
    this.#held = undefined
    owner.send(batch, { job, ids, nowMs: jobClock.nowMs(), readAtMs })
    this.#crew.releaseRows()
    if (!this.#fruitful.has(batch.partition)) owner.flush()
    return true
  }

  #absorb({ member, delta }: HandedOver): Taken {
    const { job, setAside, clock } = this.#context
    const begunAtMs = clock.monotonicMs()
    absorbDelta(job, setAside, member.texts, delta)
    if (job.recentIds !== undefined) this.#crew.ids.hold(member.index, delta.idCount)
    const batches = member.handOver(delta)
    const active = delta.progress.map(({ partition }) => partition)
    for (const { partition, nextOffset } of batches) {
      if (active.includes(partition)) this.#fruitful.add(partition)
      else this.#fruitful.delete(partition)
      const onTheWay = this.#onTheWay.get(partition)
      if (onTheWay === undefined) continue
      onTheWay.offset = nextOffset
      if (--onTheWay.batchCount === 0) this.#onTheWay.delete(partition)
    }
    const [readAtMs, lastReadAtMs] = [batches[0], batches.at(-1)].map(
      (one) => one?.readAtMs ?? begunAtMs,
    )
    return { active, readAtMs, lastReadAtMs, begunAtMs }
  }

  async #changed(waitMs: number): Promise<void> {
    const waited = new AbortController()
    const slept = this.#context.clock.sleep(waitMs, waited.signal)
    await Promise.race([this.#crew.changed(), slept])
    waited.abort()
  }
}
