// Points that wait for a delivery: no two of one identity when they are delivered.
import type { Measurement, Point } from '../../data/point.ts'
import { lastOfEach, measurementFinder } from '../../data/point-order.ts'

export class WaitingPoints {
  readonly #points: Point[] = []
  /** Windows that points are of. */
  readonly #windows = new Set<string>()
  /** A window closed and was corrected, or corrected twice. */
  #hasRepeats = false

  get count(): number {
    return this.#points.length
  }

  /** Each point once, those of one window side by side. */
  add(points: readonly Point[]): void {
    let before: Point | undefined
    for (const point of points) {
      if (before?.measurement !== point.measurement || before.timeMs !== point.timeMs)
        this.#note(point)
      this.#points.push(point)
      before = point
    }
  }

  /** Of points of one identity the one that was added last. Looking for them is costly, and seldom needed. */
  lastOfEach(measurements: readonly Measurement[]): readonly Point[] {
    return this.#hasRepeats
      ? lastOfEach(this.#points, measurementFinder(measurements))
      : this.#points
  }

  #note({ measurement, timeMs }: Point): void {
    const window = `${timeMs} ${measurement}`
    if (this.#windows.has(window)) this.#hasRepeats = true
    this.#windows.add(window)
  }
}
