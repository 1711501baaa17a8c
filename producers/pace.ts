// How fast a schedule is played: which part of it is due, and how long to wait for the rest. Pure; never ahead of the clock.

/** How many times faster than real time; Infinity: as fast as it goes. */
export type SpeedFactor = number

export interface Pace {
  /** Everything of the schedule up to here (milliseconds from its start) is due at this moment of the clock. */
  dueMs(nowMs: number): number
  /** How long to sleep until the schedule's next entry, at `nextAtMs`, is due; never shorter than a tick. */
  waitMs(nextAtMs: number, nowMs: number): number
}

/** So often at most a batch is sent; between ticks records gather. */
const TICK_MS = 100
/** So long at most one sleep lasts, so that a program wakes to show that it lives. */
const SLEEP_MAX_MS = 1000

/** A pace that starts now: the schedule's beginning is due at `startedMs` of the clock. */
export function createPace(startedMs: number, factor: SpeedFactor): Pace {
  const dueMs = (nowMs: number): number =>
    factor === Infinity ? Infinity : Math.max(0, nowMs - startedMs) * factor
  return {
    dueMs,
    waitMs: (nextAtMs, nowMs) => {
      if (factor === Infinity) return 0
      const leftMs = Math.ceil((nextAtMs - dueMs(nowMs)) / factor)
      return Math.min(SLEEP_MAX_MS, Math.max(TICK_MS, leftMs))
    },
  }
}

/** `realtime`, `max` or `10x`; undefined when it is none of them. */
export function parseSpeed(text: string): SpeedFactor | undefined {
  if (text === 'realtime') return 1
  if (text === 'max') return Infinity
  const match = /^(\d+(?:\.\d+)?)x$/.exec(text)
  const factor = match === null ? 0 : Number(match[1])
  return factor > 0 ? factor : undefined
}
