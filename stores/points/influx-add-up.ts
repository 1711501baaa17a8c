// Adds up the points of a stretch of InfluxDB.
import type { Additions } from '../../data/addition.ts'
import type { Measurement, Point } from '../../data/point.ts'
import { addUpPoints } from './add-up.ts'
import type { InfluxAddress, InfluxServer } from './influx-kind.ts'
import { readNewestRevisions, readPoints } from './influx-read.ts'
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
  const points = nothingElse
    ? await readPoints(settings, server, measurement, { ...query, newestOnly: true })
    : server.generation === 3
      ? await readNewestRevisions(settings, server, measurement, query)
      : await readPoints(settings, server, measurement, query)
  return addUpPoints(measurement, additions, points)
}
