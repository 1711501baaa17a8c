// Keeps the points of a metric's windows that are still open up to date. They are not final, and read anew each time.
import { openMeasurementOf } from '../data/definitions/metric.ts'
import { stillOpen } from '../data/open-points.ts'
import type { Point } from '../data/point.ts'
import type { MetricReader } from './metric-reader.ts'
import type { Range } from './range.ts'
import type { PointsSource } from './store-health.ts'

export interface OpenReader {
  /** Reads them. Answers whether a number changed. Rejects as the store does. */
  refresh(): Promise<boolean>
  points(): readonly Point[]
}

/** Windows after the newest that `final` knows; none in a range that does not reach up to now. */
export function createOpenReader(
  { read }: Pick<PointsSource, 'read'>,
  final: MetricReader,
  range: Range,
): OpenReader {
  const { metric } = final
  let points: readonly Point[] = []
  const readOpen = async (): Promise<readonly Point[]> => {
    if (metric.emitEveryMs === undefined || range.kind === 'fixed') return []
    const newestMs = final.newestMs()
    const written = await read(
      openMeasurementOf(metric),
      newestMs === undefined ? {} : { fromMs: newestMs },
    )
    return newestMs === undefined ? written : stillOpen(written, [{ timeMs: newestMs }])
  }
  return {
    refresh: async () => {
      const now = await readOpen()
      const changed = JSON.stringify(now) !== JSON.stringify(points)
      points = now
      return changed
    },
    points: () => points,
  }
}
