// The InfluxQL of the panels: what to ask for a value of a metric, from the definition alone. Pure.
// `$timeFilter`, `$__interval` and `${tag:regex}` are Grafana's to fill in.
import { type Enrichment, type Metric, openMeasurementOf } from '../data/definitions/metric.ts'
import { type RatioNode, stepsOf } from '../data/definitions/nodes.ts'
import { whatAdds } from '../data/definitions/rollup.ts'
import { alignmentOf } from '../data/definitions/windows.ts'
import { exactDuration } from '../kit/duration.ts'
import { quoteIdentifier as name } from '../stores/points/influxql.ts'

/** How long a window may stay open after its end, for events that come late or out of order. */
const OPEN_BEHIND_MS = 30_000

/** What a panel asks about, and of which kind of store. */
export interface Asked {
  readonly metric: Metric
  readonly enrichment: Enrichment
  /** Each version of a point is a point of its own, within the window's first second (InfluxDB 3): the last counts. */
  readonly keepsVersions: boolean
}

/** Values a tag's variable offers: those the metrics that have the tag have written. */
export function tagValuesQuery(tag: string, metrics: readonly Metric[]): string {
  const measurements = metrics.filter(({ by }) => by.includes(tag)).map((one) => name(one.name))
  return `SHOW TAG VALUES FROM ${measurements.join(', ')} WITH KEY = ${name(tag)}`
}

/** A value over time, a series per value of `split`; null where there is nothing, so that lines break there. */
export function seriesQuery(asked: Asked, value: string, split: readonly string[]): string {
  mustAdd(asked, value, split)
  return overTimeQuery(asked, finalPoints(asked), value, split)
}

/** The same of the windows that are open now; none for a metric that does not show them. */
export function openSeriesQuery(
  asked: Asked,
  value: string,
  split: readonly string[],
): string | undefined {
  const { metric } = asked
  if (metric.emitEveryMs === undefined) return undefined
  mustAdd(asked, value, split)
  // What a store could not remove, or a job that died, left behind is of windows long closed.
  const recently = `time >= now() - ${exactDuration(2 * stepsOf(metric.window).sizeMs + OPEN_BEHIND_MS)}`
  return overTimeQuery(asked, { name: openMeasurementOf(metric).name, recently }, value, split)
}

function overTimeQuery(
  asked: Asked,
  points: Points,
  value: string,
  split: readonly string[],
): string {
  const { metric } = asked
  const node = metric.values[value]
  const from = (fields: readonly string[]) => fromPoints(asked, points, fields)
  const overTime = groupByTime(metric, split)
  const mean = `SELECT mean(${name(value)}) AS ${name(value)}`
  if (node.kind === 'ratio') {
    const quotients = quotientQuery(from, node, value, overTime('none'), split)
    return `${mean} FROM (${quotients}) WHERE $timeFilter ${overTime('null')}`
  }
  if (node.kind !== 'countDistinct')
    return `SELECT ${sum(value)} FROM ${from([value])} ${overTime('null')}`
  // Distinct counts of several windows do not add up: their mean is shown, the number per window.
  const perWindow = `SELECT ${sum(value)} FROM ${from([value])} ${perPoint(split)}`
  return `${mean} FROM (${perWindow}) WHERE $timeFilter ${overTime('null')}`
}

/**
 * A value over time whose sum, or for a ratio whose last point, is the value over the whole range: a ratio is that of
 * everything until then.
 */
export function totalQuery(asked: Asked, value: string): string {
  const node = asked.metric.values[value]
  mustAdd(asked, value, [], Infinity)
  const from = (fields: readonly string[]) => fromPoints(asked, finalPoints(asked), fields)
  const overTime = groupByTime(asked.metric, [])('none')
  if (node.kind !== 'ratio') return `SELECT ${sum(value)} FROM ${from([value])} ${overTime}`
  const soFar = (part: string, as: string) => `cumulative_sum(sum(${name(part)})) AS ${name(as)}`
  const parts = `${soFar(node.numerator, 'n')}, ${soFar(node.denominator, 'd')}`
  return (
    `SELECT ${QUOTIENT} AS ${name(value)} ` +
    `FROM (SELECT ${parts} FROM ${from([node.numerator, node.denominator])} ${overTime}) ` +
    `WHERE ${name('d')} <> 0`
  )
}

