// The order of a turn, and nothing else: read a batch → decode → enrich → window → deliver what closed (delivery/).
// A crash between any two steps repeats work and changes no result.
import type { Clock } from '../kit/clock.ts'
import { type RetryContext, untilAvailable } from '../kit/retry.ts'
import type { EventLogReader, Offsets } from '../stores/event-log/event-log.ts'
import type { StreamingConfig } from './config.ts'
import type { Delivery } from './delivery/delivery.ts'
import { DELIVER_EVERY_MIN_MS, isDue } from './delivery/due.ts'
import type { Preview } from './delivery/preview.ts'
import type { SetAsideBuffer } from './delivery/set-aside.ts'
import type { Intake, Wanted } from './intake.ts'
import type { Job } from './job.ts'
import type { JobClock } from './job-clock.ts'
import type { Worked } from './report.ts'
import { allIdleWatermarkMs, Idleness, wantedPartitions } from './schedule.ts'

/** How long a read waits for records; also how quickly a stop is noticed. */
const READ_WAIT_MS = 200
/** The log's end is asked for again after this, to know who is caught up. */
const ENDS_FRESH_MS = 1_000
/** So many sessions that are over are counted in one turn: it takes about 10 ms. */
const SESSIONS_AT_ONCE = 20_000
/** No more points than this wait before the job does. */
const WAITING_POINTS_MAX = 10_000

export interface TurnContext {
  readonly job: Job
  readonly reader: Pick<EventLogReader, 'ends'>
  readonly intake: Intake
  readonly setAside: SetAsideBuffer
  readonly delivery: Delivery
  readonly config: StreamingConfig
  readonly clock: Clock
  /** Tells what time it is. */
  readonly jobClock: JobClock
  readonly retry: RetryContext
  /** Shows open windows while the job runs. */
  readonly preview?: Pick<Preview, 'tick'>
  /** Sessions counted in one turn. Default: 20,000. */
  readonly sessionsAtOnce?: number
  /** Called after every turn; with a duration when it had a batch. */
  readonly onTurn?: (tookMs?: number) => void
}

export class Turns {
  readonly #context: TurnContext
  readonly #idleness: Idleness
  #ends: Offsets
  /** When the log was asked for it: of what came after, nothing is known. */
  #endsAsked = { monotonicMs: Number.NEGATIVE_INFINITY, epochMs: 0 }
  #deliveredAtMs: number
  /** When points were, last. */
  #pointsAtMs = Number.NEGATIVE_INFINITY
  /** Something happened that no checkpoint holds yet. */
  #isDirty: boolean
  #firstBatchAtMs: number | undefined
  /** What is known of idle partitions is new enough for the watermark to pass them. */
  #mayAdvance = true
  /** When the batch of this turn began to be processed. */
  #batchAtMs = 0
  /** What earlier runs read. */
  readonly #readBefore: number

  /** `ends`: the log's end, as known at the start. `isNew`: no checkpoint holds the job as it is yet. */
  constructor(context: TurnContext, ends: Offsets, isNew: boolean) {
    this.#context = context
    const nowMs = context.clock.monotonicMs()
    this.#ends = ends
    this.#readBefore = context.job.ledger.total().read
    this.#deliveredAtMs = nowMs
    this.#isDirty = isNew
    this.#idleness = new Idleness(context.config.idleAfterMs, ends.keys(), nowMs)
    for (const partition of ends.keys()) context.job.watermarks.addPartition(partition)
  }

  /** The log's end, when it was last asked for. */
  get ends(): Offsets {
    return this.#ends
  }

  get positions(): Offsets {
    return this.#context.intake.positions()
  }

