// InfluxQL text: quoting and the queries windrow asks. Pure; the one query language that InfluxDB 1, 2 and 3 share.
import type { Additions } from '../../data/addition.ts'
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

/** A statement for each field: a row for each combination of the tags, with the time of the newest point that has it. */
export function selectNewest(measurement: Measurement, query: PointsQuery): string {
  const rest = `${from(measurement, query)}${byTags(measurement)}`
  const fields = Object.keys(measurement.fields)
  return fields.map((field) => `SELECT LAST(${quoteIdentifier(field)})${rest}`).join('; ')
}

/** What the columns of `selectAdded` are called, before the addition's index. */
export const VALUE = 'value_'
export const NUMBER_OF = 'number_of_'
export const LEAST = 'least_'
export const LARGEST = 'largest_'

/**
 * A row for each combination of the tags with a column for each addition, and beside the sum of a field that is not whole
 * how many it is of, the least and the largest. Undefined: nothing is added.
 */
export function selectAdded(
  measurement: Measurement,
  additions: Additions,
  query: PointsQuery,
): string | undefined {
  const columns = Object.entries(additions).flatMap(([name, { kind }], index) => {
    const field = quoteIdentifier(name)
    const value = `${kind.toUpperCase()}(${field}) AS "${VALUE}${index}"`
    if (kind !== 'sum' || measurement.fields[name] === 'integer') return [value]
    return [
      value,
      `COUNT(${field}) AS "${NUMBER_OF}${index}"`,
      `MIN(${field}) AS "${LEAST}${index}"`,
      `MAX(${field}) AS "${LARGEST}${index}"`,
    ]
  })
  if (columns.length === 0) return undefined
  return `SELECT ${columns.join(', ')}${from(measurement, query)}${byTags(measurement)}`
}

const byTags = ({ tags }: Measurement): string =>
  tags.length === 0 ? '' : ` GROUP BY ${tags.map(quoteIdentifier).join(', ')}`

function from({ name }: Measurement, query: PointsQuery): string {
  const conditions = timeConditions(query)
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  return ` FROM ${quoteIdentifier(name)}${where}`
}
