// What Grafana draws for the job's health.
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableCellHeight,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries'
import { type Drawn, letter, oneNumber, type PanelBuilder } from '../sdk/panel.ts'
import { JOB } from '../sdk/sources.ts'
import { prom, promRows } from '../sdk/targets.ts'
import type { HealthPanel } from './health.ts'

export function healthPanel(shown: HealthPanel): Drawn {
  const panel = {
    now: nowPanel,
    rows: rowsPanel,
    lines: timePanel,
    stacked: timePanel,
    bars: timePanel,
  }
  return { panel: panel[shown.look](shown).build(), width: shown.width }
}

function dressed<B extends PanelBuilder>(builder: B, shown: HealthPanel): B {
  const { title, help, unit, queries, look } = shown
  builder.title(title).description(help).datasource(JOB).unit(unit)
  Object.entries(queries).forEach(([legend, expression], index) => {
    const refId = letter(index)
    builder.withTarget(
      look === 'rows' ? promRows(refId, expression) : prom(refId, expression, legend),
    )
  })
  return builder
}

/** The newest number, with a line of how it came about. */
function nowPanel(shown: HealthPanel): Stat {
  const { words, limits } = shown
  const builder = dressed(new Stat(), shown)
    .noValue('–')
    .reduceOptions(oneNumber('lastNotNull'))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .thresholds(thresholds(words === undefined ? greenTo(limits) : RED_THEN_GREEN))
  if (words === undefined) return builder
  const options = Object.fromEntries(words.map((text, value) => [value, { text }]))
  return builder.mappings([{ type: MappingType.ValueToText, options }])
}

function timePanel(shown: HealthPanel): TimeSeries {
  const builder = dressed(new TimeSeries(), shown)
    .min(0)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull']),
    )
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    )
  if (shown.look === 'lines') return builder.lineWidth(2).fillOpacity(0)
  builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
  return shown.look === 'bars'
    ? builder.drawStyle(GraphDrawStyle.Bars).fillOpacity(80).lineWidth(0)
    : builder.lineWidth(1).fillOpacity(40)
}

/** Labels of the newest samples as rows. */
const rowsPanel = (shown: HealthPanel): Table =>
  dressed(new Table(), shown)
    .showHeader(true)
    .cellHeight(TableCellHeight.Sm)
    .withTransformation({
      id: 'organize',
      options: { excludeByName: { Time: true, Value: true }, indexByName: {}, renameByName: {} },
    })

const RED_THEN_GREEN: readonly Threshold[] = [
  { value: null, color: 'red' },
  { value: 1, color: 'green' },
]

const greenTo = (limits: HealthPanel['limits']): readonly Threshold[] => [
  { value: null, color: 'green' },
  ...(limits ?? []).map((value, index) => ({ value, color: ['orange', 'red'][index] })),
]

const thresholds = (steps: readonly Threshold[]): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...steps])