  /** How long nothing of a partition was read, or that it is known; after how long of it one that is read is idle. */
  quietMsOf(partition: number): number {
    const nowMs = this.#context.clock.monotonicMs()
    return nowMs - (this.#idleness.activeSinceMs(partition) ?? nowMs)
  }

  get idleAfterMs(): number {
    return this.#context.config.idleAfterMs
  }

  /** Records that were in the log when its end was last asked for and are not read yet. */
  get lag(): number {
    const { positions } = this
    return [...this.#ends].reduce(
      (sum, [p, end]) => sum + Math.max(0, end - (positions.get(p) ?? 0)),
      0,
    )
  }

  /** Records read in this run, and the time since the first of them came. */
  get worked(): Worked {
    const { job, clock } = this.#context
    const ms = this.#firstBatchAtMs === undefined ? 0 : clock.monotonicMs() - this.#firstBatchAtMs
    return { read: job.ledger.total().read - this.#readBefore, ms }
  }

  /** Turns until `signal` is aborted; then saves and returns. Windows that are open stay open. */
  async runUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const hadBatch = await this.#readAndFold()
      await this.#passTime(hadBatch)
      await this.#closeAndDeliver()
      this.#context.preview?.tick()
      await this.#turned(hadBatch)
    }
    await this.#finish()
  }

  /** Turns until everything up to `targets` is processed; then delivers every window, open ones too. */
  async runThrough(targets: Offsets, signal: AbortSignal): Promise<void> {
    const { job, delivery } = this.#context
    const isThere = () => {
      const { positions } = this
      return [...targets].every(([p, end]) => (positions.get(p) ?? 0) >= end)
    }
    while (!isThere() && !signal.aborted) {
      const hadBatch = await this.#readAndFold()
      await this.#passEmpty()
      await this.#closeAndDeliver()
      await this.#turned(hadBatch)
    }
    while (job.isBehind && !signal.aborted) {
      await this.#closeAndDeliver()
      await this.#turned(false)
    }
    // Their state is saved open: events that come later still count in them, and their points are replaced.
    if (!signal.aborted) delivery.add(job.openPoints())
    await this.#finish()
  }