/** Rows per combination of tags over the whole range: what adds up in one query, then one per ratio. */
export function tableQueries(asked: Asked, tags: readonly string[]): string[] {
  const { metric, enrichment } = asked
  const from = (fields: readonly string[]) => fromPoints(asked, finalPoints(asked), fields)
  const { kept } = whatAdds(metric, enrichment, { by: tags, bucketMs: Infinity })
  const groupBy = `GROUP BY ${tags.map(name).join(', ')}`
  const added = kept.filter(([, node]) => node.kind !== 'ratio').map(([value]) => value)
  const ratios = kept.flatMap(([value, node]) =>
    node.kind === 'ratio' ? [quotientQuery(from, node, value, groupBy, tags)] : [],
  )
  return [`SELECT ${added.map(sum).join(', ')} FROM ${from(added)} ${groupBy}`, ...ratios]
}

/** One added value divided by the other; no row where there is nothing to divide by (InfluxQL would say 0). */
function quotientQuery(
  from: (fields: readonly string[]) => string,
  ratio: RatioNode,
  value: string,
  groupBy: string,
  tags: readonly string[],
): string {
  const part = (field: string, as: string) => `sum(${name(field)}) AS ${name(as)}`
  const parts = `${part(ratio.numerator, 'n')}, ${part(ratio.denominator, 'd')}`
  const keepTags = tags.length === 0 ? '' : ` GROUP BY ${tags.map(name).join(', ')}`
  return (
    `SELECT ${QUOTIENT} AS ${name(value)} ` +
    `FROM (SELECT ${parts} FROM ${from([ratio.numerator, ratio.denominator])} ${groupBy}) ` +
    `WHERE ${name('d')} <> 0${keepTags}`
  )
}

/** `1.0`: InfluxQL makes a quotient of whole numbers whole again when an outer query reads it. */
const QUOTIENT = `1.0 * ${name('n')} / ${name('d')}`

const sum = (value: string) => `sum(${name(value)}) AS ${name(value)}`

const list = (first: string, tags: readonly string[]) => [first, ...tags.map(name)].join(', ')

/** By the panel's interval and tags, `empty` where there is nothing; by the clock of the metric's zone, as its windows. */
const groupByTime =
  ({ window }: Metric, tags: readonly string[]) =>
  (empty: 'null' | 'none'): string => {
    const { sizeMs, tz } = stepsOf(window)
    const alignMs = tz === undefined ? 0 : alignmentOf(sizeMs)
    const time = alignMs === 0 ? '$__interval' : `$__interval, ${exactDuration(alignMs)}`
    const zone = tz === undefined ? '' : ` tz('${tz}')`
    return `GROUP BY ${list(`time(${time})`, tags)} fill(${empty})${zone}`
  }

/** All points of a window and all their versions are in its first second, however long a window is. */
const perPoint = (tags: readonly string[]) =>
  `GROUP BY ${['time(1s)', ...tags.map(name)].join(', ')} fill(none)`

/** A measurement, and which of its points besides those of the panel's range. */
interface Points {
  readonly name: string
  readonly recently?: string
}

const finalPoints = ({ metric }: Asked): Points => ({ name: metric.name })

/** These fields of a measurement's points, in the time range and with the tags that are chosen. */
function fromPoints(asked: Asked, points: Points, fields: readonly string[]): string {
  const { metric, keepsVersions } = asked
  const chosen = metric.by.map((tag) => `${name(tag)} =~ /^\${${tag}:regex}$/`)
  const range = ['$timeFilter', ...(points.recently === undefined ? [] : [points.recently])]
  const all = `${name(points.name)} WHERE ${[...range, ...chosen].join(' AND ')}`
  if (!keepsVersions) return all
  const newest = fields.map((field) => `last(${name(field)}) AS ${name(field)}`).join(', ')
  return `(SELECT ${newest} FROM ${all} ${perPoint(metric.by)}) WHERE $timeFilter`
}

function mustAdd(
  { metric, enrichment }: Asked,
  value: string,
  by: readonly string[],
  bucketMs = stepsOf(metric.window).sizeMs,
): void {
  const { kept, notes } = whatAdds(metric, enrichment, { by, bucketMs })
  if (kept.some(([name]) => name === value)) return
  throw new Error(`metric "${metric.name}" cannot show ${value}: ${notes.join('; ')}`)
}
