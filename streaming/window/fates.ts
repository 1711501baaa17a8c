// What became of each event of a batch, over all metrics. One set of arrays is reused from batch to batch.

const MINUTE_MS = 60_000

export class Fates {
  /** 1: counted in a window of some metric. */
  counted = new Uint8Array(0)
  /** 1: an event of this id is counted already. */
  duplicate = new Uint8Array(0)
  /** How long before the event its window could change no more, in milliseconds; -1: it still can. */
  lateByMs = new Float64Array(0)
  /** How long before the event the window that it corrects had closed, in milliseconds; -1: it corrects none. */
  correctsByMs = new Float64Array(0)
  /** Of a counted event: when the last of its windows can change no more. */
  deadlineMs = new Float64Array(0)
  /** Some event came after the end of one of its windows. */
  hasLate = false
  /** Some event would have fared better by its own partition's watermark: see decisions/recorded-ticks.md. */
  byTick = false

  /** Forgets the batch before; makes room for `count` events. */
  reset(count: number): void {
    if (count > this.counted.length) {
      this.counted = new Uint8Array(count)
      this.duplicate = new Uint8Array(count)
      this.lateByMs = new Float64Array(count).fill(-1)
      this.correctsByMs = new Float64Array(count).fill(-1)
      this.deadlineMs = new Float64Array(count)
    }
    this.counted.fill(0, 0, count)
    this.duplicate.fill(0, 0, count)
    this.deadlineMs.fill(Number.NEGATIVE_INFINITY, 0, count)
    // Nearly always they are as they were made.
    if (this.hasLate) {
      this.lateByMs.fill(-1)
      this.correctsByMs.fill(-1)
    }
    this.hasLate = false
    this.byTick = false
  }

  /** Ids are remembered at most so long after their events, in whole minutes: few different deadlines are kept. */
  rememberWithin(withinMs: number, timeMs: Float64Array, count: number): void {
    const { deadlineMs } = this
    for (let row = 0; row < count; row++) {
      const mostMs = Math.ceil((timeMs[row] + withinMs) / MINUTE_MS) * MINUTE_MS
      if (deadlineMs[row] > mostMs) deadlineMs[row] = mostMs
    }
  }

  /** Some of the batch's events are duplicates. */
  hasDuplicates(count: number): boolean {
    return this.duplicate.subarray(0, count).includes(1)
  }
}
