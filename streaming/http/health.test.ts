import { describe, expect, test } from 'vitest'
import type { Waiting } from '../../kit/waits.ts'
import type { JobStatus } from '../status/status.ts'
import { HANGS_AFTER_MS, healthOf, lagOfJob, readinessOf } from './health.ts'
import { jobStatus } from './testing/job-status.ts'

const waiting: Waiting = {
  store: 'InfluxDB at http://127.0.0.1:8086',
  reason: 'unreachable',
  message: 'connect ECONNREFUSED',
  forMs: 303_000,
  attempts: 30,
  isBlocking: true,
}

describe('a job is healthy', () => {
  test.each<[string, Partial<JobStatus>]>([
    ['while it works', {}],
    ['while it waits for a store', { waitingFor: [waiting] }],
    ['while it stands by', { phase: 'standby' }],
    ['while it loads', { phase: 'loading' }],
    ['up to two minutes of silence', { quietMs: HANGS_AFTER_MS }],
  ])('%s', (_, changes) => expect(healthOf(jobStatus(changes)).ok).toBe(true))
})

describe('a job is not healthy', () => {
  test.each<[string, Partial<JobStatus>, string]>([
    ['after it failed', { phase: 'failed', failure: 'wrong token' }, 'failed: wrong token'],
    [
      'when it gives no sign of life',
      { quietMs: HANGS_AFTER_MS + 1_000 },
      'no sign of life for 2m 1s (running)',
    ],
  ])('%s, nor ready', (_, changes, because) => {
    expect(healthOf(jobStatus(changes))).toEqual({ ok: false, because: [because] })
    expect(readinessOf(jobStatus(changes))).toEqual({ ok: false, because: [because] })
  })
})

describe('a job is ready', () => {
  test.each<[string, Partial<JobStatus>]>([
    ['when it reads, also while it catches up', {}],
    [
      'when only the refresh of the table waits',
      { waitingFor: [{ ...waiting, isBlocking: false }] },
    ],
  ])('%s', (_, changes) =>
    expect(readinessOf(jobStatus(changes))).toEqual({ ok: true, because: [] }),
  )
})

describe('a job is not ready, and says why', () => {
  test.each<[Partial<JobStatus>, string]>([
    [{ phase: 'starting' }, 'starting: its stores are being opened'],
    [
      { phase: 'standby', lease: { state: 'waiting', holder: 'host:42' } },
      'standby: waiting for the lease held by host:42',
    ],
    [{ lease: { state: 'lost' } }, 'another instance took over'],
    [
      { phase: 'loading', enrichment: { table: 'demographics', rows: 12_345 } },
      'loading demographics: 12,345 rows so far',
    ],
    [{ phase: 'restoring' }, 'restoring its checkpoint'],
    [{ phase: 'stopping' }, 'stopping'],
    [
      { waitingFor: [waiting] },
      'waiting for InfluxDB at http://127.0.0.1:8086 (unreachable) for 5m 3s',
    ],
  ])('%j', (changes, because) =>
    expect(readinessOf(jobStatus(changes))).toEqual({ ok: false, because: [because] }),
  )
})

test('the lag is that of all partitions', () => {
  expect(lagOfJob(jobStatus())).toBe(10)
  expect(lagOfJob(jobStatus({ partitions: [] }))).toBe(0)
})
