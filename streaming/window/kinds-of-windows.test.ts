import { describe, expect, test } from 'vitest'
import type { Metric } from '../../data/definitions/metric.ts'
import {
  count,
  countDistinct,
  cumulative,
  hopping,
  ratio,
  tumbling,
} from '../../data/definitions/nodes.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../data/ecommerce/vocabulary.ts'
import type { Point } from '../../data/point.ts'
import { avroDecoder } from '../decode/avro.ts'
import { Job } from '../job.ts'
import { BASE_MS, batchOf, click, JOB_OPTIONS, stored } from '../testing/events.ts'

type Input = Parameters<typeof defineMetric>[0]

const metricOf = (more: Pick<Input, 'window'> & Partial<Input>): Metric =>
  defineMetric({
    name: 'seen',
    summary: 'Events and who did them.',
    by: [],
    values: { n: count(), users: countDistinct(field('user_id')) },
    panel: { title: 'Seen', value: 'n', unit: 'short' },
    ...more,
  })

const jobOf = (metric: Metric) =>
  new Job(
    { ...smallShop, metrics: [metric], duplicates: 'count' },
    { ...JOB_OPTIONS, disorderMs: 0 },
    avroDecoder(smallShop.avroSchema),
  )

/** Of clicks of users at such times, and then the watermark. */
function pointsOf(
  metric: Metric,
  clicks: readonly (readonly [number, string])[],
  watermarkMs: number,
) {
  const job = jobOf(metric)
  const points: Point[] = []
  for (const [atMs, user_id] of clicks) {
    job.process(batchOf([click(atMs - BASE_MS, { user_id })]), Date.UTC(2030))
    points.push(...job.closeWindows())
  }
  points.push(...job.windows[0].closeThrough(watermarkMs))
  return points
}

/** Time, events and users of points, the last of each time. */
const table = (points: readonly Point[]) => [
  ...new Map(
    points.map(({ timeMs, fields }) => [
      new Date(timeMs).toISOString().slice(0, 16),
      [fields.n, fields.users],
    ]),
  ),
]

const HOUR_MS = 3_600_000

describe('hopping windows', () => {
  const metric = metricOf({ window: hopping('1d', { every: '8h' }) })

  test('are the sum of their steps, and a window without any event has no points', () => {
    const dayMs = Date.UTC(2026, 0, 10)
    const clicks = [
      [dayMs, 'a'],
      [dayMs + 8 * HOUR_MS, 'a'],
      [dayMs + 8 * HOUR_MS, 'b'],
      [dayMs + 96 * HOUR_MS, 'c'],
    ] as const
    expect(table(pointsOf(metric, clicks, dayMs + 104 * HOUR_MS))).toEqual([
      ['2026-01-10T00:00', [1, 1]],
      ['2026-01-10T08:00', [3, 2]],
      ['2026-01-10T16:00', [3, 2]],
      ['2026-01-11T00:00', [2, 2]],
      ['2026-01-14T00:00', [1, 1]],
    ])
  })

  test.each([
    ['spring', Date.UTC(2026, 2, 29, 10), '2026-03-28T23:00', '2026-03-29T22:00'],
    ['autumn', Date.UTC(2026, 9, 25, 10), '2026-10-24T22:00', '2026-10-25T23:00'],
  ])('of days begin at local midnight when the clock changes in %s', (_, noonMs, first, second) => {
    const days = metricOf({ window: hopping('2d', { every: '1d', tz: 'Europe/Berlin' }) })
    const points = pointsOf(days, [[noonMs, 'a']], noonMs + 72 * HOUR_MS)
    expect(table(points)).toEqual([
      [first, [1, 1]],
      [second, [1, 1]],
    ])
  })

  test('that a late event corrects are written again, with how often they were', () => {
    const late = metricOf({
      window: hopping('3m', { every: '1m' }),
      allowedLateness: '2m',
    })
    const at = (minute: number) => BASE_MS + minute * 60_000
    const points = pointsOf(
      late,
      [
        [at(0), 'a'],
        [at(2), 'a'],
        [at(0.5), 'b'],
      ],
      at(6),
    )
    const last = new Map(points.map(({ timeMs, fields }) => [(timeMs - BASE_MS) / 60_000, fields]))
    expect(Object.fromEntries(last)).toEqual({
      0: { n: 2, users: 2, revision: 1 },
      1: { n: 2, users: 2, revision: 1 },
      2: { n: 3, users: 2, revision: 1 },
      3: { n: 1, users: 1, revision: 0 },
      4: { n: 1, users: 1, revision: 0 },
    })
  })
})

