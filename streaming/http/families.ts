// The job's metrics: their names, types and help, and where each is found in a JobStatus. Pure. Units are Prometheus's base
// units: seconds and bytes; times are seconds since the epoch.

import { formatDuration } from '../../kit/duration.ts'
import { DURATION_BOUNDS_MS } from '../../kit/duration-counts.ts'
import { REJECT_REASONS } from '../decode/value.ts'
import { balances, LATENESS_MS } from '../ledger.ts'
import { type JobStatus, lagOf, type PartitionStatus } from '../status/status.ts'
import { healthOf, readinessOf } from './health.ts'

export interface Sample {
  readonly value: number
  readonly labels?: Readonly<Record<string, string>>
  /** Of a histogram: `_bucket`, `_sum` or `_count`. */
  readonly suffix?: string
}

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** None while the job does not know them. */
  samples(status: JobStatus): readonly Sample[]
}

const seconds = (ms: number): number => ms / 1000
const flag = (is: boolean): number => (is ? 1 : 0)

/** One sample without labels; none when it is unknown. */
const single = (value: number | null | undefined): Sample[] =>
  value === undefined || value === null ? [] : [{ value }]

type Named = readonly [name: string, help: string]
const gauge = ([name, help]: Named, samples: Family['samples']): Family => ({
  name: `windrow_${name}`,
  help,
  type: 'gauge',
  samples,
})
const counter = ([name, help]: Named, samples: Family['samples']): Family => ({
  name: `windrow_${name}_total`,
  help,
  type: 'counter',
  samples,
})
const perPartition =
  (pick: (partition: PartitionStatus) => number | null | undefined): Family['samples'] =>
  ({ partitions = [] }) =>
    partitions.flatMap((one) =>
      single(pick(one)).map(({ value }) => ({ value, labels: { partition: `${one.partition}` } })),
    )

const OUTCOMES = ['counted', 'filtered', 'late', 'rejected', 'duplicates'] as const
const LATE_BY = [...LATENESS_MS.map(formatDuration), 'more']

const ofRecords: readonly Family[] = [
  counter(
    ['records_read', 'Records read from the event log.'],
    perPartition(({ read }) => read),
  ),
  counter(
    [
      'records',
      'What became of the records read: counted, filtered (of no metric), late, rejected or duplicates. ' +
        'They add up to windrow_records_read_total.',
    ],
    ({ partitions = [] }) =>
      partitions.flatMap((one) =>
        OUTCOMES.map((outcome) => ({
          value: one[outcome],
          labels: { partition: `${one.partition}`, outcome },
        })),
      ),
  ),
  gauge(
    ['unbalanced_partitions', 'Partitions whose records do not add up: always 0, or it is a bug.'],
    ({ partitions }) => single(partitions?.filter((one) => !balances(one)).length),
  ),
  counter(
    ['corrections', 'Counted events that corrected a window that had closed.'],
    perPartition(({ corrected }) => corrected),
  ),
  counter(
    [
      'late_events',
      'Events that came after their window had closed, by how late: at most late_by, more than the class before. ' +
        'Those that corrected it are among them.',
    ],
    ({ partitions = [] }) =>
      partitions.flatMap(({ partition, lateness = [] }) =>
        lateness.map((value, i) => ({
          value,
          labels: { partition: `${partition}`, late_by: LATE_BY[i] },
        })),
      ),
  ),
  counter(['rejected_records', 'Records rejected, by reason.'], ({ rejectedByReason }) =>
    // From 0 on: Prometheus does not count what a series begins with.
    rejectedByReason === undefined
      ? []
      : REJECT_REASONS.map((reason) => ({
          value: rejectedByReason[reason] ?? 0,
          labels: { reason },
        })),
  ),
]

const ofTime: readonly Family[] = [
  gauge(
    ['partition_lag_records', 'Records in the log that are not read yet.'],
    perPartition(lagOf),
  ),
  gauge(
    ['partition_watermark_seconds', 'Event time that the partition has reached, since the epoch.'],
    perPartition(({ watermarkEpochMs }) => watermarkEpochMs && seconds(watermarkEpochMs)),
  ),
  gauge(
    ['partition_idle', '1: read to its end and quiet; it holds no window open.'],
    perPartition(({ isIdle }) => flag(isIdle)),
  ),
  gauge(
    ['watermark_seconds', 'Event time through which windows are closed, since the epoch.'],
    ({ watermarkEpochMs }) => single(watermarkEpochMs && seconds(watermarkEpochMs)),
  ),
  gauge(['open_windows', 'Windows open now.'], ({ metrics = [] }) =>
    metrics.map(({ metric, openWindows: value }) => ({ value, labels: { metric } })),
  ),
  gauge(
    ['open_sessions', 'Sessions that are not over, of metrics that count sessions.'],
    ({ metrics = [] }) =>
      metrics.flatMap(({ metric, openSessions }) =>
        single(openSessions).map((sample) => ({ ...sample, labels: { metric } })),
      ),
  ),
  counter(['points_written', 'Points written by this process.'], ({ metrics = [] }) =>
    metrics.flatMap(({ metric, pointsWritten }) =>
      single(pointsWritten).map((sample) => ({ ...sample, labels: { metric } })),
    ),
  ),
]

