// What is told without being asked: each rule as data, with what to look at when it fires.
import type { Metric } from '../../data/definitions/metric.ts'
import type { Pipeline } from '../../data/definitions/pipeline.ts'
import { dashboardUid } from '../dashboard.ts'
import { SYSTEM_UID } from '../frame.ts'
import { rowsQuery } from '../queries/queries.ts'

interface Common {
  /** Never changed: Grafana knows a rule by it. */
  readonly uid: string
  readonly title: string
  readonly severity: 'critical' | 'warning'
  /** How long it must hold. */
  readonly holds: string
  readonly summary: string
  /** What to look at, in order. */
  readonly runbook: string
  /** Dashboard and title of the panel where it is seen, which is marked when it fires. */
  readonly seenAt: readonly [dashboard: string, panel: string]
}

/** Fires where PromQL answers with a number beyond the limit; no answer is no alert. */
export interface HealthRule extends Common {
  readonly kind: 'health'
  readonly expression: string
  readonly fires: readonly ['gt' | 'lt', number]
}

/**
 * Fires where a value of the last hour is below so large a share of the mean of the same hour of the days before. Rests
 * until there are as many days, and while there is less of `enough` than so many: a few orders more or less are no trend.
 */
export interface DropRule extends Common {
  readonly kind: 'drop'
  readonly query: string
  readonly below: number
  readonly days: number
  readonly enough: { readonly query: string; readonly least: number }
}

export type Rule = HealthRule | DropRule

const JOB_UP = 'up{job="windrow"}'
const READ = 'windrow_records_read_total'

export const HEALTH_RULES: readonly HealthRule[] = [
  {
    kind: 'health',
    uid: 'windrow-no-events',
    title: 'No events for 5 minutes',
    severity: 'critical',
    holds: '0s',
    expression: `sum(increase(${READ}[5m])) or vector(0)`,
    fires: ['lt', 1],
    summary: 'The job has read nothing for 5 minutes.',
    runbook:
      'Is the job there: `curl http://127.0.0.1:4100/readyz` says what it waits for. Does the log grow: the lag rises if it does, ' +
      'then it is the job (`windrow why`, and its log); if it does not, look at those who send (`windrow produce`, the shop).',
    seenAt: [SYSTEM_UID, 'Events per second'],
  },
  {
    kind: 'health',
    uid: 'windrow-job-away',
    title: 'No job answers',
    severity: 'critical',
    holds: '2m',
    expression: `max(${JOB_UP})`,
    fires: ['lt', 1],
    summary: 'Prometheus reaches no instance of the job.',
    runbook:
      'Start it: `windrow stream` goes on where it was. Its last log lines say why it ended; a second instance takes over by itself.',
    seenAt: [SYSTEM_UID, 'Job'],
  },
  {
    kind: 'health',
    uid: 'windrow-lag-growing',
    title: 'Lag is growing',
    severity: 'warning',
    holds: '5m',
    expression:
      'sum(windrow_partition_lag_records) > 10000 ' +
      'and delta(sum(windrow_partition_lag_records)[10m:30s]) > 0',
    fires: ['gt', 0],
    summary:
      'More comes in than the job reads: {{ .Value }} records are not read yet, and it was less 10 minutes ago.',
    runbook:
      'Is a store away or slow ("Stores that are away")? Is one partition alone behind ("Lag by partition")? Is a core full ("CPU")? ' +
      'Then `windrow stream --workers 2`, or as many as there are cores.',
    seenAt: [SYSTEM_UID, 'Lag by partition'],
  },
  {
    kind: 'health',
    uid: 'windrow-dead-letters',
    title: 'Many events are broken',
    severity: 'warning',
    holds: '5m',
    expression: `sum(increase(windrow_rejected_records_total[15m])) / sum(increase(${READ}[15m]))`,
    fires: ['gt', 0.01],
    summary: '{{ humanizePercentage .Value }} of the events of 15 minutes could not be read.',
    runbook:
      '`windrow dead-letters list` counts them by reason, `windrow dead-letters show` has field, place and bytes. Once the sender is ' +
      'mended, `windrow dead-letters replay` gives them back.',
    seenAt: [SYSTEM_UID, 'Dead letters by reason'],
  },
  {
    kind: 'health',
    uid: 'windrow-store-away',
    title: 'A store is away',
    severity: 'critical',
    holds: '1m',
    expression: 'max by (store, reason) (windrow_store_waiting_seconds)',
    fires: ['gt', 60],
    summary:
      '{{ .Labels.store }} is {{ .Labels.reason }}; the job holds its place and goes on by itself.',
    runbook:
      'Is the store up, has it room, does its address still hold? /status of the job has its last answer. Nothing is lost meanwhile ' +
      'as long as the log keeps its records.',
    seenAt: [SYSTEM_UID, 'Stores that are away'],
  },
  {
    kind: 'health',
    uid: 'windrow-no-checkpoint',
    title: 'No checkpoint for 5 minutes',
    severity: 'warning',
    holds: '1m',
    expression: `windrow_checkpoint_age_seconds and on (instance) sum by (instance) (increase(${READ}[5m])) > 0`,
    fires: ['gt', 300],
    summary:
      '{{ .Labels.instance }} reads events, but has not saved its place for {{ humanizeDuration .Value }}.',
    runbook:
      '/status of the job and its log say what saving waits for: a full disk, the rights of WINDROW_DATA, or MySQL (CHECKPOINTS=mysql). After a ' +
      'crash everything since then is processed again, with the same result.',
    seenAt: [SYSTEM_UID, 'Checkpoint age'],
  },
  {
    kind: 'health',
    uid: 'windrow-books',
    title: 'The books do not balance',
    severity: 'critical',
    holds: '1m',
    expression: 'max(windrow_unbalanced_partitions)',
    fires: ['gt', 0],
    summary:
      'Read is not counted + filtered + late + rejected + duplicates: this is a bug of windrow.',
    runbook:
      '`windrow audit` has the numbers by partition, `windrow verify all` compares the store with the log. Please report it.',
    seenAt: [SYSTEM_UID, 'Books that do not balance'],
  },
]

/** Of a pipeline that has a conversion, against the same hour of the three days before. */
export function dropRules(pipeline: Pipeline): DropRule[] {
  const { enrichment } = pipeline
  return pipeline.metrics.flatMap((metric): DropRule[] => {
    const { panel, values } = metric
    const node = values[panel.value]
    if (panel.value !== 'conversion' || node.kind !== 'ratio') return []
    const ask = (value: string) => rowsQuery(everything(metric, enrichment), value, [])
    return [
      {
        kind: 'drop',
        uid: `windrow-${pipeline.name}-conversion-drop`,
        title: 'Conversion has dropped',
        severity: 'warning',
        holds: '10m',
        query: ask(panel.value),
        below: 0.7,
        days: 3,
        enough: { query: ask(node.denominator), least: 500 },
        summary:
          'Conversion of the last hour is below 70 % of what it was in the same hour of the three days before.',
        runbook:
          `Where did it drop: the panel by its tags; what was deployed: the marks. Is the number right: \`windrow verify ${metric.name}\`; ` +
          'do purchases come late (`windrow late`) or broken (`windrow dead-letters list`)?',
        seenAt: [dashboardUid(pipeline), panel.title],
      },
    ]
  })
}

/** No choice of tags; the newest version, which every store answers alike: one file for all. */
const everything = (metric: Metric, enrichment: Pipeline['enrichment']) => ({
  ...{ metric, enrichment, keepsVersions: true, variables: [] },
})
