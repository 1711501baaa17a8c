// The panels of a pipeline as the page needs them: labels, units, what adds up. Pure.
import { createHash } from 'node:crypto'

import {
  kindOf,
  type Metric,
  needsSplit,
  type Panel,
  panelsOf,
} from '../data/definitions/metric.ts'
import { partsOf, stepsOf, type ValueNode } from '../data/definitions/nodes.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { unitOf } from '../data/definitions/units.ts'
import { labelOf, percentOf, wordsOf } from '../data/definitions/words.ts'
import type { PanelInfo, PipelineInfo, TagInfo, ValueInfo } from './api.ts'
import { DEFAULT_RANGE, RANGE_NAMES } from './range.ts'

/** A panel with the metric it shows. `id`: one of its own in the pipeline. */
export interface PanelOf {
  readonly id: string
  readonly metric: Metric
  readonly panel: Panel
}

/** All panels of a pipeline, in the order they are shown: those of a section follow one another. */
export function panelsIn(pipeline: Pick<Pipeline, 'metrics'>): PanelOf[] {
  const panels = pipeline.metrics.flatMap((metric) =>
    panelsOf(metric).map((panel, n) => {
      const id = n === 0 ? metric.name : `${metric.name}-${n + 1}`
      return { id, metric, panel }
    }),
  )
  const sections = [...new Set(panels.map(({ panel }) => panel.section))]
  return sections.flatMap((section) => panels.filter(({ panel }) => panel.section === section))
}

/** Describes a pipeline whose points rest in `store` (a description for people). */
export function describePipeline(pipeline: Pipeline, store: string): PipelineInfo {
  const tags = [...new Set(pipeline.metrics.flatMap(({ by }) => by))]
  const info = {
    name: pipeline.name,
    store,
    ranges: [...RANGE_NAMES, 'all'],
    defaultRange: DEFAULT_RANGE,
    tags: tags.map(describeTag),
    panels: panelsIn(pipeline).map(describePanel),
  }
  const version = createHash('sha256').update(JSON.stringify(info)).digest('hex').slice(0, 16)
  return { version, ...info }
}

const describeTag = (name: string): TagInfo => ({ name, label: labelOf(name) })

function describePanel({ id, metric, panel }: PanelOf): PanelInfo {
  const describe = (name: string) => describeValue(metric, panel, name)
  return {
    id,
    metric: metric.name,
    kind: kindOf(panel),
    section: panel.section ?? '',
    title: panel.title,
    summary: metric.summary,
    value: describe(panel.value),
    values: valuesOfPanel(panel).map(describe),
    split: panel.split ?? null,
    splits: splitsOf(metric, panel).map(describeTag),
    folds: metric.top?.of ?? [],
    whole: !needsSplit(panel),
    totals: (panel.totals ?? []).map(describe),
    windowMs: stepsOf(metric.window).sizeMs,
  }
}

/** Values drawn together, at least one. */
export const valuesOfPanel = ({ value, values }: Panel): readonly string[] => values ?? [value]

/** Tags the panel can be split by: where lines or steps are values, it has no split. */
export function splitsOf(metric: Metric, panel: Panel): readonly string[] {
  const single = kindOf(panel) === 'series' && valuesOfPanel(panel).length === 1
  return single || needsSplit(panel) ? metric.by : []
}

/** The split a panel has unless another is asked for. */
export const defaultSplit = (metric: Metric, panel: Panel): string | undefined =>
  splitsOf(metric, panel).length === 0 ? undefined : panel.split

export function describeValue(metric: Metric, panel: Panel, name: string): ValueInfo {
  const node = metric.values[name]
  const unit = unitOf(metric, panel, name)
  return { name, label: labelOf(name), unit, hint: hintOf(node), kind: valueKindOf(node) }
}

function hintOf(node: ValueNode): string {
  switch (node.kind) {
    case 'ratio':
      return partsOf(node).map(wordsOf).join(' ÷ ')
    case 'difference':
      return partsOf(node).map(wordsOf).join(' − ')
    case 'percentile':
      return `within ${percentOf(node.error)} of the exact one`
    case 'approxDistinct':
      return `estimate, standard error ${percentOf(node.error)}`
    default:
      return ''
  }
}

export function valueKindOf(node: ValueNode): ValueInfo['kind'] {
  switch (node.kind) {
    case 'count':
    case 'sum':
    case 'countNew':
      return 'sum'
    case 'min':
    case 'max':
      return 'extreme'
    case 'countDistinct':
    case 'approxDistinct':
      return 'distinct'
    default:
      return node.kind
  }
}
