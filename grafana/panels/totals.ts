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
import { whatAdds } from '../../data/definitions/rollup.ts'
import { labelOf } from '../../data/definitions/words.ts'
import { dayBefore, totalQuery } from '../queries/queries.ts'
import { COLUMNS, type Drawn, oneNumber } from '../sdk/panel.ts'
import { influx, math, reduced } from '../sdk/targets.ts'
import { type Drawing, dressed, unitIn } from './common.ts'

const COLORS = ['blue', 'green', 'orange', 'purple', 'yellow', 'super-light-red'] as const

/** The change's query. */
const CHANGE = 'E'

/** In one line; totals are spread evenly over as many as they need. */
const PER_LINE = 6

/** Totals of a dashboard, in lines of about one length. */
export function totalPanels(drawings: readonly Drawing[]): Drawn[] {
  const totals = drawings.flatMap(totalsOf)
  const perLine = Math.ceil(totals.length / Math.ceil(totals.length / PER_LINE))
  return totals.map((total, index) => ({
    panel: totalPanel(total, COLORS[index % COLORS.length]),
    width: Math.floor(COLUMNS / perLine),
  }))
}

interface Total {
  readonly drawing: Drawing
  readonly value: string
  readonly title: string
}

/** Those of the definition, and how many people there are in a window, which has no total but is looked at as one. */
function totalsOf(drawing: Drawing): Total[] {
  const { metric, shown, enrichment } = drawing
  if (shown.totals !== undefined)
    return shown.totals.map((value) => ({ drawing, value, title: labelOf(value) }))
  const { value, title } = shown
  const isDistinct = ['countDistinct', 'approxDistinct'].includes(metric.values[value].kind)
  const { kept } = whatAdds(metric, enrichment, { by: [] })
  const isHeadline = shown === metric.panel && isDistinct && kept.some(([name]) => name === value)
  return isHeadline ? [{ drawing, value, title }] : []
}

function totalPanel({ drawing, value, title }: Total, color: string): Panel {
  const { query, calc } = totalQuery(drawing, value)
  const asked = { resultFormat: 'time_series' } as const
  const shown = { ...drawing.shown, value, values: [value] }
  return (
    dressed(new PanelBuilder(), { ...drawing, shown }, title, [
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
