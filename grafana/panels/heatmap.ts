// By day and hour of the day: a table whose cells are coloured. Grafana's own heatmap has time on one axis only, and
// InfluxQL has no hour of the day: the hours are asked for one after the other and arranged by transformations.
import {
  FieldTextAlignment,
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  TableCellHeight,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DataTransformerConfig,
  FieldColorBuilder,
  FieldColorModeId,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import { stepsOf } from '../../data/definitions/nodes.ts'
import { hoursQuery } from '../queries/queries.ts'
import type { Drawn } from '../sdk/panel.ts'
import { influx } from '../sdk/targets.ts'
import { type Drawing, dressed } from './common.ts'

/** Whatever range the dashboard has: a pattern of hours shows over days. */
const RANGE = '7d'
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour))
const CORNER = 'Day\\Hour'

export function heatmapPanel(drawing: Drawing): Drawn {
  const { metric, shown } = drawing
  const query = hoursQuery(drawing, shown.value)
  const builder = dressed(new PanelBuilder(), drawing, shown.title, [
    influx({ refId: 'A', query, resultFormat: 'table' }),
  ])
    .timeFrom(RANGE)
    .unit(shown.unit)
    .decimals(0)
    .min(0)
    .noValue('')
    .showHeader(true)
    .cellHeight(TableCellHeight.Sm)
    .minWidth(44)
    .align(FieldTextAlignment.Center)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.ContinuousBlues))
    .cellOptions({
      type: TableCellDisplayMode.ColorBackground,
      mode: TableCellBackgroundDisplayMode.Basic,
    })
    .overrideByName('Day', [
      { id: 'custom.cellOptions', value: { type: 'auto' } },
      { id: 'custom.width', value: 104 },
    ])
  for (const step of byDayAndHour(shown.value, stepsOf(metric.window).tz))
    builder.withTransformation(step)
  return { panel: builder.build(), width: 24 }
}

/** Of times and numbers: a row per day, a column per hour. By the clock of the metric's zone, else the reader's. */
const byDayAndHour = (value: string, tz: string | undefined): DataTransformerConfig[] => [
  {
    id: 'formatTime',
    options: {
      timeField: 'Time',
      outputFormat: '[Day]=YYYY-MM-DD [Hour]=HH',
      ...(tz === undefined ? { useTimezone: true } : { useTimezone: true, timezone: tz }),
    },
  },
  { id: 'extractFields', options: { source: 'Time', format: 'kvp', replace: false } },
  // Of a number the matrix makes a column with a name of its own; of a text one that is called as the value.
  {
    id: 'convertFieldType',
    options: { fields: {}, conversions: [{ targetField: 'Hour', destinationType: 'number' }] },
  },
  {
    id: 'groupingToMatrix',
    options: { columnField: 'Hour', rowField: 'Day', valueField: value, emptyValue: 'null' },
  },
  {
    id: 'organize',
    options: {
      excludeByName: {},
      // Hours come in the order of their first day, which may begin at noon.
      indexByName: Object.fromEntries([CORNER, ...HOURS].map((name, index) => [name, index])),
      renameByName: { [CORNER]: 'Day' },
    },
  },
]
