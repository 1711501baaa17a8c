// The InfluxQL of the panels: what to ask for a value of a metric, from the definition alone. Pure.
import type { Metric } from '../../data/definitions/metric.ts'
import {
  isComputed,
  partsOf,
  ratio,
  stepsOf,
  type ValueNode,
} from '../../data/definitions/nodes.ts'
import { foldOf, mustAdd, partFold, tagFold } from './folds.ts'
import {
  type Asked,
  aggregate,
  byTags,
  byTime,
  byWindow,
  computed,
  finalPoints,
  fromPoints,
  type Grouping,
  name,
  openPoints,
  type Points,
  partColumns,
  QUOTIENT,
} from './influxql.ts'

const HOUR_MS = 3_600_000

/** Values a tag's variable offers: those the metrics that have the tag have written. */
export function tagValuesQuery(tag: string, metrics: readonly Metric[]): string {
  const measurements = metrics.filter(({ by }) => by.includes(tag)).map((one) => name(one.name))
  return `SHOW TAG VALUES FROM ${measurements.join(', ')} WITH KEY = ${name(tag)}`
}

/** A value over time, a series per value of `split`; null where there is nothing, so that lines break there. */
export function seriesQuery(asked: Asked, value: string, split: readonly string[]): string {
  mustAdd(asked, value, split)
  return overTime(asked, finalPoints(asked), value, split)
}

/** The same of the windows that are open now; none for a metric that does not show them. */
export function openSeriesQuery(
  asked: Asked,
  value: string,
  split: readonly string[],
): string | undefined {
  if (asked.metric.emitEveryMs === undefined) return undefined
  mustAdd(asked, value, split)
  return overTime(asked, openPoints(asked), value, split)
}

function overTime(asked: Asked, points: Points, value: string, split: readonly string[]): string {
  const one = { value, node: asked.metric.values[value] }
  const group = byTime(asked.metric, split)
  const query = together(asked, points, one, split, group)
  if (foldOf(asked.metric, one.node) !== 'parts') return query
  return `SELECT ${aggregate('mean', value)} FROM (${query}) WHERE $timeFilter ${group('null')}`
}

/**
 * A value over time, and how its total over the range is had of it: what adds is added up; a quotient or a mean is that of
 * everything until then, so that the last is the range's; of windows that overlap the last is the newest.
 */
export function totalQuery(asked: Asked, value: string): { query: string; calc: TotalCalc } {
  mustAdd(asked, value, [])
  const { metric } = asked
  const node = metric.values[value]
  const group = byTime(metric, [])
  const points = finalPoints(asked)
  const fold = foldOf(metric, node)
  if (fold === 'parts' && isComputed(node)) {
    // Sums so far there are, extremes so far there are not.
    if (partsOf(node).some((part) => partFold(metric.values[part]) !== 'sum'))
      return { query: rowsQuery(asked, value, []), calc: 'last' }
    const parts = partColumns(node, (part) => `cumulative_sum(sum(${name(part)}))`)
    const from = fromPoints(asked, points, partsOf(node))
    return {
      query: computed(value, node, `SELECT ${parts} FROM ${from} ${group('none')}`, []),
      calc: 'last',
    }
  }
  if (fold === 'mean') {
    const soFar = `cumulative_sum(sum(${name(value)})) AS ${name('n')}, cumulative_sum(count(${name(value)})) AS ${name('d')}`
    const windows = perWindow(asked, points, { value, node }, [])
    return {
      query:
        `SELECT ${QUOTIENT} AS ${name(value)} ` +
        `FROM (SELECT ${soFar} FROM (${windows}) WHERE $timeFilter ${group('none')})`,
      calc: 'last',
    }
  }
  const query = together(asked, points, { value, node }, [], () => group('none'))
  return { query, calc: fold === 'parts' ? 'last' : fold }
}

/** Grafana's names for how a series becomes one number. */
export type TotalCalc = 'sum' | 'min' | 'max' | 'last'

/** A row per combination of tags over the whole range; without tags one row. */
export function rowsQuery(asked: Asked, value: string, tags: readonly string[]): string {
  mustAdd(asked, value, tags)
  const node = asked.metric.values[value]
  return together(asked, finalPoints(asked), { value, node }, tags, byTags(tags))
}

/** One value as a share of another, over the whole range. */
export function shareQuery(asked: Asked, value: string, of: string): string {
  mustAdd(asked, value, [])
  mustAdd(asked, of, [])
  const one = { value, node: ratio(value, of) }
  return together(asked, finalPoints(asked), one, [], byTags([]))
}

/** A value per hour. Throws for windows that are longer. */
export function hoursQuery(asked: Asked, value: string): string {
  mustAdd(asked, value, [])
  const { metric } = asked
  if (HOUR_MS % stepsOf(metric.window).sizeMs !== 0)
    throw new Error(
      `metric "${metric.name}" has no hours to show: a heatmap needs windows that an hour is made of`,
    )
  const group = byTime(metric, [], '1h')
  const one = { value, node: metric.values[value] }
  return together(asked, finalPoints(asked), one, [], () => group('none'))
}

/** A query asked of the same range a day before. Grafana fills in the range: `$timeFilter` has one only. */
export const dayBefore = (query: string): string =>
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's variables, not ours
  query.replaceAll('$timeFilter', 'time >= ${__from}ms - 1d and time <= ${__to}ms - 1d')

interface One {
  readonly value: string
  readonly node: ValueNode
}

/** All windows of a group as one number. */
function together(
  asked: Asked,
  points: Points,
  one: One,
  tags: readonly string[],
  group: Grouping,
): string {
  const { value, node } = one
  const fold = foldOf(asked.metric, node)
  if (fold === 'parts') return ofParts(asked, points, one, tags, group)
  if (fold === 'mean' || fold === 'last')
    return (
      `SELECT ${aggregate(fold, value)} FROM (${perWindow(asked, points, one, tags)}) ` +
      `WHERE $timeFilter ${group('null')}`
    ).trimEnd()
  const from = fromPoints(asked, points, [value])
  return `SELECT ${aggregate(tagFold(node), value)} FROM ${from} ${group('null')}`.trimEnd()
}

/** The value of each window, exact. */
function perWindow(asked: Asked, points: Points, one: One, tags: readonly string[]): string {
  const { value, node } = one
  if (isComputed(node)) return ofParts(asked, points, one, tags, byWindow(tags))
  const from = fromPoints(asked, points, [value])
  return `SELECT ${aggregate(tagFold(node), value)} FROM ${from} ${byWindow(tags)('none')}`
}

/** A computed value of its parts, each put together by itself. */
function ofParts(
  asked: Asked,
  points: Points,
  { value, node }: One,
  tags: readonly string[],
  group: Grouping,
): string {
  if (!isComputed(node)) throw new Error(`${value} has no parts`)
  const { values } = asked.metric
  const columns = partColumns(node, (part) => `${tagFold(values[part])}(${name(part)})`)
  const from = fromPoints(asked, points, partsOf(node))
  return computed(value, node, `SELECT ${columns} FROM ${from} ${group('none')}`.trimEnd(), tags)
}
