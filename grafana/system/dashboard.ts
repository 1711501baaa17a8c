// The dashboard of the job's health, from what Prometheus scrapes of it. One for all pipelines and stores. Pure.
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  QueryVariableBuilder,
  TimePickerBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { annotations, linkTo, SYSTEM_UID, TAG } from '../frame.ts'
import { laidOut } from '../layout.ts'
import { JOB } from '../sdk/sources.ts'
import { HEALTH } from './health.ts'
import { healthPanel } from './panels.ts'
import { of } from './promql.ts'

/** `pipelines`: uid and title of their dashboards. */
export function systemDashboard(pipelines: Readonly<Record<string, string>>): Dashboard {
  const sections = HEALTH.map(({ panels, ...section }) => ({
    ...section,
    drawn: panels.map(healthPanel),
  }))
  const builder = new DashboardBuilder('windrow: health of the job')
    .uid(SYSTEM_UID)
    .description('What the job tells Prometheus: /metrics of `windrow stream`.')
    .tags([TAG])
    .version(1)
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('10s')
    .time({ from: 'now-1h', to: 'now' })
    .timepicker(new TimePickerBuilder().refreshIntervals(['5s', '10s', '30s', '1m', '5m']))
    .annotations([...annotations(), starts()])
    .links(Object.entries(pipelines).map(([uid, title]) => linkTo(uid, title)))
    .withVariable(instances())
  return { ...builder.build(), panels: laidOut(sections) }
}

/** A mark where a job's process began: a deploy that nobody had to tell of, or a crash. */
const starts = (): AnnotationQueryBuilder =>
  new AnnotationQueryBuilder()
    .name('Starts of the job')
    .datasource(JOB)
    .enable(true)
    .iconColor('light-green')
    .expr(`1000 * ${of('process_start_time_seconds')}`)
    .step('60s')
    .useValueForTime(true)
    .titleFormat('The job began')
    .textFormat('{{instance}}')

const instances = (): QueryVariableBuilder => {
  const query = 'label_values(windrow_job, instance)'
  return new QueryVariableBuilder('instance')
    .label('Instance')
    .description('Where the job runs: one works, others stand by.')
    .datasource(JOB)
    .query({ qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .definition(query)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] })
    .refresh(VariableRefresh.OnTimeRangeChanged)
}
