// What the job's health is looked at by: panels as data, in the order they are shown. Each says what to do.
import { increase, maxBy, of, quantile, rate, since, sumBy } from './promql.ts'

export type Look = 'now' | 'lines' | 'stacked' | 'bars' | 'rows'

export interface HealthPanel {
  readonly title: string
  readonly help: string
  readonly look: Look
  /** Grafana's unit id. */
  readonly unit: string
  /** PromQL by its name in the legend: text, `{{label}}`. */
  readonly queries: Readonly<Record<string, string>>
  /** Of 24 columns. */
  readonly width: number
  /** Orange from the first, red from the second. */
  readonly limits?: readonly [orange: number, red: number]
  /** Words for 0 and 1. */
  readonly words?: readonly [off: string, on: string]
}

export interface HealthSection {
  readonly title: string
  readonly height: number
  readonly panels: readonly HealthPanel[]
}

const NOW: HealthSection = {
  title: '',
  height: 4,
  panels: [
    {
      title: 'Job',
      help: 'Whether it reads events. What it waits for: `windrow why`, or /readyz of the job.',
      ...{ look: 'now', unit: 'short', width: 4, words: ['not ready', 'ready'] },
      queries: { Job: `max(${of('windrow_ready')})` },
    },
    {
      title: 'Events per second',
      help: 'Read from the event log.',
      ...{ look: 'now', unit: 'short', width: 4 },
      queries: { Events: `sum(${rate('windrow_records_read_total')})` },
    },
    {
      title: 'Lag',
      help: 'Records in the log that are not read yet.',
      ...{ look: 'now', unit: 'short', width: 4, limits: [10_000, 1_000_000] },
      queries: { Lag: `sum(${of('windrow_partition_lag_records')})` },
    },
    {
      title: 'Watermark behind',
      help: 'How far event time is behind the clock. `windrow why <metric>` says what holds a window open.',
      ...{ look: 'now', unit: 's', width: 4, limits: [60, 300] },
      queries: { Behind: since(`max(${of('windrow_watermark_seconds')})`) },
    },
    {
      title: 'Dead letters',
      help: 'Records in the range that could not be events. `windrow dead-letters list` shows them.',
      ...{ look: 'now', unit: 'short', width: 4, limits: [1, 1_000] },
      queries: {
        'Dead letters': `sum(increase(${of('windrow_rejected_records_total')}[$__range]))`,
      },
    },
    {
      title: 'Checkpoint age',
      help: 'Since the place was last saved; after a crash so much is processed again, with the same result.',
      ...{ look: 'now', unit: 's', width: 4, limits: [60, 300] },
      queries: { Age: `min(${of('windrow_checkpoint_age_seconds')})` },
    },
  ],
}

const FLOW: HealthSection = {
  title: 'Events',
  height: 9,
  panels: [
    {
      title: 'What became of events, per second',
      help: 'Every record that is read is counted, filtered, late, rejected or a duplicate.',
      ...{ look: 'stacked', unit: 'short', width: 12 },
      queries: { '{{outcome}}': sumBy('outcome', rate('windrow_records_total')) },
    },
    {
      title: 'Lag by partition',
      help: 'Records that are not read yet. One partition alone: its broker, or a key that most events have.',
      ...{ look: 'lines', unit: 'short', width: 12 },
      queries: { '{{partition}}': maxBy('partition', of('windrow_partition_lag_records')) },
    },
    {
      title: 'Watermark behind, by partition',
      help: 'The slowest active partition holds windows open. `windrow why <metric>` names it.',
      ...{ look: 'lines', unit: 's', width: 8 },
      queries: {
        '{{partition}}': since(maxBy('partition', of('windrow_partition_watermark_seconds'))),
      },
    },
    {
      title: 'Open windows and sessions',
      help: 'By metric. They grow with disorder, with allowed lateness and while the watermark stands.',
      ...{ look: 'lines', unit: 'short', width: 8 },
      queries: {
        '{{metric}}': sumBy('metric', of('windrow_open_windows')),
        'sessions of {{metric}}': sumBy('metric', of('windrow_open_sessions')),
      },
    },
    {
      title: 'Points written, per second',
      help: 'By metric, corrections too.',
      ...{ look: 'stacked', unit: 'short', width: 8 },
      queries: { '{{metric}}': sumBy('metric', rate('windrow_points_written_total')) },
    },
  ],
}

const ASIDE: HealthSection = {
  title: 'Late, duplicate and broken events',
  height: 9,
  panels: [
    {
      title: 'Dead letters by reason',
      help: '`windrow dead-letters list` shows them, `replay` gives them back once the cause is mended.',
      ...{ look: 'bars', unit: 'short', width: 8 },
      queries: {
        '{{reason}}': `${sumBy('reason', increase('windrow_rejected_records_total'))} > 0`,
      },
    },
    {
      title: 'Late events by how late',
      help: 'Corrections are among them. `windrow late` says which disorder or lateness would have caught them.',
      ...{ look: 'bars', unit: 'short', width: 8 },
      queries: { '≤ {{late_by}}': sumBy('late_by', increase('windrow_late_events_total')) },
    },
    {
      title: 'Duplicates and corrections, per second',
      help: 'Events that came twice count once; events that came late corrected a closed window.',
      ...{ look: 'lines', unit: 'short', width: 8 },
      queries: {
        duplicates: `sum(rate(${of('windrow_records_total', 'outcome="duplicates", instance=~"$instance"')}[$__rate_interval]))`,
        corrections: `sum(${rate('windrow_corrections_total')})`,
      },
    },
  ],
}

