// Removes points with InfluxQL, the same way from InfluxDB 1 and 2. InfluxDB 3 Core cannot.
import { type Measurement, type Point, UNKNOWN } from '../../data/point.ts'
import { RefusedError } from '../../kit/errors.ts'
import type { InfluxAddress, InfluxServer } from './influx-kind.ts'
import { queryRows } from './influx-query.ts'
import { quoteIdentifier, quoteString, timeConditions } from './influxql.ts'
import { keptTag } from './line-protocol.ts'
import type { Removal } from './points-store.ts'

/** Points named in one statement. */
const MAX_IDENTITIES = 200

/** Removes them. Throws UnavailableError or RefusedError. */
export async function removePoints(
  settings: InfluxAddress,
  server: InfluxServer,
  measurement: Measurement,
  removal: Removal,
): Promise<void> {
  const doing = `remove points of "${measurement.name}"`
  if (server.generation === 3)
    throw new RefusedError(
      `Could not ${doing}: InfluxDB 3 Core cannot delete points. Give the metric another name, or set INFLUX_BUCKET ` +
        'to another database.',
    )
  for (const query of deletions(measurement, removal))
    for await (const _ of queryRows(settings, server, { doing, query })) {
      // Answers nothing.
    }
}

/** The statements, one after the other: one DELETE names one stretch of time only. */
export function* deletions(measurement: Measurement, removal: Removal): Generator<string> {
  const from = `DELETE FROM ${quoteIdentifier(measurement.name)}`
  const where = (conditions: readonly string[]) =>
    conditions.length === 0 ? from : `${from} WHERE ${conditions.join(' AND ')}`
  if (!('points' in removal)) {
    yield where(timeConditions(removal))
    return
  }
  const byTime = new Map<number, Set<string>>()
  for (const { timeMs, tags } of removal.points) {
    const series = byTime.get(timeMs) ?? new Set()
    byTime.set(timeMs, series.add(tagConditions(tags, measurement)))
  }
  for (const [timeMs, series] of byTime) {
    const times = timeConditions({ fromMs: timeMs, toMs: timeMs + 1 })
    const each = [...series]
    for (let start = 0; start < each.length; start += MAX_IDENTITIES) {
      const some = each.slice(start, start + MAX_IDENTITIES).filter((one) => one !== '')
      yield where(some.length === 0 ? times : [...times, `(${some.join(' OR ')})`])
    }
  }
}

/** One series; a point written before the measurement had a tag has none, and is unknown there. */
function tagConditions(tags: Point['tags'], measurement: Measurement): string {
  const conditions = measurement.tags.map((tag) => {
    const name = quoteIdentifier(tag)
    const is = `${name} = ${quoteString(keptTag(tags[tag], measurement))}`
    return tags[tag] === UNKNOWN ? `(${is} OR ${name} = '')` : is
  })
  return conditions.length === 0 ? '' : `(${conditions.join(' AND ')})`
}
