// The values of a tag over the whole range: beside each other, as parts of a whole, largest first, or as a table.

import { PanelBuilder as BarChart } from '@grafana/grafana-foundation-sdk/barchart'
import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeValueMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TableCellHeight,
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DashboardLink,
  type DataTransformerConfig,
  FieldColorBuilder,
  FieldColorModeId,
} from '@grafana/grafana-foundation-sdk/dashboard'
import {
  PanelBuilder as PieChart,
  PieChartLegendOptionsBuilder,
  PieChartLegendValues,
  PieChartType,
} from '@grafana/grafana-foundation-sdk/piechart'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { labelOf } from '../../data/definitions/words.ts'
import { rowsQuery } from '../queries/queries.ts'
import { type Drawn, eachRow, letter, type PanelBuilder } from '../sdk/panel.ts'
import { influx } from '../sdk/targets.ts'
import {
  asTable,
  type Drawing,
  dressed,
  filterByCell,
  filterByRow,
  namesOf,
  splitOf,
  unitIn,
  valuesOf,
} from './common.ts'

/** Rows of a ranking without a `top` of its own; more are not read. */
const RANKED = 10

/** Side by side, in the order of their names: age groups. */
export function barsPanel(drawing: Drawing): Drawn {
  const several = valuesOf(drawing.shown).length > 1
  const columns = [splitOf(drawing.metric, drawing.shown), ...valuesOf(drawing.shown)]
  const panel = chartOfRows(new BarChart(), drawing, columns)
    .xField(labelOf(splitOf(drawing.metric, drawing.shown)))
    .orientation(VizOrientation.Auto)
    .showValue(VisibilityMode.Auto)
    .fillOpacity(80)
    .axisSoftMin(0)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(several)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None))
    .build()
  return { panel, width: 8 }
}

/** A donut. */
export function sharePanel(drawing: Drawing): Drawn {
  const panel = marksOfRows(new PieChart(), drawing)
    .pieType(PieChartType.Donut)
    .reduceOptions(eachRow(50))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .legend(
      new PieChartLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Right)
        .showLegend(true)
        .calcs([])
        .values([PieChartLegendValues.Value, PieChartLegendValues.Percent]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single).sort(SortOrder.None))
    .build()
  return { panel, width: 8 }
}

/** Largest first. */
export function rankingPanel(drawing: Drawing): Drawn {
  const { metric, shown } = drawing
  const rows = (metric.top?.count ?? RANKED - 1) + 1
  const builder = marksOfRows(new BarGauge(), drawing)
  for (const step of largestFirst(shown.value, rows)) builder.withTransformation(step)
  const panel = builder
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .valueMode(BarGaugeValueMode.Text)
    .namePlacement(BarGaugeNamePlacement.Left)
    .showUnfilled(false)
    .minVizHeight(16)
    .maxVizHeight(28)
    .min(0)
    .reduceOptions(eachRow(rows))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor('blue'))
    .build()
  return { panel, width: 8 }
}

/** A row per value of the tag, a column per value of the metric. */
export function tablePanel(drawing: Drawing): Drawn {
  const { shown } = drawing
  const split = splitOf(drawing.metric, shown)
  const builder = ofRows(new Table(), drawing, [split, ...valuesOf(shown)])
    .overrideByName(labelOf(split), [
      { id: 'links', value: [filterByCell(drawing, split)] },
      ...namesOf(split),
    ])
    .filterable(true)
    .showHeader(true)
    .cellHeight(TableCellHeight.Sm)
    .sortBy([new TableSortByFieldStateBuilder().displayName(labelOf(shown.value)).desc(true)])
  for (const value of valuesOf(shown))
    builder.overrideByName(labelOf(value), [
      { id: 'unit', value: unitIn(drawing, value) },
      ...(value === shown.value
        ? [
            { id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic' } },
            { id: 'min', value: 0 },
          ]
        : []),
    ])
  return { panel: builder.build(), width: 12 }
}

function ofRows<B extends PanelBuilder>(
  builder: B,
  drawing: Drawing,
  labelled: readonly string[],
): B {
  const { metric, shown } = drawing
  const split = splitOf(metric, shown)
  const values = valuesOf(shown)
  const targets = values.map((value, index) =>
    influx({
      refId: letter(index),
      query: rowsQuery(drawing, value, [split]),
      resultFormat: 'table',
    }),
  )
  dressed(builder, drawing, shown.title, targets).unit(shown.unit)
  for (const step of asTable([split, ...values], labelled)) builder.withTransformation(step)
  return builder
}

/** Charts of rows, whose marks filter by their row when they are clicked. */
function chartOfRows<B extends LinkedBuilder>(
  builder: B,
  drawing: Drawing,
  labelled: readonly string[],
): B {
  const split = splitOf(drawing.metric, drawing.shown)
  return ofRows(builder, drawing, labelled)
    .dataLinks(filterByRow(drawing, split).map((link) => ({ build: () => link })))
    .overrideByName(labelOf(split), namesOf(split))
}

/** A mark per row of one value. The value keeps its name: marks would be called by a label instead of by their row. */
function marksOfRows<B extends LinkedBuilder>(builder: B, drawing: Drawing): B {
  const { metric, shown } = drawing
  const single = { ...drawing, shown: { ...shown, values: [shown.value] } }
  return chartOfRows(builder, single, [splitOf(metric, shown)])
}

interface LinkedBuilder extends PanelBuilder {
  dataLinks(links: Builder<DashboardLink>[]): this
}

const largestFirst = (value: string, rows: number): DataTransformerConfig[] => [
  { id: 'sortBy', options: { fields: {}, sort: [{ field: value, desc: true }] } },
  { id: 'limit', options: { limitField: rows } },
]
