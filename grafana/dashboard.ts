// The dashboard of a pipeline as Grafana's classic JSON, the only form that file provisioning takes. Pure.
import type { Metric } from '../data/definitions/metric.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { chartPanel, DATASOURCE, labelOf, type Panel, tablePanel, totalPanels } from './panels.ts'
import { type Asked, tagValuesQuery } from './queries.ts'

/** Where a panel is, in a grid of 24 columns. */
export interface GridPos {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

export interface Variable {
  readonly type: 'query'
  readonly name: string
  readonly label: string
  readonly description: string
  readonly datasource: typeof DATASOURCE
  readonly query: string
  readonly definition: string
  readonly multi: true
  readonly includeAll: true
  readonly allValue: '.*'
  readonly [other: string]: unknown
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly schemaVersion: number
  readonly panels: readonly (Panel & { readonly id: number; readonly gridPos: GridPos })[]
  readonly templating: { readonly list: readonly Variable[] }
  readonly [other: string]: unknown
}

const COLUMNS = 24
const TOTALS_HEIGHT = 5
const METRIC_HEIGHT = 10
const CHART_WIDTH = 15

/**
 * Totals in a row on top, then per metric a chart and a table. Panels have the same ids for the same metrics. For a store
 * that keeps versions, or for one that overwrites.
 */
export function dashboardOf(
  pipeline: Pipeline,
  { keepsVersions }: Pick<Asked, 'keepsVersions'>,
): Dashboard {
  const { name, metrics, enrichment } = pipeline
  const about = (metric: Metric): Asked => ({ metric, enrichment, keepsVersions })
  const totals: Panel[] = []
  for (const metric of metrics) totals.push(...totalPanels(about(metric), totals.length))
  const firstRow = totals.length === 0 ? 0 : TOTALS_HEIGHT
  const placed = [
    ...totals.map((panel, index) => ({ panel, gridPos: totalPosition(index, totals.length) })),
    ...metrics.flatMap((metric, index) => {
      const y = firstRow + index * METRIC_HEIGHT
      const chart = { x: 0, y, w: CHART_WIDTH, h: METRIC_HEIGHT }
      const table = { x: CHART_WIDTH, y, w: COLUMNS - CHART_WIDTH, h: METRIC_HEIGHT }
      return [
        { panel: chartPanel(about(metric)), gridPos: chart },
        { panel: tablePanel(about(metric)), gridPos: table },
      ]
    }),
  ]
  return {
    uid: `windrow-${name}`,
    title: `windrow: ${name}`,
    description: `Metrics of the ${name} pipeline, generated from their definitions.`,
    tags: ['windrow'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '10s',
    time: { from: 'now-15m', to: 'now' },
    timepicker: { refresh_intervals: ['5s', '10s', '30s', '1m', '5m'] },
    timezone: 'browser',
    annotations: { list: [] },
    links: [],
    templating: { list: variablesOf(metrics) },
    panels: placed.map(({ panel, gridPos }, index) => ({ id: index + 1, gridPos, ...panel })),
  }
}

/** As even as whole columns allow: five totals are 5, 5, 5, 5 and 4 wide. */
function totalPosition(index: number, count: number): GridPos {
  const start = Math.ceil((index * COLUMNS) / count)
  const end = Math.ceil(((index + 1) * COLUMNS) / count)
  return { x: start, y: 0, w: end - start, h: TOTALS_HEIGHT }
}

/** A choice per tag. It filters the panels of the metrics that have the tag; its description names them. */
function variablesOf(metrics: readonly Metric[]): Variable[] {
  const tags = [...new Set(metrics.flatMap(({ by }) => by))]
  return tags.map((tag) => {
    const query = tagValuesQuery(tag, metrics)
    const filtered = metrics.filter(({ by }) => by.includes(tag)).map(({ panel }) => panel.title)
    return {
      type: 'query',
      name: tag,
      label: labelOf(tag),
      description: `Filters: ${filtered.join(', ')}.`,
      datasource: DATASOURCE,
      query,
      definition: query,
      multi: true,
      includeAll: true,
      allValue: '.*',
      current: { selected: true, text: ['All'], value: ['$__all'] },
      options: [],
      refresh: 2,
      regex: '',
      sort: 1,
      hide: 0,
      skipUrlSync: false,
    }
  })
}
