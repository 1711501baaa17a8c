// The panels of a pipeline as the page needs them: labels, units, what adds up. Pure.

import type { Metric } from '../data/definitions/metric.ts'
import { stepsOf } from '../data/definitions/nodes.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import type { PanelInfo, PipelineInfo, ValueInfo } from './api.ts'
import { DEFAULT_RANGE, RANGE_NAMES } from './range.ts'

/** Describes a pipeline whose points rest in `store` (a description for people). */
export function describePipeline(pipeline: Pipeline, store: string): PipelineInfo {
  return {
    name: pipeline.name,
    store,
    ranges: [...RANGE_NAMES, 'all'],
    defaultRange: DEFAULT_RANGE,
    panels: pipeline.metrics.map(describePanel),
  }
}

function describePanel(metric: Metric): PanelInfo {
  const { panel } = metric
  return {
    metric: metric.name,
    title: panel.title,
    summary: metric.summary,
    value: describeValue(metric, panel.value),
    ...(panel.split === undefined ? {} : { splitLabel: humanize(panel.split) }),
    totals: (panel.totals ?? []).map((name) => describeValue(metric, name)),
    windowMs: stepsOf(metric.window).sizeMs,
  }
}

function describeValue(metric: Metric, name: string): ValueInfo {
  const node = metric.values[name]
  const hint = node.kind === 'ratio' ? `${lower(node.numerator)} ÷ ${lower(node.denominator)}` : ''
  const kind = node.kind === 'ratio' ? 'ratio' : node.kind === 'countDistinct' ? 'distinct' : 'sum'
  return { name, label: humanize(name), unit: unitOf(metric, name), hint, kind }
}

/** The panel's unit for the panel's value; money divided by a number stays money; all else is a number. */
function unitOf(metric: Metric, name: string): string {
  if (name === metric.panel.value) return metric.panel.unit
  const node = metric.values[name]
  if (node.kind !== 'ratio') return 'short'
  const numerator = unitOf(metric, node.numerator)
  const denominator = unitOf(metric, node.denominator)
  return numerator.startsWith('currency') && denominator === 'short' ? numerator : 'short'
}

const lower = (name: string) => name.replaceAll('_', ' ')

/** "average_order_value" becomes "Average order value". */
export function humanize(name: string): string {
  const text = lower(name)
  return text.charAt(0).toUpperCase() + text.slice(1)
}
