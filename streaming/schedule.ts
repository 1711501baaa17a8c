// Which partitions to read next, and which are idle. Pure.
import type { Offsets } from '../stores/event-log/event-log.ts'
import type { Watermarks } from './window/watermark.ts'

/** A partition read to its end, as far as the end is known. */
const isCaughtUp = (partition: number, positions: Offsets, ends: Offsets): boolean =>
  (positions.get(partition) ?? 0) >= (ends.get(partition) ?? 0)

/**
 * The partitions to read, the one furthest behind in event time first. One that is more than `maxDriftMs` ahead of the
 * slowest partition with records left is not among them: it would only open windows that cannot close yet.
 */
export function wantedPartitions(
  watermarks: Pick<Watermarks, 'maxTimeMsOf'>,
  positions: Offsets,
  ends: Offsets,
  maxDriftMs: number,
): number[] {
  const partitions = [...positions.keys()]
  let slowestMs = Number.POSITIVE_INFINITY
  for (const partition of partitions) {
    if (isCaughtUp(partition, positions, ends)) continue
    slowestMs = Math.min(slowestMs, watermarks.maxTimeMsOf(partition))
  }
  return partitions
    .filter((partition) => {
      const timeMs = watermarks.maxTimeMsOf(partition)
      return timeMs <= slowestMs || timeMs - slowestMs <= maxDriftMs
    })
    .sort((a, b) => watermarks.maxTimeMsOf(a) - watermarks.maxTimeMsOf(b) || a - b)
}

/** Remembers when each partition last had an event, by the wall clock. */
export class Idleness {
  readonly #idleAfterMs: number
  readonly #activeMs = new Map<number, number>()

  /** Partitions known at the start count as active then. */
  constructor(idleAfterMs: number, partitions: Iterable<number>, nowMs: number) {
    this.#idleAfterMs = idleAfterMs
    for (const partition of partitions) this.#activeMs.set(partition, nowMs)
  }

  active(partition: number, nowMs: number): void {
    this.#activeMs.set(partition, nowMs)
  }

  /** When its last batch was read, or when it became known; undefined: it is not known. */
  activeSinceMs(partition: number): number | undefined {
    return this.#activeMs.get(partition)
  }

  /**
   * Marks partitions idle that were read to their end and got no event for `idleAfterMs`, or never had a record. Empty is
   * not slow: one with records left is active.
   */
  update(watermarks: Watermarks, nowMs: number, positions: Offsets, ends: Offsets): void {
    for (const partition of ends.keys()) {
      const activeMs = this.#activeMs.get(partition) ?? nowMs
      this.#activeMs.set(partition, activeMs)
      const isNew = Math.max(ends.get(partition) ?? 0, positions.get(partition) ?? 0) === 0
      if (!isCaughtUp(partition, positions, ends)) watermarks.setActive(partition)
      else if (isNew || nowMs - activeMs >= this.#idleAfterMs) watermarks.setIdle(partition)
    }
  }
}

/**
 * When every partition is idle, time goes on by the wall clock, as far as the last open window's end, so that the last
 * window of a quiet stream is shown.
 */
export const allIdleWatermarkMs = (nowMs: number, disorderMs: number, lastEndMs: number): number =>
  Math.min(nowMs - disorderMs, lastEndMs)
