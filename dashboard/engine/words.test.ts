// The words of the engine page, which stand for what an operator has to know.
import { describe, expect, it } from 'vitest'
import { runsOf } from '../public/engine/trend.js'
import {
  booksOf,
  bytesText,
  closesText,
  emptyOf,
  isSameStore,
  rateText,
  standingOf,
  storesOf,
  worstFirst,
} from '../public/engine/words.js'
import type { EngineState } from './api.ts'
import type { JobStatus } from './status.ts'
import { answers, jobStatus, partition } from './testing/job.ts'

const NOW_MS = 1_700_000_000_000
const known = (changes: Partial<JobStatus> = {}) => ({
  ...{ nowMs: NOW_MS, topic: 'shop', job: answers(NOW_MS), rates: {}, alerts: [], sample: null },
  status: jobStatus(changes),
})

describe('partitions', () => {
  const partitions = [
    partition({ watermarkEpochMs: NOW_MS }),
    partition({ partition: 3, watermarkEpochMs: NOW_MS - 12_000, quietMs: 8_000 }),
    partition({ partition: 4, isIdle: true, quietMs: 45_000, watermarkEpochMs: NOW_MS - 50_000 }),
    partition({ partition: 5, end: 5_000 }),
    partition({ partition: 6, isIdle: true, watermarkEpochMs: null }),
  ]
  const status = jobStatus({ partitions, watermarkHolder: 3 })

  it('the one that holds the watermark says how far it is behind whom, and how long that may last', () => {
    expect(standingOf(partitions[1], status)).toEqual({
      text:
        'holds the watermark: its newest event is 12 s older than that of partition 0; ' +
        'silent for 8 s, not waited for in 22 s',
      holds: true,
    })
    const texts = partitions.map((one) => standingOf(one, status).text)
    expect(texts.filter((_, index) => index !== 1)).toEqual([
      'up to date',
      'idle: quiet for 45 s, not waited for',
      'has records to read',
      'idle: no event yet, not waited for',
    ])
  })

  it('that are less than two seconds apart hold nobody up', () => {
    const near = [partitions[0], partition({ partition: 1, watermarkEpochMs: NOW_MS - 400 })]
    const standing = standingOf(near[1], jobStatus({ partitions: near, watermarkHolder: 1 }))
    expect(standing).toEqual({ text: 'up to date, the oldest: sets the watermark', holds: false })
  })

  it('one that is active without an event holds all windows', () => {
    const empty = partition({ partition: 7, watermarkEpochMs: null })
    const of = jobStatus({ partitions: [...partitions, empty], watermarkHolder: 7 })
    expect(standingOf(empty, of)).toEqual({
      text: 'has no event yet: all windows wait for it',
      holds: true,
    })
  })

  it('stand with the holder first, then by what is left to read', () => {
    expect(worstFirst(status).map((one) => one.partition)).toEqual([3, 5, 0, 6, 4])
  })
})

describe('books', () => {
  it('are a sum that comes out, or the partitions where it does not', () => {
    const right = booksOf(jobStatus({ partitions: [partition(), partition({ partition: 1 })] }))
    expect(right).toMatchObject({ sum: 180, read: 180, wrong: [] })
    expect(right.lines.map(({ count }) => count)).toEqual([160, 2, 4, 6, 8])
    const wrong = booksOf(jobStatus({ partitions: [partition(), partition({ read: 99 })] }))
    expect(wrong.wrong).toHaveLength(1)
  })

  it('whose errors cancel out over partitions do not balance', () => {
    const partitions = [partition({ read: 91 }), partition({ partition: 1, read: 89 })]
    expect(booksOf(jobStatus({ partitions }))).toMatchObject({ sum: 180, read: 180, wrong: [0, 1] })
  })
})

describe('stores', () => {
  it('are known by either of their names', () => {
    expect(isSameStore('Kafka at 127.0.0.1:9092', 'Kafka 127.0.0.1:9092')).toBe(true)
    expect(isSameStore('InfluxDB at http://a:1', 'InfluxDB 2.7 http://a:1/shop')).toBe(true)
    expect(isSameStore('InfluxDB at http://a:2', 'InfluxDB 2.7 http://a:1/shop')).toBe(false)
    expect(isSameStore('MySQL at a:1', 'InfluxDB a:1')).toBe(false)
  })

  it('say since when they are away, or answer again, with what they said; others have a row, too', () => {
    const trouble = { message: 'refused', reason: 'unreachable', attempts: 2 }
    const found = storesOf(
      known({
        waitingFor: [
          { ...trouble, store: 'Kafka at 127.0.0.1:9092', forMs: 5_000, isBlocking: true },
          { ...trouble, store: 'the checkpoints in /data', forMs: 1_000, isBlocking: false },
        ],
        waitedFor: [
          {
            store: 'InfluxDB at http://127.0.0.1:8086',
            message: 'down',
            lastedMs: 9_000,
            agoMs: 0,
          },
        ],
      }),
    )
    expect(found.map(({ role, state, error }) => [role, state, error])).toEqual([
      ['events', 'away', 'refused'],
      ['points', 'answers', 'down'],
      ['other', 'away', 'refused'],
    ])
    expect(found[0].text).toMatch(/^away since \d\d:\d\d:\d\d \(5 s, 2 attempts\): the job waits$/)
    expect(found[1].text).toMatch(/, after 9 s away$/)
  })

  it('are not said to answer while the job does not', () => {
    const gone = { ...known(), job: { ...answers(0), state: 'away' as const } }
    expect(storesOf(gone).map(({ state }) => state)).toEqual(['waits', 'waits'])
  })
})

describe('an empty page', () => {
  const none: EngineState = { ...known(), status: null }

  it('says what to start: the job, or who sends events into which topic', () => {
    expect(emptyOf({ ...none, job: { ...none.job, state: 'unknown' } })).toBeUndefined()
    const away = { ...none, job: { ...none.job, state: 'away' as const, message: 'No job.' } }
    expect(emptyOf(away)).toMatchObject({
      text: 'No job.',
      commands: [['windrow stream', expect.any(String)]],
    })
    const quiet = known({ partitions: [partition({ read: 0 })] })
    expect(emptyOf(quiet)?.title).toBe('No events yet')
    expect(emptyOf(quiet)?.text).toContain('shop')
    expect(emptyOf(quiet)?.commands[0][0]).toBe('windrow produce')
    expect(emptyOf(known())).toBeUndefined()
  })
})

it('numbers are as short as they may be', () => {
  expect([null, 0, 0.25, 12.4, 1_204].map(rateText)).toEqual([
    '–',
    '0/s',
    '0.3/s',
    '12/s',
    '1,204/s',
  ])
  expect([1, 999, 4_096, 2_700_000].map(bytesText)).toEqual([
    '1 byte',
    '999 bytes',
    '4.1 kB',
    '2.7 MB',
  ])
  const status = jobStatus({ watermarkEpochMs: NOW_MS })
  expect(closesText(NOW_MS + 90_000, status)).toBe('1 min 30 s')
  expect(closesText(NOW_MS, status)).toBe('now')
})

it('a line has a gap where nothing was known', () => {
  const spots = [1, 2, null, null, 3].map((value, timeMs) => ({ timeMs, value }))
  expect(runsOf(spots).map((run) => run.map(({ value }) => value))).toEqual([[1, 2], [3]])
})
