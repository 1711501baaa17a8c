// For tests: the status of a job that works and is well.
import { Durations } from '../../../kit/duration-counts.ts'
import type { JobStatus, PartitionStatus } from '../../status/status.ts'

export const partition = (changes: Partial<PartitionStatus> = {}): PartitionStatus => ({
  partition: 0,
  position: 90,
  end: 100,
  watermarkEpochMs: 1_700_000_005_000,
  isIdle: false,
  read: 90,
  counted: 80,
  filtered: 1,
  late: 2,
  rejected: 3,
  duplicates: 4,
  corrected: 5,
  lateness: [1, 2, 0, 0, 0, 0, 4],
  ...changes,
})

export function jobStatus(changes: Partial<JobStatus> = {}): JobStatus {
  const turns = new Durations()
  for (const ms of [0.5, 3, 3, 20_000]) turns.observe(ms)
  return {
    pipeline: 'ecommerce',
    topic: 'ecommerce.events',
    phase: 'running',
    uptimeMs: 60_000,
    quietMs: 200,
    waitingFor: [],
    stores: { events: 'Kafka 127.0.0.1:9092' },
    lease: { state: 'held', epoch: 3 },
    enrichment: { table: 'demographics', rows: 10_000, staleMs: 1_500, unmatched: 7 },
    partitions: [
      partition(),
      partition({ partition: 1, watermarkEpochMs: null, isIdle: true, position: 0, end: 0 }),
    ],
    workers: [
      { worker: 1, partitions: [0], records: 60 },
      { worker: 2, partitions: [1], records: 30 },
    ],
    rejectedByReason: { json: 3 },
    watermarkEpochMs: null,
    metrics: [{ metric: 'revenue_by_category', openWindows: 2, pointsWritten: 40 }],
    checkpoint: { number: 12, ageMs: 2_500, bytes: 4_096, pauseMs: 0 },
    turns,
    ...changes,
  }
}
