// Panels of a metric: a chart over time, totals, and a table. Pure: a metric in, Grafana's classic panel JSON out.

import type { Metric } from '../data/definitions/metric.ts'
import { stepsOf } from '../data/definitions/nodes.ts'
import { whatAdds } from '../data/definitions/rollup.ts'
import { exactDuration } from '../kit/duration.ts'
import { type Asked, openSeriesQuery, seriesQuery, tableQueries, totalQuery } from './queries.ts'

/** The data source's uid, fixed: file provisioning knows no `${DS_…}` placeholders. */
export const DATASOURCE = { type: 'influxdb', uid: 'windrow' } as const

/** Bars over a range: about two hundred are readable, and then `$__interval` is a multiple of 10 s in every quick range. */
const MAX_BARS = 200
/** The query of windows that are still open. */
const OPEN = 'B'
const COLORS = ['blue', 'green', 'orange', 'purple', 'yellow', 'super-light-red'] as const

export interface Target {
  readonly refId: string
  readonly datasource: typeof DATASOURCE
  readonly rawQuery: true
  readonly query: string
  readonly resultFormat: 'time_series' | 'table'
  readonly alias?: string
}

export interface Panel {
  readonly type: 'timeseries' | 'stat' | 'table'
  readonly title: string
  readonly description: string
  readonly datasource: typeof DATASOURCE
  readonly interval: string
  readonly maxDataPoints?: number
  readonly targets: readonly Target[]
  readonly fieldConfig: unknown
  readonly options: unknown
  readonly transformations?: readonly unknown[]
}

/** The metric's chart: bars on top of each other for what adds up, lines for the rest. */
export function chartPanel(asked: Asked): Panel {
  const { metric } = asked
  const { value, split, title, unit } = metric.panel
  const adds = metric.values[value].kind === 'count' || metric.values[value].kind === 'sum'
  const splits = split === undefined ? [] : [split]
  const query = seriesQuery(asked, value, splits)
  const open = openSeriesQuery(asked, value, splits)
  const alias = split === undefined ? labelOf(value) : `$tag_${split}`
  const bars = {
    drawStyle: 'bars',
    fillOpacity: 80,
    lineWidth: 0,
    stacking: { mode: 'normal', group: 'A' },
  }
  const lines = { drawStyle: 'line', fillOpacity: 0, lineWidth: 2, lineInterpolation: 'linear' }
  return {
    ...common(metric, 'timeseries', title),
    maxDataPoints: MAX_BARS,
    targets: [
      target('A', query, 'time_series', alias),
      ...(open === undefined ? [] : [target(OPEN, open, 'time_series', `${alias} (open)`)]),
    ],
    fieldConfig: {
      defaults: {
        unit,
        ...(adds ? { min: 0 } : {}),
        color: { mode: 'palette-classic' },
        custom: {
          ...(adds ? bars : lines),
          spanNulls: false,
          showPoints: adds ? 'never' : 'auto',
          axisLabel: adds ? 'per interval' : '',
          axisSoftMin: 0,
        },
      },
      overrides: open === undefined ? [] : [openLook(adds)],
    },
    options: {
      legend: {
        displayMode: 'table',
        placement: 'right',
        showLegend: true,
        calcs: adds ? ['sum', 'max'] : ['min', 'max', 'lastNotNull'],
        sortBy: adds ? 'Total' : 'Last *',
        sortDesc: true,
      },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  }
}

/** Not final yet: pale, dashed, laid over what is final instead of added to it, and not in the legend. */
const openLook = (adds: boolean) => ({
  matcher: { id: 'byFrameRefID', options: OPEN },
  properties: [
    { id: 'custom.fillOpacity', value: adds ? 15 : 0 },
    { id: 'custom.lineWidth', value: adds ? 1 : 2 },
    { id: 'custom.lineStyle', value: { fill: 'dash', dash: [4, 4] } },
    { id: 'custom.stacking', value: { mode: adds ? 'normal' : 'none', group: 'open' } },
    { id: 'custom.showPoints', value: adds ? 'never' : 'always' },
    { id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } },
  ],
})

/** The metric's totals over the range, each with a line of how it came about. */
export function totalPanels(asked: Asked, firstColor: number): Panel[] {
  const { metric } = asked
  return (metric.panel.totals ?? []).map((value, index) => ({
    ...common(metric, 'stat', labelOf(value)),
    targets: [target('A', totalQuery(asked, value), 'time_series', labelOf(value))],
    fieldConfig: {
      defaults: {
        unit: unitOf(metric, value),
        color: { mode: 'fixed', fixedColor: COLORS[(firstColor + index) % COLORS.length] },
        noValue: '–',
      },
      overrides: [],
    },
    options: {
      reduceOptions: {
        calcs: [metric.values[value].kind === 'ratio' ? 'lastNotNull' : 'sum'],
        fields: '',
        values: false,
      },
      colorMode: 'value',
      graphMode: 'area',
      justifyMode: 'auto',
      textMode: 'value',
      wideLayout: true,
    },
  }))
}

/** The metric's values over the range by its split and one more tag, largest first. */
export function tablePanel(asked: Asked): Panel {
  const { metric, enrichment } = asked
  const { split, value } = metric.panel
  const others = metric.by.filter((tag) => tag !== split)
  const tags = [...(split === undefined ? [] : [split]), ...others.slice(-1)]
  const values = whatAdds(metric, enrichment, { by: tags, bucketMs: Infinity }).kept.map(
    ([name]) => name,
  )
  const queries = tableQueries(asked, tags)
  return {
    ...common(metric, 'table', `Totals by ${tags.map(wordsOf).join(' and ')}`),
    targets: queries.map((query, index) => target('ABCDEFGH'[index], query, 'table')),
    fieldConfig: {
      defaults: { custom: { align: 'auto', filterable: true } },
      overrides: values.map((name) => ({
        matcher: { id: 'byName', options: labelOf(name) },
        properties: [
          { id: 'unit', value: unitOf(metric, name) },
          ...(name === value
            ? [
                { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic' } },
                { id: 'min', value: 0 },
              ]
            : []),
        ],
      })),
    },
    options: {
      showHeader: true,
      cellHeight: 'sm',
      sortBy: [{ displayName: labelOf(value), desc: true }],
    },
    transformations: [
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries([...tags, ...values].map((name, index) => [name, index])),
          renameByName: Object.fromEntries(
            [...tags, ...values].map((name) => [name, labelOf(name)]),
          ),
        },
      },
    ],
  }
}

function common<Type extends Panel['type']>(metric: Metric, type: Type, title: string) {
  return {
    type,
    title,
    description: metric.summary,
    datasource: DATASOURCE,
    interval: exactDuration(stepsOf(metric.window).sizeMs),
  }
}

function target(
  refId: string,
  query: string,
  resultFormat: Target['resultFormat'],
  alias?: string,
): Target {
  const text = { refId, datasource: DATASOURCE, rawQuery: true, query, resultFormat } as const
  return alias === undefined ? text : { ...text, alias }
}

/** Grafana's unit of a value: the panel's own, that of what a ratio divides, else a plain number. */
export function unitOf(metric: Metric, value: string): string {
  if (value === metric.panel.value) return metric.panel.unit
  const node = metric.values[value]
  return node.kind === 'ratio' ? unitOf(metric, node.numerator) : 'short'
}

/** `average_order_value` → "average order value". */
export const wordsOf = (name: string): string => name.replaceAll('_', ' ')

/** `average_order_value` → "Average order value". */
export const labelOf = (name: string): string =>
  wordsOf(name.charAt(0).toUpperCase() + name.slice(1))
