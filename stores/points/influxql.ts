// InfluxQL text: quoting and the queries windrow asks. Pure; the one query language that InfluxDB 1, 2 and 3 share.
import type { Measurement } from '../../data/point.ts'
import type { PointsQuery } from './points-store.ts'

/** Times InfluxDB can hold, epoch milliseconds: 64-bit nanoseconds. */
const EARLIEST_MS = -9_223_372_036_854
const LATEST_MS = 9_223_372_036_854

/** A name of a measurement, tag or field: `"age_group"`. */
export const quoteIdentifier = (name: string): string => `"${escaped(name, '"')}"`

/** A text: `'DE'`. */
export const quoteString = (text: string): string => `'${escaped(text, "'")}'`

const escaped = (text: string, quote: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(quote, `\\${quote}`)

/** `fromMs ≤ time < toMs` as conditions; none for an open end. */
export function timeConditions({ fromMs, toMs }: PointsQuery): string[] {
  const clamped = (ms: number) => Math.ceil(Math.min(Math.max(ms, EARLIEST_MS), LATEST_MS))
  return [
    ...(fromMs === undefined || fromMs === -Infinity ? [] : [`time >= ${clamped(fromMs)}ms`]),
    ...(toMs === undefined || toMs === Infinity ? [] : [`time < ${clamped(toMs)}ms`]),
  ]
}

/** Every tag and field of a measurement as a column, a row per point, ordered by time; or one row, of the newest. */
export function selectPoints(
  measurement: Measurement,
  query: PointsQuery & { readonly newestOnly?: true },
): string {
  const columns = [...Object.keys(measurement.fields), ...measurement.tags].map(quoteIdentifier)
  const newest = query.newestOnly ? ' ORDER BY time DESC LIMIT 1' : ''
  return `SELECT ${columns.join(', ')}${from(measurement, query)}${newest}`
}

/** Every field as a column, a row per point; a series for each combination of all tags that were written, by time. */
export function selectSeries(measurement: Measurement, query: PointsQuery): string {
  const columns = Object.keys(measurement.fields).map(quoteIdentifier)
  return `SELECT ${columns.join(', ')}${from(measurement, query)} GROUP BY *`
}

function from({ name }: Measurement, query: PointsQuery): string {
  const conditions = timeConditions(query)
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  return ` FROM ${quoteIdentifier(name)}${where}`
}