const ofCheckpoints: readonly Family[] = [
  gauge(['checkpoint_number', 'Number of the last checkpoint saved.'], ({ checkpoint }) =>
    single(checkpoint?.number),
  ),
  gauge(['checkpoint_age_seconds', 'Since the last checkpoint was saved.'], ({ checkpoint }) =>
    single(checkpoint && seconds(checkpoint.ageMs)),
  ),
  gauge(
    ['checkpoint_size_bytes', 'Bytes written for the last checkpoint: what changed, or all.'],
    ({ checkpoint }) => single(checkpoint?.bytes),
  ),
  gauge(
    ['checkpoint_pause_seconds', 'How long taking the last checkpoint kept the job from events.'],
    ({ checkpoint }) => single(checkpoint?.pauseMs && seconds(checkpoint.pauseMs)),
  ),
  gauge(['lease_held', '1: this instance works; 0: it stands by.'], ({ lease }) =>
    single(lease && flag(lease.state === 'held')),
  ),
  gauge(['lease_epoch', 'How often the job has changed hands.'], ({ lease }) =>
    single(lease?.epoch),
  ),
]

const ofStores: readonly Family[] = [
  gauge(['store_info', 'Stores it works with, by what for.'], ({ stores = {} }) =>
    Object.entries(stores).map(([role, store]) => ({ value: 1, labels: { role, store } })),
  ),
  gauge(
    ['store_waiting_seconds', 'How long a store has been away; absent while it answers.'],
    ({ waitingFor }) =>
      waitingFor.map(({ store, reason, isBlocking, forMs }) => ({
        value: seconds(forMs),
        labels: { store, reason, blocking: `${isBlocking}` },
      })),
  ),
  gauge(['enrichment_rows', 'Rows of the lookup table in memory.'], ({ enrichment }) =>
    enrichment === undefined
      ? []
      : [{ value: enrichment.rows, labels: { table: enrichment.table } }],
  ),
  gauge(
    ['enrichment_staleness_seconds', 'Since the lookup table was last up to date.'],
    ({ enrichment }) => single(enrichment?.staleMs && seconds(enrichment.staleMs)),
  ),
  counter(
    ['enrichment_unmatched_events', 'Events whose key has no row in the lookup table.'],
    ({ enrichment }) => single(enrichment?.unmatched),
  ),
]

const ofWorkers: readonly Family[] = [
  gauge(['workers', 'Threads that share the partitions out among them.'], ({ workers }) =>
    single(workers?.length),
  ),
  counter(['worker_records', 'Records that a worker has processed.'], ({ workers = [] }) =>
    workers.map(({ worker, records: value }) => ({ value, labels: { worker: `${worker}` } })),
  ),
]

const ofTheJob: readonly Family[] = [
  gauge(['job', 'What it works on, and what it does now.'], ({ pipeline, topic, phase }) => [
    { value: 1, labels: { pipeline, topic, phase } },
  ]),
  gauge(['healthy', '1: /healthz answers 200.'], (status) => single(flag(healthOf(status).ok))),
  gauge(['ready', '1: /readyz answers 200.'], (status) => single(flag(readinessOf(status).ok))),
  gauge(['quiet_seconds', 'Since the job’s loop last gave a sign of life.'], ({ quietMs }) =>
    single(seconds(quietMs)),
  ),
  {
    name: 'windrow_turn_duration_seconds',
    help: 'How long a turn took that had a batch.',
    type: 'histogram',
    samples: ({ turns }) => {
      if (turns === undefined) return []
      let below = 0
      const buckets = turns.counts.map((count, i) => {
        below += count
        const le = i < DURATION_BOUNDS_MS.length ? `${seconds(DURATION_BOUNDS_MS[i])}` : '+Inf'
        return { value: below, labels: { le }, suffix: '_bucket' }
      })
      const sum = { value: seconds(turns.sumMs), suffix: '_sum' }
      return [...buckets, sum, { value: turns.count, suffix: '_count' }]
    },
  },
]

/** All of them, in the order they are shown. */
export const families: readonly Family[] = [
  ...ofTheJob,
  ...ofRecords,
  ...ofTime,
  ...ofWorkers,
  ...ofCheckpoints,
  ...ofStores,
]
