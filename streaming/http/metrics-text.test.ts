import { describe, expect, test } from 'vitest'
import { REJECT_REASONS } from '../decode/value.ts'
import { families } from './families.ts'
import { metricsText } from './metrics-text.ts'
import { jobStatus, partition } from './testing/job-status.ts'

const metrics = metricsText()
const linesOf = async (...changes: Parameters<typeof jobStatus>): Promise<string[]> =>
  (await metrics.of(jobStatus(...changes))).split('\n')

test('what a partition read and what became of it', async () => {
  const lines = await linesOf()
  expect(lines).toEqual(
    expect.arrayContaining([
      'windrow_records_read_total{partition="0"} 90',
      'windrow_records_total{partition="0",outcome="counted"} 80',
      'windrow_records_total{partition="0",outcome="filtered"} 1',
      'windrow_records_total{partition="0",outcome="late"} 2',
      'windrow_records_total{partition="0",outcome="rejected"} 3',
      'windrow_records_total{partition="0",outcome="duplicates"} 4',
      'windrow_unbalanced_partitions 0',
      'windrow_corrections_total{partition="0"} 5',
      'windrow_late_events_total{partition="0",late_by="1s"} 1',
      'windrow_late_events_total{partition="0",late_by="10s"} 2',
      'windrow_late_events_total{partition="0",late_by="more"} 4',
      'windrow_rejected_records_total{reason="json"} 3',
      'windrow_partition_lag_records{partition="0"} 10',
      'windrow_partition_watermark_seconds{partition="0"} 1700000005',
      'windrow_partition_idle{partition="0"} 0',
      'windrow_partition_idle{partition="1"} 1',
    ]),
  )
})

test('workers, and what each has processed', async () => {
  const lines = await linesOf()
  expect(lines).toContain('windrow_workers 2')
  expect(lines).toContain('windrow_worker_records_total{worker="2"} 30')
})

test('books that do not balance are shown', async () => {
  const lines = await linesOf({ partitions: [partition({ read: 91 })] })
  expect(lines).toContain('windrow_unbalanced_partitions 1')
})

test('durations and sizes are in base units', async () => {
  const lines = await linesOf()
  expect(lines).toEqual(
    expect.arrayContaining([
      'windrow_checkpoint_number 12',
      'windrow_checkpoint_age_seconds 2.5',
      'windrow_checkpoint_size_bytes 4096',
      'windrow_checkpoint_pause_seconds 0',
      'windrow_enrichment_staleness_seconds 1.5',
      'windrow_enrichment_unmatched_events_total 7',
      'windrow_points_written_total{metric="revenue_by_category"} 40',
      'windrow_lease_held 1',
      'windrow_lease_epoch 3',
      'windrow_ready 1',
    ]),
  )
})

test('turns are a histogram: classes add up, each within the next', async () => {
  const lines = (await linesOf()).filter((line) => line.startsWith('windrow_turn_duration'))
  expect(lines).toEqual([
    'windrow_turn_duration_seconds_bucket{le="0.001"} 1',
    'windrow_turn_duration_seconds_bucket{le="0.002"} 1',
    ...['0.005', '0.01', '0.02', '0.05', '0.1', '0.2', '0.5', '1', '2', '5', '10'].map(
      (le) => `windrow_turn_duration_seconds_bucket{le="${le}"} 3`,
    ),
    'windrow_turn_duration_seconds_bucket{le="+Inf"} 4',
    'windrow_turn_duration_seconds_sum 20.0065',
    'windrow_turn_duration_seconds_count 4',
  ])
})

test('a store that is away has its duration, one that answers has none', async () => {
  const store = 'a "store"\\\n'
  const waiting = {
    store,
    reason: 'busy',
    message: '',
    forMs: 1_500,
    attempts: 3,
    isBlocking: true,
  }
  expect(await linesOf({ waitingFor: [{ ...waiting, reason: 'busy' }] })).toContain(
    'windrow_store_waiting_seconds{store="a \\"store\\"\\\\\\n",reason="busy",blocking="true"} 1.5',
  )
  expect((await linesOf()).join()).not.toContain('windrow_store_waiting_seconds{')
})

test('a reason that never was is counted from 0, so that its first record is seen to come', async () => {
  expect(await linesOf()).toContain('windrow_rejected_records_total{reason="avro"} 0')
  expect(REJECT_REASONS).toContain('avro')
})

test('the stores it works with', async () => {
  expect(await linesOf()).toContain(
    'windrow_store_info{role="events",store="Kafka 127.0.0.1:9092"} 1',
  )
})

test('what is not known has no value', async () => {
  const { pipeline, topic, phase, uptimeMs, quietMs, waitingFor } = jobStatus({ phase: 'starting' })
  const text = await metrics.of({ pipeline, topic, phase, uptimeMs, quietMs, waitingFor })
  const samples = text.split('\n').filter((line) => /^windrow_/.test(line))
  expect(samples).toEqual([
    'windrow_job{pipeline="ecommerce",topic="ecommerce.events",phase="starting"} 1',
    'windrow_healthy 1',
    'windrow_ready 0',
    'windrow_quiet_seconds 0.2',
  ])
})

test('the process tells of itself', async () => {
  const names = (await linesOf()).map((line) => line.split(/[ {]/)[0])
  for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total'])
    expect(names).toContain(name)
})

describe('names follow the rules of Prometheus', () => {
  test.each(families)('$name', ({ name, type, help }) => {
    expect(name).toMatch(/^windrow_[a-z_]+$/)
    expect(name.endsWith('_total')).toBe(type === 'counter')
    expect(name).not.toMatch(/_(ms|millis|kb|mb)(_|$)/)
    expect(help).toMatch(/\.$/)
  })
})
