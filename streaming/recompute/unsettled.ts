// Points of closed windows that late events can still correct: kept until they cannot, so that each is written once. Pure.

import { type Metric, measurementOf } from '../../data/definitions/metric.ts'
import { pointTimesOf } from '../../data/definitions/point-times.ts'
import type { Point } from '../../data/point.ts'
import { identityOf, measurementFinder } from '../../data/point-order.ts'
import { isClosed } from '../window/watermark.ts'

export class Unsettled {
  readonly #measurementOf: ReturnType<typeof measurementFinder>
  /** When the window of a point can change no more, epoch milliseconds. */
  readonly #deadlineOf: (point: Point) => number
  /** By deadline, then by identity. */
  readonly #points = new Map<number, Map<string, Point>>()

  constructor(metrics: readonly Metric[]) {
    this.#measurementOf = measurementFinder(metrics.map(measurementOf))
    const times = new Map(metrics.map((metric) => [metric.name, pointTimesOf(metric)]))
    this.#deadlineOf = ({ measurement, timeMs }) =>
      times.get(measurement)?.finalAt(timeMs) ?? timeMs
  }

  /** Of equal identities the last one stays. */
  add(points: readonly Point[]): void {
    for (const point of points) {
      const deadlineMs = this.#deadlineOf(point)
      const own = this.#points.get(deadlineMs) ?? new Map<string, Point>()
      this.#points.set(deadlineMs, own)
      own.set(identityOf(point, this.#measurementOf(point)), point)
    }
  }

  /** Takes out those that can change no more once the watermark is there. */
  take(watermarkMs: number): Point[] {
    const taken: Point[] = []
    for (const [deadlineMs, points] of this.#points) {
      if (!isClosed(deadlineMs, watermarkMs)) continue
      taken.push(...points.values())
      this.#points.delete(deadlineMs)
    }
    return taken
  }
}
