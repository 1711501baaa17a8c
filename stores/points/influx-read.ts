// Reads points with InfluxQL, the same way from InfluxDB 1, 2 and 3.
import { type Measurement, type Point, UNKNOWN } from '../../data/point.ts'
import { comparePoints } from '../../data/point-order.ts'
import type { InfluxAddress, InfluxServer } from './influx-kind.ts'
import { queryRows } from './influx-query.ts'
import { newestRevisions, revisionsIn } from './influx-revisions.ts'
import { selectPoints } from './influxql.ts'
import type { PointsQuery } from './points-store.ts'
import { decodeTag } from './tag-text.ts'

/** Points of a measurement in a range, ordered by time, then tags; or no more than one of the newest. */
export async function readPoints(
  settings: InfluxAddress,
  server: InfluxServer,
  measurement: Measurement,
  query: PointsQuery & { readonly newestOnly?: true },
): Promise<Point[]> {
  const doing = `read "${measurement.name}"`
  const fieldNames = Object.keys(measurement.fields)
  const points: Point[] = []
  const request = {
    doing,
    query: selectPoints(measurement, server.generation === 3 ? revisionsIn(query) : query),
  }
  for await (const row of queryRows(settings, server, request)) {
    const tags: Record<string, string> = {}
    for (const tag of measurement.tags) {
      const kept = row[tag]
      tags[tag] = typeof kept === 'string' && kept !== '' ? decodeTag(kept) : UNKNOWN
    }
    const fields: Record<string, number> = {}
    for (const field of fieldNames) {
      const value = row[field]
      if (typeof value === 'number') fields[field] = value
    }
    points.push({ measurement: measurement.name, tags, fields, timeMs: Number(row.time) })
  }
  const newest = server.generation === 3 ? newestRevisions(points, measurement) : points
  return newest.sort(comparePoints(measurement))
}
