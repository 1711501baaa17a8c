// The dashboard of a pipeline as Grafana's classic JSON, the only form that file provisioning takes. Pure.
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  QueryVariableBuilder,
  TimePickerBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { type Metric, panelsOf } from '../data/definitions/metric.ts'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { labelOf } from '../data/definitions/words.ts'
import { annotations, linkTo, SYSTEM_UID, TAG } from './frame.ts'
import { laidOut, type Section } from './layout.ts'
import type { Drawing } from './panels/common.ts'
import { drawn } from './panels/panels.ts'
import { totalPanels } from './panels/totals.ts'
import type { Asked } from './queries/influxql.ts'
import { tagValuesQuery } from './queries/queries.ts'
import { POINTS } from './sdk/sources.ts'

const TOTALS_HEIGHT = 5
const PANEL_HEIGHT = 10

export const dashboardUid = ({ name }: Pick<Pipeline, 'name'>): string => `windrow-${name}`

/** Totals on top, then the panels by section. For a store that keeps versions, or for one that overwrites. */
export function dashboardOf(
  pipeline: Pipeline,
  { keepsVersions }: Pick<Asked, 'keepsVersions'>,
): Dashboard {
  const { name, metrics, enrichment } = pipeline
  const tags = [...new Set(metrics.flatMap(({ by }) => by))]
  const drawings = metrics.flatMap((metric) =>
    panelsOf(metric).map(
      (shown): Drawing => ({
        ...{ metric, shown, enrichment, keepsVersions },
        ...{ dashboard: dashboardUid(pipeline), variables: tags },
      }),
    ),
  )
  const builder = new DashboardBuilder(`windrow: ${name}`)
    .uid(dashboardUid(pipeline))
    .description(`Metrics of the ${name} pipeline, generated from their definitions.`)
    .tags([TAG])
    .version(1)
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('10s')
    .time({ from: 'now-1h', to: 'now' })
    .timepicker(new TimePickerBuilder().refreshIntervals(['5s', '10s', '30s', '1m', '5m']))
    .annotations(annotations())
    .links([linkTo(SYSTEM_UID, 'Health of the job')])
  for (const tag of tags) builder.withVariable({ build: () => variableOf(tag, metrics) })
  return { ...builder.build(), panels: laidOut(sectionsOf(drawings)) }
}

function sectionsOf(drawings: readonly Drawing[]): Section[] {
  const titles = [...new Set(drawings.map(({ shown }) => shown.section ?? ''))]
  // Without a heading first: under one they would seem to be of it.
  titles.sort((one, two) => Number(one !== '') - Number(two !== ''))
  return [
    {
      title: '',
      drawn: totalPanels(drawings),
      height: TOTALS_HEIGHT,
    },
    ...titles.map((title) => ({
      title,
      drawn: drawings.filter(({ shown }) => (shown.section ?? '') === title).flatMap(drawn),
      height: PANEL_HEIGHT,
    })),
  ]
}

/** A choice per tag. It filters the panels of the metrics that have the tag; its description names them. */
function variableOf(tag: string, metrics: readonly Metric[]): VariableModel {
  const filtered = metrics
    .filter(({ by }) => by.includes(tag))
    .flatMap((metric) => panelsOf(metric).map(({ title }) => title))
  const query = tagValuesQuery(tag, metrics)
  return new QueryVariableBuilder(tag)
    .label(labelOf(tag))
    .description(`Filters: ${filtered.join(', ')}.`)
    .datasource(POINTS)
    .query(query)
    .definition(query)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .build()
}