  async #readAndFold(): Promise<boolean> {
    const { intake } = this.#context
    const taken = await this.#outside(() => intake.next(this.#wanted, this.#waitMs))
    if (taken === undefined) return false
    this.#firstBatchAtMs ??= taken.readAtMs
    this.#batchAtMs = taken.begunAtMs
    for (const partition of taken.active) this.#idleness.active(partition, taken.lastReadAtMs)
    this.#isDirty = true
    return true
  }

  /** What waits for a turn or a delivery does not wait for records that do not come. */
  get #waitMs(): number {
    const { job, delivery } = this.#context
    return delivery.waitingCount > 0 || job.isBehind ? DELIVER_EVERY_MIN_MS : READ_WAIT_MS
  }

  readonly #wanted: Wanted = (reached, positions) =>
    wantedPartitions(reached, positions, this.#ends, this.#context.config.maxDriftMs)

  /**
   * Finds out which partitions are idle. Before windows close without regard to an idle one, the log's end is asked for
   * anew: what came for several partitions at once must not be late in those that are read last.
   */
  async #passTime(hadBatch: boolean): Promise<void> {
    const { clock, job, config } = this.#context
    const isFresh = hadBatch && clock.monotonicMs() - this.#endsAsked.monotonicMs < ENDS_FRESH_MS
    if (!isFresh) await this.#refreshEnds()
    this.#markIdle()
    const { watermarks } = job
    const mustAsk = isFresh && (watermarks.allIdle || (watermarks.hasIdle && job.wouldCloseWindows))
    if (mustAsk) {
      await this.#refreshEnds()
      this.#markIdle()
    }
    // On an answer of before, the watermark would pass records that have come to an idle partition since.
    this.#mayAdvance = !isFresh || mustAsk || !watermarks.hasIdle
    const { epochMs } = this.#endsAsked
    if (config.closeOnIdle && job.watermarks.allIdle)
      job.watermarks.raiseTo(allIdleWatermarkMs(epochMs, config.disorderMs, job.lastEndMs))
  }

  /**
   * A partition without any record would keep every window open. One read to its end keeps them open, as more may be
   * appended; and so does one that was empty, or not there, when the log's end was last asked for.
   */
  async #passEmpty(): Promise<void> {
    const { clock, job } = this.#context
    const { watermarks } = job
    const isFresh = clock.monotonicMs() - this.#endsAsked.monotonicMs < ENDS_FRESH_MS
    if (!isFresh || (watermarks.hasIdle && job.wouldCloseWindows)) await this.#refreshEnds()
    const { positions } = this
    for (const [partition, end] of this.#knownEnds()) {
      if (end === 0) watermarks.setIdle(partition)
      else if ((positions.get(partition) ?? 0) < end) watermarks.setActive(partition)
    }
  }

  async #refreshEnds(): Promise<void> {
    const { reader, clock, jobClock, job } = this.#context
    this.#ends = await this.#outside(() => {
      this.#endsAsked = { monotonicMs: clock.monotonicMs(), epochMs: jobClock.nowMs() }
      return reader.ends()
    })
    for (const partition of this.#ends.keys()) job.watermarks.addPartition(partition)
  }

  /** As of when the ends were asked for: a partition whose records came while the answer was on its way is not idle. */
  #markIdle(): void {
    const { monotonicMs } = this.#endsAsked
    const { watermarks } = this.#context.job
    this.#idleness.update(watermarks, monotonicMs, this.positions, this.#knownEnds())
  }

  /** With what was read since they were asked for: a partition whose records are on their way into the job is not idle. */
  #knownEnds(): Offsets {
    const read = this.#context.intake.readPositions()
    return new Map([...this.#ends].map(([p, end]) => [p, Math.max(end, read.get(p) ?? 0)]))
  }

  async #closeAndDeliver(): Promise<void> {
    const { job, delivery, sessionsAtOnce = SESSIONS_AT_ONCE } = this.#context
    delivery.check()
    const closed = this.#mayAdvance ? job.closeWindows(sessionsAtOnce) : []
    if (closed.length > 0) {
      delivery.add(closed)
      this.#isDirty = true
    }
    if (this.#isFull()) await delivery.settled()
    if (!delivery.isRunning && this.#isDue()) this.#deliver()
  }

  /** So much waits that nothing more should be read before it is delivered. */
  #isFull(): boolean {
    const { delivery, setAside } = this.#context
    return delivery.waitingCount >= WAITING_POINTS_MAX || setAside.isFull
  }

  #isDue(): boolean {
    const { clock, config, delivery, job } = this.#context
    if (!this.#isDirty) return false
    if (this.#isFull()) return true
    const nowMs = clock.monotonicMs()
    const { pauseMs, busyMs } = delivery.last
    return isDue({
      lag: this.lag,
      sinceMs: nowMs - this.#deliveredAtMs,
      sincePointsMs: nowMs - this.#pointsAtMs,
      hasPoints: delivery.waitingCount > 0,
      closesInMs:
        Math.min(...job.windows.map((one) => one.nextChangeMs)) - job.watermarks.currentMs,
      costMs: pauseMs + busyMs,
      checkpointEveryMs: config.checkpointEveryMs,
    })
  }

  #deliver(): void {
    const { job, delivery, clock } = this.#context
    const nowMs = clock.monotonicMs()
    if (delivery.waitingCount > 0) this.#pointsAtMs = nowMs
    delivery.begin(job, this.positions)
    this.#deliveredAtMs = nowMs
    this.#isDirty = false
  }

  /** A log that answers at once would let nothing else go on: deliveries, timers, signals. */
  async #turned(hadBatch: boolean): Promise<void> {
    const { clock, onTurn } = this.#context
    onTurn?.(hadBatch ? clock.monotonicMs() - this.#batchAtMs : undefined)
    await clock.sleep(0)
  }

  async #finish(): Promise<void> {
    const { delivery } = this.#context
    await delivery.settled()
    if (this.#isDirty || delivery.waitingCount > 0) this.#deliver()
    await delivery.settled()
  }

  #outside<T>(attempt: () => Promise<T>): Promise<T> {
    return untilAvailable(this.#context.retry, attempt)
  }
}
