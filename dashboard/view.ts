// From folded points to what a panel shows. Pure.

import { kindOf } from '../data/definitions/metric.ts'
import { stepsOf } from '../data/definitions/nodes.ts'
import type { PanelView, Total } from './api.ts'
import { courseOf } from './cut.ts'
import { firstOf, pointsAt } from './grid.ts'
import { funnelOf } from './kinds/funnel.ts'
import { heatmapOf } from './kinds/heatmap.ts'
import { rowsOf, tableOf } from './kinds/rows.ts'
import { seriesOf } from './kinds/series.ts'
import {
  type Asked,
  makesWhole,
  type PanelData,
  panelData,
  type Source,
  totalsOf,
} from './panel-data.ts'
import type { PanelOf } from './panels.ts'
import { formatSpan } from './public/format.js'

/** The view of one panel. Values that cannot be known as asked are left out, and a note says why. */
export function panelView(of: PanelOf, source: Source, asked: Asked): PanelView {
  const data = panelData(of, source, asked)
  const { grid } = data
  const base = {
    id: of.id,
    bucketMs: grid.bucketMs,
    edges: grid.edges,
    completeCount: data.completeCount,
    openFrom: firstOf(data.open, grid),
    soFar: data.soFar,
    split: data.split ?? null,
    totals: overall(data),
  }
  const shown = shownOf(data)
  return shown.empty
    ? { ...base, ...shown, notes: [...shown.notes, ...tooShort(data)] }
    : { ...base, ...shown }
}

/** A window that is longer than the range closes outside of it, most of the time. */
function tooShort({ metric, stretch }: PanelData): string[] {
  const { window } = metric
  const { sizeMs } = window.kind === 'hopping' ? window : stepsOf(window)
  if (sizeMs <= stretch.toMs - stretch.fromMs) return []
  return [`Each number is of ${formatSpan(sizeMs)}: choose a longer time range.`]
}

/** What the kind of panel adds. */
function shownOf(data: PanelData) {
  const { split } = data
  const kind = kindOf(data.panel)
  switch (kind) {
    case 'series': {
      const own = seriesOf(data)
      return { kind, ...own, empty: own.series.length === 0 }
    }
    case 'funnel': {
      const own = funnelOf(data)
      return { kind, ...own, empty: own.steps.length === 0 }
    }
    case 'heatmap': {
      const own = heatmapOf(data)
      return { kind, ...own, empty: own.days.length === 0 }
    }
    case 'table': {
      const own = tableOf(data, split ?? '')
      return { kind, ...own, empty: own.rows.length === 0 }
    }
    default: {
      const own = rowsOf(data, kind, split ?? '')
      return { kind, ...own, empty: own.rows.length === 0 }
    }
  }
}

function overall(data: PanelData): Total[] {
  const { metric, panel, grid, whole } = data
  const amounts = totalsOf(data, whole, undefined, true)
  const starts = grid.edges.slice(0, grid.count)
  return (panel.totals ?? []).map((name): Total => {
    const course = courseOf(metric, name, whole.by, grid.bucketMs)
    const points = pointsAt(whole, starts, course.kind === 'adds' ? 'adds' : 'last')
    const empty = makesWhole(data, name) ? 0 : null
    return {
      name,
      ...amounts('', name),
      adds: courseOf(metric, name, whole.by, Infinity).kind === 'adds',
      values: points.map((some) => (some === undefined ? null : (some[0]?.fields[name] ?? empty))),
    }
  })
}
