// A chart over time: bars on top of each other for what adds up, lines for the rest.
import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { labelOf } from '../../data/definitions/words.ts'
import { stacks } from '../queries/folds.ts'
import { openSeriesQuery, seriesQuery } from '../queries/queries.ts'
import { type Drawn, letter } from '../sdk/panel.ts'
import { influx } from '../sdk/targets.ts'
import { type Drawing, dressed, valuesOf } from './common.ts'

/** Bars over a range: about two hundred are readable, and then `$__interval` is a multiple of 10 s in every quick range. */
const MAX_BARS = 200

export function seriesPanel(drawing: Drawing): Drawn {
  const { metric, shown } = drawing
  const values = valuesOf(shown)
  const split = shown.split === undefined ? [] : [shown.split]
  // Of several values one may be part of another: they do not stand on top of each other.
  const adds = values.length === 1 && stacks(metric, shown.value)
  const lines = values.map((value, index) => ({
    refId: letter(index),
    alias: aliasOf(value, values.length, shown.split),
    query: seriesQuery(drawing, value, split),
    open: openSeriesQuery(drawing, value, split),
  }))
  const open = lines.flatMap(({ refId, alias, open }) =>
    open === undefined ? [] : [{ refId: `${refId} open`, alias: `${alias} (open)`, query: open }],
  )
  const targets = [...lines.map(({ refId, alias, query }) => ({ refId, alias, query })), ...open]
  const builder = dressed(
    new PanelBuilder(),
    drawing,
    shown.title,
    targets.map((target) => influx({ ...target, resultFormat: 'time_series' })),
  )
    .maxDataPoints(MAX_BARS)
    .unit(shown.unit)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .spanNulls(false)
    .axisSoftMin(0)
    .legend(legend(adds))
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    )
  for (const { refId } of open) builder.overrideByQuery(refId, openLook(adds))
  if (adds)
    builder
      .min(0)
      .drawStyle(GraphDrawStyle.Bars)
      .fillOpacity(80)
      .lineWidth(0)
      .showPoints(VisibilityMode.Never)
      .axisLabel('per interval')
      .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
  else
    builder
      .drawStyle(GraphDrawStyle.Line)
      .lineInterpolation(LineInterpolation.Linear)
      .fillOpacity(0)
      .lineWidth(2)
      .showPoints(VisibilityMode.Auto)
  return { panel: builder.build(), width: 12 }
}

function aliasOf(value: string, count: number, split: string | undefined): string {
  if (split === undefined) return labelOf(value)
  return count === 1 ? `$tag_${split}` : `$tag_${split}: ${labelOf(value)}`
}

const legend = (adds: boolean) =>
  new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Right)
    .showLegend(true)
    .calcs(adds ? ['sum', 'max'] : ['min', 'max', 'lastNotNull'])
    .sortBy(adds ? 'Total' : 'Last *')
    .sortDesc(true)

/** Not final yet: pale, dashed, laid over what is final instead of added to it, and not in the legend. */
const openLook = (adds: boolean): DynamicConfigValue[] => [
  { id: 'custom.fillOpacity', value: adds ? 15 : 0 },
  { id: 'custom.lineWidth', value: adds ? 1 : 2 },
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [4, 4] } },
  { id: 'custom.stacking', value: { mode: adds ? 'normal' : 'none', group: 'open' } },
  { id: 'custom.showPoints', value: adds ? 'never' : 'always' },
  { id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } },
]