describe('cumulative windows', () => {
  test.each([
    ['spring', '2026-03-28T23:30Z', 23],
    ['autumn', '2026-10-24T22:30Z', 25],
  ])(
    'have a step for every hour of the day when the clock changes in %s, also without events',
    (_, first, hours) => {
      const metric = metricOf({ window: cumulative('1d', { every: '1h', tz: 'Europe/Berlin' }) })
      const firstMs = Date.parse(first)
      const clicks = [
        [firstMs, 'a'],
        [firstMs + 9 * HOUR_MS, 'a'],
        [firstMs + 9 * HOUR_MS, 'b'],
      ] as const
      const counts = table(pointsOf(metric, clicks, firstMs + 72 * HOUR_MS)).map(([, [n]]) => n)
      expect(counts).toEqual([...Array(9).fill(1), ...Array(hours - 9).fill(3)])
    },
  )

  test('begin anew with the next window', () => {
    const metric = metricOf({ window: cumulative('1h', { every: '30m' }) })
    const clicks = [
      [BASE_MS, 'a'],
      [BASE_MS + HOUR_MS, 'b'],
    ] as const
    expect(table(pointsOf(metric, clicks, BASE_MS + 3 * HOUR_MS))).toEqual([
      ['2026-01-31T12:00', [1, 1]],
      ['2026-01-31T12:30', [1, 1]],
      ['2026-01-31T13:00', [1, 1]],
      ['2026-01-31T13:30', [1, 1]],
    ])
  })
})

describe('zeros', () => {
  test('are written for windows without events until zerosFor is over; ratios are absent there', () => {
    const metric = metricOf({
      window: tumbling('1m'),
      zerosFor: '2m',
      values: { n: count(), users: countDistinct(field('user_id')), share: ratio('users', 'n') },
    })
    const points = pointsOf(
      metric,
      [
        [BASE_MS, 'a'],
        [BASE_MS + 600_000, 'a'],
      ],
      BASE_MS + 3_600_000,
    )
    expect(points.map(({ timeMs, fields }) => [(timeMs - BASE_MS) / 60_000, fields])).toEqual([
      [0, { n: 1, users: 1, share: 1 }],
      [1, { n: 0, users: 0 }],
      [2, { n: 0, users: 0 }],
      [10, { n: 1, users: 1, share: 1 }],
      [11, { n: 0, users: 0 }],
      [12, { n: 0, users: 0 }],
    ])
  })
})

describe('the largest groups', () => {
  const metric = metricOf({
    by: ['user_id'],
    window: tumbling('1m'),
    top: { count: 2, of: ['user_id'], value: 'n' },
  })
  const shown = (clicks: string) =>
    pointsOf(
      metric,
      [...clicks].map((user) => [BASE_MS, user === 'o' ? 'other' : user] as const),
      BASE_MS + 60_000,
    ).map(({ tags, fields }) => `${tags.user_id} ${fields.n} ${fields.users}`)

  test('stay, those of one size in the order of their names; all others are one', () => {
    expect(shown('dcbbacaad').sort()).toEqual(['a 3 1', 'b 2 1', 'other 4 2'])
  })

  test('are all, where there are no more', () =>
    expect(shown('ab').sort()).toEqual(['a 1 1', 'b 1 1']))

  test('have a real "other" among them, which the rest is merged with', () => {
    expect(shown('ooobbac').sort()).toEqual(['b 2 1', 'other 5 3'])
  })

  test('of an open window stay shown while it is open, and nothing is counted twice', () => {
    const job = jobOf(metric)
    const [windows] = job.windows
    const process = (clicks: string) =>
      job.process(batchOf([...clicks].map((user_id) => click(0, { user_id }))), Date.UTC(2030))
    process('abcde')
    const shownBefore = windows.openPoints()
    process('ccdd')
    const both = stored([...shownBefore, ...windows.openPoints()])
    const counts = both.map((one) => JSON.parse(one.slice(one.indexOf('] ') + 2)).n)
    expect(counts.sort()).toEqual([1, 1, 1, 3, 3])
    expect(job.openPoints()).toEqual([])
  })
})
