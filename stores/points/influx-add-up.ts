// Adds up the points of a stretch of InfluxDB.
import type { Additions } from '../../data/addition.ts'
import type { Measurement, Point } from '../../data/point.ts'
import { addUpPoints } from './add-up.ts'
import type { InfluxAddress, InfluxServer } from './influx-kind.ts'
import { readPoints } from './influx-read.ts'
import type { PointsQuery } from './points-store.ts'

interface Asked {
  readonly measurement: Measurement
  readonly additions: Additions
  readonly query: PointsQuery
}

/** As `PointsStore.addUp` answers: the newest point by one row; sums by reading, as versions are not to be added. */
export async function addUpInflux(
  settings: InfluxAddress,
  server: InfluxServer,
  { measurement, additions, query }: Asked,
): Promise<Point[]> {
  const nothingElse = measurement.tags.length === 0 && Object.keys(additions).length === 0
  const asked = nothingElse ? { ...query, newestOnly: true as const } : query
  const points = await readPoints(settings, server, measurement, asked)
  return addUpPoints(measurement, additions, points)
}
