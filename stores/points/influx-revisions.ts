// Versions of a point where overwriting is not reliable. InfluxDB 3 may show either of two points with the same tags and
// time, so there each version has a time of its own, its window's start plus as many nanoseconds as its version, and the
// newest of a window is read. Windows start at whole seconds.
import type { Measurement, Point } from '../../data/point.ts'
import { lastOfEach } from '../../data/point-order.ts'
import { RefusedError } from '../../kit/errors.ts'
import type { PointsQuery } from './points-store.ts'

const SECOND_MS = 1000
/** The next would be the second after. */
const LAST_VERSION = 999_999_999

/** The time a version is written at, nanoseconds. Throws RefusedError for a window that starts within a second. */
export function revisionTimeNs({ measurement, timeMs }: Point, version: number): string {
  if (timeMs % SECOND_MS !== 0)
    throw new RefusedError(
      `"${measurement}" has a point at ${new Date(timeMs).toISOString()}; on InfluxDB 3 windows must start at whole ` +
        'seconds. Give the metric a window of whole seconds, or set INFLUX_URL to an InfluxDB 1 or 2.',
    )
  if (!Number.isInteger(version) || version < 0 || version > LAST_VERSION)
    throw new Error(`expected a version of 0 to ${LAST_VERSION}, got ${version}`)
  return String(BigInt(timeMs) * 1_000_000n + BigInt(version))
}

/** The newest version of each point, at its window's start. `points` are in the order of time, as InfluxQL answers. */
export function newestRevisions(points: readonly Point[], measurement: Measurement): Point[] {
  const atWindow = points.map((point) => ({ ...point, timeMs: wholeSecondMs(point.timeMs) }))
  return lastOfEach(atWindow, () => measurement)
}

/** The range in which the versions of windows are that start in `query`. */
export const revisionsIn = ({ fromMs = -Infinity, toMs = Infinity }: PointsQuery): PointsQuery => ({
  fromMs: Math.ceil(fromMs / SECOND_MS) * SECOND_MS,
  toMs: Math.ceil(toMs / SECOND_MS) * SECOND_MS,
})

const wholeSecondMs = (timeMs: number) => Math.floor(timeMs / SECOND_MS) * SECOND_MS
