// How long something took, counted in classes: constant memory whatever the number of observations.

/** Upper bounds of the classes, in milliseconds, each included; the last class has none. */
export const DURATION_BOUNDS_MS: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000,
]

export interface DurationCounts {
  /** Observations by class of DURATION_BOUNDS_MS, and one class more. */
  readonly counts: readonly number[]
  readonly sumMs: number
  readonly count: number
}

export class Durations implements DurationCounts {
  readonly counts: number[] = new Array(DURATION_BOUNDS_MS.length + 1).fill(0)
  sumMs = 0
  count = 0

  observe(ms: number): void {
    const found = DURATION_BOUNDS_MS.findIndex((boundMs) => ms <= boundMs)
    this.counts[found < 0 ? DURATION_BOUNDS_MS.length : found]++
    this.sumMs += ms
    this.count++
  }
}
