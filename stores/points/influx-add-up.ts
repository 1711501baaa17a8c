// Adds up the points of a stretch of InfluxDB: the server does where it keeps one version of a point, which 3 does not.
import type { Addition, Additions } from '../../data/addition.ts'
import type { Measurement, Point } from '../../data/point.ts'
import { addUpPoints } from './add-up.ts'
import type { InfluxAddress, InfluxServer } from './influx-kind.ts'
import { type InfluxRow, queryRows } from './influx-query.ts'
import { readNewestRevisions, readPoints, tagsOf } from './influx-read.ts'
import { LARGEST, LEAST, NUMBER_OF, selectAdded, selectNewest, VALUE } from './influxql.ts'
import type { PointsQuery } from './points-store.ts'

interface Asked {
  readonly measurement: Measurement
  readonly additions: Additions
  readonly query: PointsQuery
}

/** As `PointsStore.addUp` answers. */
export async function addUpInflux(
  settings: InfluxAddress,
  server: InfluxServer,
  asked: Asked,
): Promise<Point[]> {
  const { measurement, additions, query } = asked
  if (measurement.tags.length === 0 && Object.keys(additions).length === 0) {
    const newest = await readPoints(settings, server, measurement, { ...query, newestOnly: true })
    return addUpPoints(measurement, additions, newest)
  }
  const points =
    server.generation === 3
      ? await readNewestRevisions(settings, server, measurement, query)
      : ((await addedByServer(settings, server, asked)) ??
        (await readPoints(settings, server, measurement, query)))
  return addUpPoints(measurement, additions, points)
}

/**
 * Some points that add up to the same: the newest time and the sums of each combination of tags. The server adds
 * floating-point numbers as they are; a sum is then rounded to its decimals. That is the exact sum as long as adding has
 * lost less than half of the last decimal, which follows from how many numbers there are and how large the largest is.
 * Undefined: it does not, as with millions of amounts of millions each. Whole numbers are exact. Points whose field has more
 * decimals than are asked for are not rounded one by one, as reading would.
 */
async function addedByServer(
  settings: InfluxAddress,
  server: InfluxServer,
  { measurement, additions, query }: Asked,
): Promise<Point[] | undefined> {
  const doing = `add up "${measurement.name}"`
  const points: Point[] = []
  const pointOf = (row: InfluxRow, fields: Point['fields'], timeMs: number) =>
    points.push({ measurement: measurement.name, tags: tagsOf(row, measurement), fields, timeMs })
  const newest = { doing, query: selectNewest(measurement, query) }
  for await (const row of queryRows(settings, server, newest)) pointOf(row, {}, Number(row.time))
  const sums = selectAdded(measurement, additions, query)
  if (sums === undefined) return points
  for await (const row of queryRows(settings, server, { doing, query: sums })) {
    const fields: Record<string, number> = {}
    for (const [index, [field, addition]] of Object.entries(additions).entries()) {
      const value = row[VALUE + index]
      if (typeof value !== 'number') continue
      const isExact = addition.kind !== 'sum' || measurement.fields[field] === 'integer'
      const sum = isExact ? value : roundedSum(value, addition, row, index)
      if (sum === undefined) return undefined
      fields[field] = sum
    }
    pointOf(row, fields, Number.NEGATIVE_INFINITY)
  }
  return points
}

/** The relative error of one rounding of a floating-point number. */
const UNIT_ROUNDOFF = 2 ** -53

/** The sum to its decimals; undefined when it cannot be told. The bound is that of summation in any order (Higham). */
function roundedSum(
  sum: number,
  { decimals }: Extract<Addition, { kind: 'sum' }>,
  row: InfluxRow,
  index: number,
): number | undefined {
  const count = Number(row[NUMBER_OF + index])
  const largest = Math.max(
    Math.abs(Number(row[LEAST + index])),
    Math.abs(Number(row[LARGEST + index])),
  )
  const scale = 10 ** decimals
  // Each addition rounds a sum of at most so much; each number was rounded to begin with, and so is the product below.
  const lost = (count + 2) * UNIT_ROUNDOFF * count * largest
  // A quarter, not half: the bound itself is computed with rounding.
  return lost * scale < 0.25 ? Math.round(sum * scale) / scale + 0 : undefined
}