const STATE: HealthSection = {
  title: 'State and stores',
  height: 9,
  panels: [
    {
      title: 'Checkpoint age',
      help: 'It grows while the job waits for a store, and while nothing is read.',
      ...{ look: 'lines', unit: 's', width: 8 },
      queries: { '{{instance}}': of('windrow_checkpoint_age_seconds') },
    },
    {
      title: 'Checkpoint pause',
      help: 'How long taking a checkpoint kept the job from events.',
      ...{ look: 'lines', unit: 's', width: 8 },
      queries: { '{{instance}}': of('windrow_checkpoint_pause_seconds') },
    },
    {
      title: 'Checkpoint size',
      help: 'Bytes written: what changed, or all.',
      ...{ look: 'lines', unit: 'bytes', width: 8 },
      queries: { '{{instance}}': of('windrow_checkpoint_size_bytes') },
    },
    {
      title: 'Stores',
      help: 'What the job reads from and writes to, as it names them in its log.',
      ...{ look: 'rows', unit: 'short', width: 8 },
      queries: { Stores: maxBy('role, store', of('windrow_store_info')) },
    },
    {
      title: 'Stores that are away',
      help: 'For how long; empty while all answer. The job holds its place and goes on by itself.',
      ...{ look: 'lines', unit: 's', width: 8 },
      queries: {
        '{{store}}: {{reason}}': maxBy('store, reason', of('windrow_store_waiting_seconds')),
      },
    },
    {
      title: 'Who holds the lease',
      help: 'The epoch of the instance that works; 0 stands by. Each change of hands is an epoch more.',
      ...{ look: 'lines', unit: 'short', width: 8 },
      queries: {
        '{{instance}}': `${of('windrow_lease_epoch')} * ${of('windrow_lease_held')}`,
      },
    },
    {
      title: 'Enrichment age',
      help: 'Since the table was last known to be up to date.',
      ...{ look: 'lines', unit: 's', width: 8 },
      queries: { '{{instance}}': of('windrow_enrichment_staleness_seconds') },
    },
    {
      title: 'Enrichment misses, per second',
      help: 'Events whose user has no row: their tags are "unknown". `windrow seed` loads demographics.',
      ...{ look: 'lines', unit: 'short', width: 8 },
      queries: { misses: `sum(${rate('windrow_enrichment_unmatched_events_total')})` },
    },
    {
      title: 'Enrichment rows',
      help: 'Users in memory.',
      ...{ look: 'lines', unit: 'short', width: 8 },
      queries: { '{{table}}': maxBy('table', of('windrow_enrichment_rows')) },
    },
  ],
}

const PROCESS: HealthSection = {
  title: 'Process',
  height: 9,
  panels: [
    {
      title: 'Memory',
      help: 'Resident is what the machine gives; events and windows are in external memory.',
      ...{ look: 'lines', unit: 'bytes', width: 8 },
      queries: {
        'resident {{instance}}': of('process_resident_memory_bytes'),
        'heap {{instance}}': of('nodejs_heap_size_used_bytes'),
        'external {{instance}}': of('nodejs_external_memory_bytes'),
      },
    },
    {
      title: 'Event-loop pause',
      help: 'How long the loop could not answer. A turn on a large batch is such a pause.',
      ...{ look: 'lines', unit: 's', width: 8 },
      queries: {
        'p99 {{instance}}': of('nodejs_eventloop_lag_p99_seconds'),
        'longest {{instance}}': of('nodejs_eventloop_lag_max_seconds'),
      },
    },
    {
      title: 'Time of a turn',
      help: 'Of turns that had a batch.',
      ...{ look: 'lines', unit: 's', width: 8 },
      queries: {
        p50: quantile(0.5, 'windrow_turn_duration_seconds'),
        p99: quantile(0.99, 'windrow_turn_duration_seconds'),
      },
    },
    {
      title: 'CPU',
      help: 'Cores in use; of it, what collecting garbage took.',
      ...{ look: 'lines', unit: 'short', width: 8 },
      queries: {
        '{{instance}}': rate('process_cpu_seconds_total'),
        'garbage {{instance}}': sumBy('instance', rate('nodejs_gc_duration_seconds_sum')),
      },
    },
    {
      title: 'Events by worker, per second',
      help: 'Threads that share the partitions (`windrow stream --workers`); empty for one thread.',
      ...{ look: 'stacked', unit: 'short', width: 8 },
      queries: { 'worker {{worker}}': sumBy('worker', rate('windrow_worker_records_total')) },
    },
    {
      title: 'Books that do not balance',
      help: 'Partitions for which read is not counted + filtered + late + rejected + duplicates. Always 0, or it is a bug.',
      ...{ look: 'lines', unit: 'short', width: 8 },
      queries: { partitions: `max(${of('windrow_unbalanced_partitions')})` },
    },
  ],
}

export const HEALTH: readonly HealthSection[] = [NOW, FLOW, ASIDE, STATE, PROCESS]
