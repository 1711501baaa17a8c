// The order of a turn, and nothing else:
//   read a batch → decode → enrich → window → write points → save checkpoint → commit offsets.
// A crash between any two steps repeats work and changes no result: points replace themselves, the checkpoint is
// replaced as a whole, and offsets are committed only for what both hold.
import type { Measurement, Point } from '../data/point.ts'
import type { Clock } from '../kit/clock.ts'
import { type RetryContext, untilAvailable } from '../kit/retry.ts'
import type { CheckpointStore } from '../stores/checkpoints/checkpoints.ts'
import type { EventLogReader, Offsets } from '../stores/event-log/event-log.ts'
import type { PointsStore } from '../stores/points/points-store.ts'
import type { StreamingConfig } from './config.ts'
import type { Job } from './job.ts'
import type { Worked } from './report.ts'
import { allIdleWatermarkMs, Idleness, wantedPartitions } from './schedule.ts'
import type { SetAsideBuffer } from './set-aside.ts'
import { saveJob } from './snapshot.ts'

/** How long a read waits for records; also how quickly a stop is noticed. */
const READ_WAIT_MS = 200
/** The log's end is asked for again after this, to know who is caught up. */
const ENDS_FRESH_MS = 1_000
/** Points are written when this many wait, or when one has waited this long. */
const PENDING_POINTS_MAX = 5_000
const PENDING_WAIT_MS = 100

export interface TurnContext {
  readonly job: Job
  readonly measurements: readonly Measurement[]
  readonly reader: EventLogReader
  readonly points: PointsStore
  readonly setAside: SetAsideBuffer
  readonly checkpoints: CheckpointStore
  readonly config: StreamingConfig
  readonly clock: Clock
  readonly retry: RetryContext
}

export class Turns {
  readonly #context: TurnContext
  readonly #idleness: Idleness
  #ends: Offsets
  #endsAtMs: number
  #pending: Point[] = []
  #pendingSinceMs = 0
  #savedAtMs: number
  /** Something was read that no checkpoint holds yet. */
  #isDirty = false
  #firstBatchAtMs: number | undefined
  /** What earlier runs read. */
  readonly #readBefore: number

  /** `ends`: the log's end, just asked for. */
  constructor(context: TurnContext, ends: Offsets) {
    this.#context = context
    const nowMs = context.clock.nowMs()
    this.#ends = ends
    this.#readBefore = context.job.ledger.total().read
    this.#endsAtMs = nowMs
    this.#savedAtMs = nowMs
    this.#idleness = new Idleness(context.config.idleAfterMs, ends.keys(), nowMs)
    for (const partition of ends.keys()) context.job.watermarks.addPartition(partition)
  }

  /** Records that were in the log when its end was last asked for and are not read yet. */
  get lag(): number {
    const positions = this.#context.reader.positions()
    return [...this.#ends].reduce(
      (sum, [p, end]) => sum + Math.max(0, end - (positions.get(p) ?? 0)),
      0,
    )
  }

  /** Records read in this run, and the time since the first of them came. */
  get worked(): Worked {
    const { job, clock } = this.#context
    const ms = this.#firstBatchAtMs === undefined ? 0 : clock.nowMs() - this.#firstBatchAtMs
    return { read: job.ledger.total().read - this.#readBefore, ms }
  }

  /** Turns until `signal` is aborted; then saves and returns. Windows that are open stay open. */
  async runUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const hadBatch = await this.#readAndFold()
      await this.#passTime(hadBatch)
      await this.#closeAndWrite()
      if (this.#isCheckpointDue()) await this.#checkpoint()
    }
    await this.#finish([])
  }

