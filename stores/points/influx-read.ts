// Reads points with InfluxQL, the same way from InfluxDB 1, 2 and 3.
import { type Measurement, type Point, UNKNOWN } from '../../data/point.ts'
import { comparePoints } from '../../data/point-order.ts'
import type { InfluxAddress, InfluxServer } from './influx-kind.ts'
import { type InfluxRow, queryRows } from './influx-query.ts'
import { newestRevisions, revisionsIn } from './influx-revisions.ts'
import { selectPoints, selectSeries } from './influxql.ts'
import type { PointsQuery } from './points-store.ts'
import { decodeTag } from './tag-text.ts'

type ReadQuery = PointsQuery & { readonly newestOnly?: true }

/** Points of a measurement in a range, ordered by time, then tags; or no more than one of the newest. */
export async function readPoints(
  settings: InfluxAddress,
  server: InfluxServer,
  measurement: Measurement,
  query: ReadQuery,
): Promise<Point[]> {
  const doing = `read "${measurement.name}"`
  const points: Point[] = []
  const request = {
    doing,
    query: selectPoints(measurement, server.generation === 3 ? revisionsIn(query) : query),
  }
  for await (const row of queryRows(settings, server, request))
    points.push(pointOf(row, measurement))
  const newest = server.generation === 3 ? newestRevisions(points, measurement) : points
  return newest.sort(comparePoints(measurement))
}

/**
 * Of InfluxDB 3: the newest version of each point, in any order. `measurement` may have fewer tags than were written:
 * versions are of one point only where all tags are the same, those too that are not asked for.
 */
export async function readNewestRevisions(
  settings: InfluxAddress,
  server: InfluxServer,
  measurement: Measurement,
  query: PointsQuery,
): Promise<Point[]> {
  const request = {
    doing: `read "${measurement.name}"`,
    query: selectSeries(measurement, revisionsIn(query)),
  }
  const bySeries = new Map<string, Point[]>()
  for await (const row of queryRows(settings, server, request)) {
    const { time: _, ...rest } = row
    const tags = Object.entries(rest).filter(([column]) => !(column in measurement.fields))
    const series = JSON.stringify(tags.sort(([a], [b]) => (a < b ? -1 : 1)))
    const points = bySeries.get(series) ?? []
    bySeries.set(series, points)
    points.push(pointOf(row, measurement))
  }
  return [...bySeries.values()].flatMap((points) => newestRevisions(points, measurement))
}

function pointOf(row: InfluxRow, measurement: Measurement): Point {
  const fields: Record<string, number> = {}
  for (const field in measurement.fields) {
    const value = row[field]
    if (typeof value === 'number') fields[field] = value
  }
  const { name } = measurement
  return { measurement: name, tags: tagsOf(row, measurement), fields, timeMs: Number(row.time) }
}

/** The measurement's tags as they were written; such that a point was written without are unknown. */
export function tagsOf(row: InfluxRow, measurement: Measurement): Record<string, string> {
  const tags: Record<string, string> = {}
  for (const tag of measurement.tags) {
    const kept = row[tag]
    tags[tag] = typeof kept === 'string' && kept !== '' ? decodeTag(kept) : UNKNOWN
  }
  return tags
}
