import { describe, expect, it } from 'vitest'
import { alertsOf, type Facts } from './alerts.ts'
import type { Look } from './history.ts'
import type { JobStatus } from './status.ts'
import { answers, jobStatus, partition } from './testing/job.ts'

const NOW_MS = 1_700_000_000_000
const facts = (changes: Partial<JobStatus> = {}, looks: readonly Look[] = []): Facts => ({
  nowMs: NOW_MS,
  job: answers(NOW_MS),
  status: jobStatus(changes),
  looks,
})
const look = (ageMs: number, changes: Partial<Look> = {}): Look => ({
  timeMs: NOW_MS - ageMs,
  rate: 100,
  lag: 0,
  counts: { read: 0, rejected: 0 },
  ...changes,
})
const whats = (of: Facts) => alertsOf(of).map(({ what }) => what)

describe('alerts', () => {
  it('are none when all is well, and none of a job that never answered: the page says what to do', () => {
    expect(alertsOf(facts())).toEqual([])
    const away = { ...answers(0), state: 'away' as const, message: 'No job answers.' }
    expect(alertsOf({ nowMs: NOW_MS, job: away, status: null, looks: [] })).toEqual([])
  })

  it('a job that is gone is the only one, since it answered last, with the command that starts it', () => {
    const job = { ...answers(NOW_MS - 5_000), state: 'away' as const, message: 'No job answers.' }
    const unbalanced = jobStatus({ partitions: [partition({ read: 1 })] })
    const found = alertsOf({ nowMs: NOW_MS, job, status: unbalanced, looks: [] })
    expect(found).toMatchObject([
      { level: 'bad', what: 'No job answers.', sinceMs: NOW_MS - 5_000, command: 'windrow stream' },
    ])
  })

  it('a store that holds the job up comes before one that does not', () => {
    const waiting = { reason: 'unreachable', message: 'refused\n  Start it.', attempts: 3 }
    const waitingFor = [
      { ...waiting, store: 'MySQL at db:3306', forMs: 1_000, isBlocking: false },
      { ...waiting, store: 'InfluxDB at http://db:8086', forMs: 60_000, isBlocking: true },
    ]
    expect(alertsOf(facts({ waitingFor }))).toMatchObject([
      {
        level: 'bad',
        what: 'InfluxDB at http://db:8086 does not answer: the job stands still.',
        sinceMs: NOW_MS - 60_000,
        todo: 'refused Start it. The job goes on by itself once it answers.',
      },
      {
        level: 'warn',
        what: 'MySQL at db:3306 does not answer: the job goes on with what it has.',
      },
    ])
  })

  it('books that do not balance are told with both sums', () => {
    const partitions = [partition(), partition({ partition: 1, read: 91 })]
    expect(whats(facts({ partitions }))).toEqual([
      'The books of partition 1 do not balance: 91 records were read, 90 accounted for.',
    ])
  })

  it('a partition that holds the watermark back is told once it is a minute behind', () => {
    const held = (byMs: number) =>
      facts({
        watermarkHolder: 1,
        partitions: [
          partition({ watermarkEpochMs: NOW_MS }),
          partition({ partition: 1, watermarkEpochMs: NOW_MS - byMs }),
        ],
      })
    expect(whats(held(59_000))).toEqual([])
    expect(whats(held(90_000))).toEqual([
      'Partition 1 holds the watermark back by 1m 30s: windows that others are done with stay open.',
    ])
  })

  it('lag is told when it is much and grows, not when it shrinks', () => {
    const growing = [look(110_000, { lag: 1_000 }), look(0, { lag: 9_000 })]
    expect(whats(facts({}, growing))).toEqual([
      'The job falls behind: 9,000 records are not read yet, 8,000 more than 1m 50s ago.',
    ])
    const shrinking = [look(110_000, { lag: 9_000 }), look(0, { lag: 8_000 })]
    expect(whats(facts({}, shrinking))).toEqual([])
    expect(whats(facts({}, [look(110_000), look(0, { lag: null })]))).toEqual([])
  })

  it('dead letters are told by their share of what was read lately', () => {
    const share = (rejected: number) => [
      look(200_000, { counts: { read: 1_000_000, rejected: 500 } }),
      look(0, { counts: { read: 1_001_000, rejected: 500 + rejected } }),
    ]
    expect(whats(facts({}, share(10)))).toEqual([])
    expect(whats(facts({}, share(42)))).toEqual([
      '4.2% of what was read in the last 3m 20s is no event: 42 records became dead letters.',
    ])
  })

  it('an old checkpoint is told only while events are read, an old table and a silent stream always', () => {
    const checkpoint = { number: 4, ageMs: 90_000 }
    expect(whats(facts({ checkpoint }, [look(0, { rate: 0 })]))).toEqual([])
    expect(whats(facts({ checkpoint }, [look(0)]))).toHaveLength(1)
    const enrichment = { table: 'demographics', rows: 1, staleMs: 3_600_000 }
    expect(whats(facts({ enrichment }))).toEqual([
      'The demographics were last up to date 1h 0m ago.',
    ])
    const partitions = [partition({ quietMs: 600_000 }), partition({ quietMs: 400_000 })]
    expect(whats(facts({ partitions }))).toEqual(['No event has come for 6m 40s.'])
  })

  it('one that failed or hangs says why', () => {
    const health = { ok: false, because: ['failed: the disk is full'] }
    expect(whats(facts({ phase: 'failed', health }))).toEqual(['The job failed: the disk is full.'])
  })
})