  /** Turns until everything up to `targets` is processed; then writes every window, open ones too, and saves. */
  async runThrough(targets: Offsets, signal: AbortSignal): Promise<void> {
    const { reader, job } = this.#context
    // One without any record would keep every window open. One read to its end keeps them open, as more may be appended.
    for (const [partition, end] of targets) if (end === 0) job.watermarks.setIdle(partition)
    const isThere = () => [...targets].every(([p, end]) => (reader.positions().get(p) ?? 0) >= end)
    while (!isThere() && !signal.aborted) {
      await this.#readAndFold()
      await this.#closeAndWrite()
      if (this.#isCheckpointDue()) await this.#checkpoint()
    }
    // Their state is saved open: events that come later still count in them, and their points are replaced.
    await this.#finish(signal.aborted ? [] : job.openPoints())
  }

  async #readAndFold(): Promise<boolean> {
    const { job, reader, setAside, config, clock } = this.#context
    const wanted = wantedPartitions(
      job.watermarks,
      reader.positions(),
      this.#ends,
      config.maxDriftMs,
    )
    const batch = await this.#outside(() => reader.read(wanted, READ_WAIT_MS))
    if (batch === undefined) return false
    const nowMs = clock.nowMs()
    this.#firstBatchAtMs ??= nowMs
    const aside = job.process(batch, nowMs)
    setAside.add(batch, aside)
    if (aside.eventCount > 0) this.#idleness.active(batch.partition, nowMs)
    this.#isDirty = true
    if (setAside.isFull) await this.#outside(() => setAside.flush())
    return true
  }

  /**
   * Finds out which partitions are idle. Before windows close without regard to an idle one, the log's end is asked for
   * anew: what came for several partitions at once must not be late in those that are read last.
   */
  async #passTime(hadBatch: boolean): Promise<void> {
    const { clock, job } = this.#context
    const isFresh = hadBatch && clock.nowMs() - this.#endsAtMs < ENDS_FRESH_MS
    if (!isFresh) await this.#refreshEnds()
    this.#markIdle()
    if (isFresh && (job.watermarks.allIdle || (job.watermarks.hasIdle && job.wouldCloseWindows))) {
      await this.#refreshEnds()
      this.#markIdle()
    }
    if (job.watermarks.allIdle)
      job.watermarks.raiseTo(
        allIdleWatermarkMs(clock.nowMs(), this.#context.config.disorderMs, job.lastEndMs),
      )
  }

  async #refreshEnds(): Promise<void> {
    const { reader, clock, job } = this.#context
    this.#ends = await this.#outside(() => reader.ends())
    this.#endsAtMs = clock.nowMs()
    for (const partition of this.#ends.keys()) job.watermarks.addPartition(partition)
  }

  #markIdle(): void {
    const { job, reader, clock } = this.#context
    this.#idleness.update(job.watermarks, clock.nowMs(), reader.positions(), this.#ends)
  }

  async #closeAndWrite(): Promise<void> {
    const { job, clock } = this.#context
    const closed = job.closeWindows()
    if (closed.length > 0) {
      if (this.#pending.length === 0) this.#pendingSinceMs = clock.nowMs()
      for (const point of closed) this.#pending.push(point)
      this.#isDirty = true
    }
    if (this.#pending.length === 0) return
    const isOld = clock.nowMs() - this.#pendingSinceMs >= PENDING_WAIT_MS
    if (isOld || this.#pending.length >= PENDING_POINTS_MAX) await this.#write()
  }

  async #write(): Promise<void> {
    const { points, measurements } = this.#context
    if (this.#pending.length === 0) return
    await this.#outside(() => points.write(this.#pending, measurements))
    this.#pending = []
  }

  #isCheckpointDue(): boolean {
    const { clock, config } = this.#context
    return this.#isDirty && clock.nowMs() - this.#savedAtMs >= config.checkpointEveryMs
  }

  async #checkpoint(): Promise<void> {
    const { job, reader, checkpoints, setAside, clock } = this.#context
    await this.#write()
    await this.#outside(() => setAside.flush())
    const positions = new Map(reader.positions())
    await checkpoints.save(saveJob(job, positions))
    await this.#outside(() => reader.commit(positions))
    this.#savedAtMs = clock.nowMs()
    this.#isDirty = false
  }

  async #finish(openPoints: readonly Point[]): Promise<void> {
    for (const point of openPoints) this.#pending.push(point)
    await this.#checkpoint()
  }

  #outside<T>(attempt: () => Promise<T>): Promise<T> {
    return untilAvailable(this.#context.retry, attempt)
  }
}
