// A total over the range, with a line of how it came about and its change against the same range a day before.
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { dayBefore, totalQuery } from '../queries/queries.ts'
import { COLUMNS, type Drawn, oneNumber } from '../sdk/panel.ts'
import { influx, math, reduced } from '../sdk/targets.ts'
import { type Drawing, dressed, unitIn } from './common.ts'
import { labelOf } from './words.ts'

const COLORS = ['blue', 'green', 'orange', 'purple', 'yellow', 'super-light-red'] as const

/** The change's query. */
const CHANGE = 'E'

/** In one line; totals are spread evenly over as many as they need. */
const PER_LINE = 6

/** Totals of a dashboard, in lines of about one length. */
export function totalPanels(totals: readonly { drawing: Drawing; value: string }[]): Drawn[] {
  const perLine = Math.ceil(totals.length / Math.ceil(totals.length / PER_LINE))
  return totals.map(({ drawing, value }, index) => ({
    panel: totalPanel(drawing, value, COLORS[index % COLORS.length]),
    width: Math.floor(COLUMNS / perLine),
  }))
}

function totalPanel(drawing: Drawing, value: string, color: string): Panel {
  const { query, calc } = totalQuery(drawing, value)
  const asked = { resultFormat: 'time_series' } as const
  const shown = { ...drawing.shown, value, values: [value] }
  return (
    dressed(new PanelBuilder(), { ...drawing, shown }, labelOf(value), [
      influx({ refId: 'A', query, ...asked }),
      influx({ refId: 'B', query: dayBefore(query), ...asked, hide: true }),
      reduced('C', 'A', calc).hide(true),
      reduced('D', 'B', calc).hide(true),
      math(CHANGE, '$C / $D - 1'),
    ])
      .unit(unitIn(drawing, value))
      .noValue('–')
      .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(color))
      .reduceOptions(oneNumber(calc === 'last' ? 'lastNotNull' : calc))
      .colorMode(BigValueColorMode.Value)
      .graphMode(BigValueGraphMode.Area)
      .justifyMode(BigValueJustifyMode.Auto)
      .textMode(BigValueTextMode.Auto)
      .orientation(VizOrientation.Horizontal)
      .wideLayout(true)
      // Where there are expressions Grafana forgets what a query calls its answer.
      .overrideByQuery('A', [{ id: 'displayName', value: labelOf(value) }])
      .overrideByQuery(CHANGE, CHANGE_LOOK)
      .build()
  )
}

/** "vs day before: 4.2 %", green above and red below; a dash where there was nothing. */
const CHANGE_LOOK: DynamicConfigValue[] = [
  { id: 'displayName', value: 'vs day before' },
  { id: 'unit', value: 'percentunit' },
  { id: 'decimals', value: 1 },
  { id: 'color', value: { mode: 'thresholds' } },
  {
    id: 'thresholds',
    value: {
      mode: 'absolute',
      steps: [
        { value: null, color: 'red' },
        { value: 0, color: 'green' },
      ],
    },
  },
]
