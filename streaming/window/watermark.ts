// Event-time progress. Pure: the wall clock and what the reader knows are arguments.

/** A window [startMs, endMs) is closed once the watermark reaches its end. The one place that holds this rule. */
export const isClosed = (endMs: number, watermarkMs: number): boolean => endMs <= watermarkMs

/** Start of the tumbling window that holds `timeMs`; windows are aligned to the epoch. */
export const windowStartOf = (timeMs: number, sizeMs: number): number =>
  Math.floor(timeMs / sizeMs) * sizeMs

/**
 * The watermark of a partition just before each event of a batch: the largest event time so far, less the allowed
 * disorder. Writes `out[0..count)` and answers the largest event time after the batch.
 */
export function runningWatermarks(
  timesMs: Float64Array,
  count: number,
  maxTimeMs: number,
  disorderMs: number,
  out: Float64Array,
): number {
  let largestMs = maxTimeMs
  for (let row = 0; row < count; row++) {
    out[row] = largestMs - disorderMs
    if (timesMs[row] > largestMs) largestMs = timesMs[row]
  }
  return largestMs
}

/** What a partition has seen: saved with the checkpoint. */
export interface PartitionProgress {
  readonly partition: number
  /** Largest event time seen; -Infinity: none. */
  readonly maxTimeMs: number
}

/**
 * The watermarks of all partitions and the job's: the minimum over the active ones, never going back. A partition is
 * active until `setIdle`; one that has had no event holds the job's watermark down while it is active.
 */
export class Watermarks {
  readonly #disorderMs: number
  readonly #maxTimeMs = new Map<number, number>()
  readonly #idle = new Set<number>()
  #currentMs = Number.NEGATIVE_INFINITY

  constructor(disorderMs: number) {
    this.#disorderMs = disorderMs
  }

  /** The job's watermark: windows that end at or before it are closed. */
  get currentMs(): number {
    return this.#currentMs
  }

  addPartition(partition: number): void {
    if (!this.#maxTimeMs.has(partition)) this.#maxTimeMs.set(partition, Number.NEGATIVE_INFINITY)
  }

  maxTimeMsOf(partition: number): number {
    return this.#maxTimeMs.get(partition) ?? Number.NEGATIVE_INFINITY
  }

  /** The partition had events up to `maxTimeMs`; it is active. */
  observe(partition: number, maxTimeMs: number): void {
    this.#maxTimeMs.set(partition, Math.max(maxTimeMs, this.maxTimeMsOf(partition)))
    this.#idle.delete(partition)
  }

  setIdle(partition: number): void {
    this.#idle.add(partition)
  }

  setActive(partition: number): void {
    this.#idle.delete(partition)
  }

  isIdle(partition: number): boolean {
    return this.#idle.has(partition)
  }

  /** Some partition is not waited for. */
  get hasIdle(): boolean {
    return this.#idle.size > 0
  }

  /** The active partition that the job's watermark waits for: the one furthest behind; undefined: all are idle. */
  get holder(): number | undefined {
    let holder: number | undefined
    let lowestMs = Number.POSITIVE_INFINITY
    for (const [partition, maxTimeMs] of this.#maxTimeMs) {
      if (this.#idle.has(partition) || maxTimeMs >= lowestMs) continue
      holder = partition
      lowestMs = maxTimeMs
    }
    return holder
  }

  /** Where `advance` would move the job's watermark. */
  get nextMs(): number {
    const { holder } = this
    if (holder === undefined) return this.#currentMs
    return Math.max(this.#currentMs, this.maxTimeMsOf(holder) - this.#disorderMs)
  }

  /** Moves the job's watermark as far as the active partitions allow. */
  advance(): number {
    this.raiseTo(this.nextMs)
    return this.#currentMs
  }

  /** Every known partition is idle, and there is one. */
  get allIdle(): boolean {
    return this.#maxTimeMs.size > 0 && this.#idle.size === this.#maxTimeMs.size
  }

  /** Moves the job's watermark to `watermarkMs` unless it is there already. */
  raiseTo(watermarkMs: number): void {
    this.#currentMs = Math.max(this.#currentMs, watermarkMs)
  }

  snapshot(): { currentMs: number; partitions: PartitionProgress[] } {
    const partitions = [...this.#maxTimeMs].map(([partition, maxTimeMs]) => ({
      partition,
      maxTimeMs,
    }))
    return { currentMs: this.#currentMs, partitions }
  }

  restore(saved: { currentMs: number; partitions: readonly PartitionProgress[] }): void {
    this.#currentMs = saved.currentMs
    for (const { partition, maxTimeMs } of saved.partitions)
      this.#maxTimeMs.set(partition, maxTimeMs)
  }
}
