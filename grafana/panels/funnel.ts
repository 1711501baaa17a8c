// Steps, each a part of the one before: how many came to each, and which share of those who came to the step before.
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/bargauge'
import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeValueMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard'
import { labelOf } from '../../data/definitions/words.ts'
import { rowsQuery, shareQuery } from '../queries/queries.ts'
import { type Drawn, letter, oneNumber } from '../sdk/panel.ts'
import { influx } from '../sdk/targets.ts'
import { type Drawing, dressed, valuesOf } from './common.ts'

/** Two panels: the steps' numbers, whose bars are shares of the first, and the share that went on to each. */
export function funnelPanels(drawing: Drawing): Drawn[] {
  const { shown } = drawing
  const steps = valuesOf(shown)
  const counts = bars(drawing, shown.title, steps, (step) => rowsQuery(drawing, step, []))
  const onwards = steps.slice(1)
  const shares = bars(drawing, `${shown.title}: of the step before`, onwards, (step) =>
    shareQuery(drawing, step, steps[steps.indexOf(step) - 1]),
  )
  return [
    { panel: counts.unit(shown.unit).min(0).build(), width: 7 },
    { panel: shares.unit('percentunit').min(0).max(1).build(), width: 5 },
  ]
}

function bars(
  drawing: Drawing,
  title: string,
  steps: readonly string[],
  queryOf: (step: string) => string,
): PanelBuilder {
  const targets = steps.map((step, index) =>
    influx({ refId: letter(index), query: queryOf(step), resultFormat: 'table' }),
  )
  const builder = dressed(new PanelBuilder(), drawing, title, targets)
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .valueMode(BarGaugeValueMode.Text)
    .namePlacement(BarGaugeNamePlacement.Left)
    .showUnfilled(true)
    .reduceOptions(oneNumber('lastNotNull'))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor('blue'))
    .noValue('–')
  for (const step of steps)
    builder.overrideByName(step, [{ id: 'displayName', value: labelOf(step) }])
  return builder
}
