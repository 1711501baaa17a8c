// The InfluxQL of the panels: what to ask for a value of a metric, from the definition alone. Pure.
// `$timeFilter`, `$__interval` and `${tag:regex}` are Grafana's to fill in.
import type { Enrichment, Metric } from '../data/definitions/metric.ts'
import type { RatioNode } from '../data/definitions/nodes.ts'
import { whatAdds } from '../data/definitions/rollup.ts'
import { formatDuration } from '../kit/duration.ts'
import { quoteIdentifier as name } from '../stores/points/influxql.ts'

/** Values a tag's variable offers: those the metrics that have the tag have written. */
export function tagValuesQuery(tag: string, metrics: readonly Metric[]): string {
  const measurements = metrics.filter(({ by }) => by.includes(tag)).map((one) => name(one.name))
  return `SHOW TAG VALUES FROM ${measurements.join(', ')} WITH KEY = ${name(tag)}`
}

/** A value over time, a series per value of `split`; null where there is nothing, so that lines break there. */
export function seriesQuery(
  metric: Metric,
  enrichment: Enrichment,
  value: string,
  split: readonly string[],
): string {
  const node = metric.values[value]
  mustAdd(metric, enrichment, value, split)
  const overTime = `GROUP BY ${list('time($__interval)', split)}`
  if (node.kind === 'ratio') {
    const quotients = quotientQuery(metric, node, value, overTime, split)
    return `SELECT mean(${name(value)}) AS ${name(value)} FROM (${quotients}) WHERE $timeFilter ${overTime} fill(null)`
  }
  if (node.kind !== 'countDistinct')
    return `SELECT ${sum(value)} FROM ${from(metric)} ${overTime} fill(null)`
  // Distinct counts of several windows do not add up: their mean is shown, the number per window.
  const window = `GROUP BY ${list(`time(${formatDuration(metric.window.sizeMs)})`, split)}`
  const perWindow = `SELECT ${sum(value)} FROM ${from(metric)} ${window} fill(none)`
  return `SELECT mean(${name(value)}) AS ${name(value)} FROM (${perWindow}) WHERE $timeFilter ${overTime} fill(null)`
}

/**
 * A value over time whose sum, or for a ratio whose last point, is the value over the whole range: a ratio is that of
 * everything until then.
 */
export function totalQuery(metric: Metric, enrichment: Enrichment, value: string): string {
  const node = metric.values[value]
  mustAdd(metric, enrichment, value, [], Infinity)
  const overTime = 'GROUP BY time($__interval) fill(none)'
  if (node.kind !== 'ratio') return `SELECT ${sum(value)} FROM ${from(metric)} ${overTime}`
  const soFar = (part: string, as: string) => `cumulative_sum(sum(${name(part)})) AS ${name(as)}`
  const parts = `${soFar(node.numerator, 'n')}, ${soFar(node.denominator, 'd')}`
  return (
    `SELECT ${QUOTIENT} AS ${name(value)} ` +
    `FROM (SELECT ${parts} FROM ${from(metric)} ${overTime}) WHERE ${name('d')} <> 0`
  )
}

/** Rows per combination of tags over the whole range: what adds up in one query, then one per ratio. */
export function tableQueries(
  metric: Metric,
  enrichment: Enrichment,
  tags: readonly string[],
): string[] {
  const { kept } = whatAdds(metric, enrichment, { by: tags, bucketMs: Infinity })
  const groupBy = `GROUP BY ${tags.map(name).join(', ')}`
  const sums = kept.filter(([, node]) => node.kind !== 'ratio').map(([value]) => sum(value))
  const ratios = kept.flatMap(([value, node]) =>
    node.kind === 'ratio' ? [quotientQuery(metric, node, value, groupBy, tags)] : [],
  )
  return [`SELECT ${sums.join(', ')} FROM ${from(metric)} ${groupBy}`, ...ratios]
}

/** One added value divided by the other; no row where there is nothing to divide by (InfluxQL would say 0). */
function quotientQuery(
  metric: Metric,
  ratio: RatioNode,
  value: string,
  groupBy: string,
  tags: readonly string[],
): string {
  const part = (field: string, as: string) => `sum(${name(field)}) AS ${name(as)}`
  const parts = `${part(ratio.numerator, 'n')}, ${part(ratio.denominator, 'd')}`
  const fill = groupBy.includes('time(') ? ' fill(none)' : ''
  const keepTags = tags.length === 0 ? '' : ` GROUP BY ${tags.map(name).join(', ')}`
  return (
    `SELECT ${QUOTIENT} AS ${name(value)} ` +
    `FROM (SELECT ${parts} FROM ${from(metric)} ${groupBy}${fill}) ` +
    `WHERE ${name('d')} <> 0${keepTags}`
  )
}

/** `1.0`: InfluxQL makes a quotient of whole numbers whole again when an outer query reads it. */
const QUOTIENT = `1.0 * ${name('n')} / ${name('d')}`

const sum = (value: string) => `sum(${name(value)}) AS ${name(value)}`

const list = (first: string, tags: readonly string[]) => [first, ...tags.map(name)].join(', ')

/** The measurement, the time range, and the choice of every tag. */
function from(metric: Metric): string {
  const chosen = metric.by.map((tag) => `${name(tag)} =~ /^\${${tag}:regex}$/`)
  return `${name(metric.name)} WHERE ${['$timeFilter', ...chosen].join(' AND ')}`
}

function mustAdd(
  metric: Metric,
  enrichment: Enrichment,
  value: string,
  by: readonly string[],
  bucketMs = metric.window.sizeMs,
): void {
  const { kept, notes } = whatAdds(metric, enrichment, { by, bucketMs })
  if (kept.some(([name]) => name === value)) return
  throw new Error(`metric "${metric.name}" cannot show ${value}: ${notes.join('; ')}`)
}
