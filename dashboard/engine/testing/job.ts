// For tests: a job that works and is well, as the engine page knows it, and a server that tells what it is told to.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JobLink } from '../api.ts'
import type { JobStatus, PartitionStatus } from '../status.ts'

export const partition = (changes: Partial<PartitionStatus> = {}): PartitionStatus => ({
  partition: 0,
  position: 90,
  end: 90,
  watermarkEpochMs: 1_700_000_000_000,
  isIdle: false,
  quietMs: 100,
  ...{ read: 90, counted: 80, filtered: 1, late: 2, rejected: 3, duplicates: 4, corrected: 5 },
  ...changes,
})

export const jobStatus = (changes: Partial<JobStatus> = {}): JobStatus => ({
  pipeline: 'ecommerce',
  topic: 'ecommerce.events',
  phase: 'running',
  uptimeMs: 600_000,
  quietMs: 20,
  waitingFor: [],
  waitedFor: [],
  stores: { events: 'Kafka 127.0.0.1:9092', points: 'InfluxDB 2.7 http://127.0.0.1:8086/shop' },
  lease: { state: 'held', epoch: 1 },
  enrichment: { table: 'demographics', rows: 10_000, staleMs: 1_500, unmatched: 7 },
  partitions: [partition()],
  rejectedByReason: { json: 3 },
  watermarkEpochMs: 1_700_000_000_000,
  watermarkHolder: 0,
  disorderMs: 5_000,
  idleAfterMs: 30_000,
  metrics: [
    {
      metric: 'revenue_by_category',
      openWindows: 2,
      correctableWindows: 6,
      pointsWritten: 40,
      next: { startEpochMs: 1_700_000_000_000, endEpochMs: 1_700_000_010_000, groups: 8 },
    },
  ],
  checkpoint: { number: 12, ageMs: 500, bytes: 4_096, pauseMs: 1, busyMs: 2 },
  health: { ok: true, because: [] },
  readiness: { ok: true, because: [] },
  ...changes,
})

export const answers = (answeredMs: number): JobLink => ({
  state: 'answers',
  url: 'http://127.0.0.1:4100',
  message: '',
  answeredMs,
})

export interface FakeJob {
  readonly url: string
  /** What `/status` answers from now on: a status, or any text. */
  tell(answer: JobStatus | string): void
  close(): Promise<void>
}

export async function startFakeJob(first: JobStatus | string): Promise<FakeJob> {
  let answer = first
  const server = createServer((_, response) => {
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tell: (next) => {
      answer = next
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
