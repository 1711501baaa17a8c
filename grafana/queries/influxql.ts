// Pieces that the panels' InfluxQL is made of. Pure. `$timeFilter`, `$__interval` and `${tag:regex}` are Grafana's to
// fill in.
import { type Enrichment, type Metric, openMeasurementOf } from '../../data/definitions/metric.ts'
import { type ComputedNode, partsOf, stepsOf } from '../../data/definitions/nodes.ts'
import { alignmentOf } from '../../data/definitions/windows.ts'
import { exactDuration } from '../../kit/duration.ts'
import { quoteIdentifier as name } from '../../stores/points/influxql.ts'

export { quoteIdentifier as name } from '../../stores/points/influxql.ts'

/** How long a window may stay open after its end, for events that come late or out of order. */
const OPEN_BEHIND_MS = 30_000

/** What a panel asks about, and of which kind of store. */
export interface Asked {
  readonly metric: Metric
  readonly enrichment: Enrichment
  /** Each version of a point is a point of its own, within the window's first second (InfluxDB 3): the last counts. */
  readonly keepsVersions: boolean
  /** Tags that the dashboard has a choice of, which filters. */
  readonly variables: readonly string[]
}

/** What stands where there are no points: nothing, or null, so that lines break there. */
export type Fill = 'none' | 'null'

/** What points are put together by: a `GROUP BY` with its zone. */
export type Grouping = (fill: Fill) => string

export const aggregate = (fold: string, value: string) =>
  `${fold}(${name(value)}) AS ${name(value)}`

const named = (tags: readonly string[]) => tags.map(name)

/** By time and tags; by the clock of the metric's zone, as its windows are. `every`: the panel's interval if absent. */
export const byTime =
  ({ window }: Metric, tags: readonly string[], every = '$__interval'): Grouping =>
  (fill) => {
    const { sizeMs, tz } = stepsOf(window)
    const alignMs = tz === undefined ? 0 : alignmentOf(sizeMs)
    const time = alignMs === 0 ? every : `${every}, ${exactDuration(alignMs)}`
    const zone = tz === undefined ? '' : ` tz('${tz}')`
    return `GROUP BY ${[`time(${time})`, ...named(tags)].join(', ')} fill(${fill})${zone}`
  }

/** By tags alone, over the whole range. */
export const byTags =
  (tags: readonly string[]): Grouping =>
  () =>
    tags.length === 0 ? '' : `GROUP BY ${named(tags).join(', ')}`

/** By window and tags: all points of a window and all their versions are in its first second, however long it is. */
export const byWindow =
  (tags: readonly string[]): Grouping =>
  () =>
    `GROUP BY ${['time(1s)', ...named(tags)].join(', ')} fill(none)`

/** A measurement, and which of its points besides those of the panel's range. */
export interface Points {
  readonly name: string
  readonly recently?: string
}

export const finalPoints = ({ metric }: Asked): Points => ({ name: metric.name })

/** Points of windows that are open now; what a store could not remove, or a job that died, left behind is not asked for. */
export const openPoints = ({ metric }: Asked): Points => ({
  name: openMeasurementOf(metric).name,
  recently: `time >= now() - ${exactDuration(2 * stepsOf(metric.window).sizeMs + OPEN_BEHIND_MS)}`,
})

/** These fields of a measurement's points, in the time range and with the tags that are chosen. */
export function fromPoints(asked: Asked, points: Points, fields: readonly string[]): string {
  const { metric, keepsVersions, variables } = asked
  const filters = metric.by.filter((tag) => variables.includes(tag))
  const chosen = filters.map((tag) => `${name(tag)} =~ /^\${${tag}:regex}$/`)
  const range = ['$timeFilter', ...(points.recently === undefined ? [] : [points.recently])]
  const all = `${name(points.name)} WHERE ${[...range, ...chosen].join(' AND ')}`
  if (!keepsVersions) return all
  const newest = fields.map((field) => aggregate('last', field)).join(', ')
  return `(SELECT ${newest} FROM ${all} ${byWindow(metric.by)('none')}) WHERE $timeFilter`
}

/** `1.0`: InfluxQL makes a quotient of whole numbers whole again when an outer query reads it. */
export const QUOTIENT = `1.0 * ${name('n')} / ${name('d')}`

/**
 * A computed value of two that `folds` put together; no row where there is nothing to divide by (InfluxQL alone says 0).
 * `n` and `d` are the parts.
 */
export function computed(
  value: string,
  node: ComputedNode,
  parts: string,
  tags: readonly string[],
): string {
  const formula = node.kind === 'ratio' ? QUOTIENT : `${name('n')} - ${name('d')}`
  const where = node.kind === 'ratio' ? ` WHERE ${name('d')} <> 0` : ''
  const group = tags.length === 0 ? '' : ` ${byTags(tags)('none')}`
  return `SELECT ${formula} AS ${name(value)} FROM (${parts})${where}${group}`
}

/** The two parts of a computed value as `n` and `d`. */
export const partColumns = (node: ComputedNode, fold: (part: string) => string): string =>
  partsOf(node)
    .map((part, index) => `${fold(part)} AS ${name('nd'[index])}`)
    .join(', ')
