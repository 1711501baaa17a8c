import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conversionBySegment } from '../ecommerce/conversion-by-segment.ts'
import { eventsBySegment } from '../ecommerce/events-by-segment.ts'
import { revenueByCategory } from '../ecommerce/revenue-by-category.ts'
import { demographicsEnrichment } from '../ecommerce/vocabulary.ts'
import type { Point } from '../point.ts'
import type { Metric } from './metric.ts'
import { stepsOf, tumbling } from './nodes.ts'
import { rollUp } from './rollup.ts'
import { windowsOf } from './windows.ts'

/** A user's segments follow from who they are; a product's category and the type are each event's own. */
const USERS = Array.from({ length: 12 }, (_, n) => ({
  user_id: `u${n}`,
  gender: 'FMX'[n % 3],
  age_group: ['18-24', '65+'][n % 2],
  country: ['DE', 'FR', 'unknown'][n % 3 === 2 ? 2 : n % 2],
}))

interface Event {
  readonly timeMs: number
  readonly text: Readonly<Record<string, string>>
  readonly quantity: number
  readonly cents: number
}

const events = fc.array(
  fc
    .record({
      timeMs: fc.integer({ min: 0, max: 59_999 }),
      user: fc.constantFrom(...USERS),
      event_type: fc.constantFrom('click', 'purchase'),
      category: fc.constantFrom('books', 'toys'),
      quantity: fc.integer({ min: 1, max: 9 }),
      cents: fc.integer({ min: 0, max: 99_999 }),
    })
    .map(
      ({ timeMs, user, event_type, category, quantity, cents }): Event => ({
        timeMs,
        text: { ...user, event_type, category },
        quantity,
        cents,
      }),
    ),
  { maxLength: 60 },
)

/** Points straight from events, in the plainest way: by these tags, in windows of this length. */
function pointsOf(
  metric: Metric,
  all: readonly Event[],
  by: readonly string[],
  sizeMs: number,
): Point[] {
  const groups = new Map<string, Event[]>()
  for (const event of all) {
    const startMs = Math.floor(event.timeMs / sizeMs) * sizeMs
    const key = JSON.stringify([startMs, ...by.map((tag) => event.text[tag])])
    groups.set(key, [...(groups.get(key) ?? []), event])
  }
  const number = (n: number) => String(n).padStart(9, '0')
  return [...groups]
    .map(([key, group]): Point => {
      const [timeMs, ...tags] = JSON.parse(key) as [number, ...string[]]
      return {
        measurement: metric.name,
        tags: Object.fromEntries(by.map((tag, index) => [tag, tags[index]])),
        fields: fieldsOf(metric, group),
        timeMs,
      }
    })
    .sort((a, b) => {
      const [left, right] = [a, b].map((p) =>
        [number(p.timeMs), ...by.map((tag) => p.tags[tag])].join('\t'),
      )
      return left < right ? -1 : left > right ? 1 : 0
    })
}

function fieldsOf(metric: Metric, group: readonly Event[]): Record<string, number> {
  const of = (type: string) => group.filter(({ text }) => text.event_type === type).length
  const distinct = new Set(group.map(({ text }) => text.user_id)).size
  if (metric === eventsBySegment) return { events: group.length, users: distinct }
  if (metric === conversionBySegment) {
    const counts = { clicks: of('click'), purchases: of('purchase') }
    return counts.clicks === 0
      ? counts
      : { ...counts, conversion: counts.purchases / counts.clicks }
  }
  const cents = group.reduce((total, { quantity, cents: price }) => total + quantity * price, 0)
  const items = group.reduce((total, { quantity }) => total + quantity, 0)
  const revenue = cents / 100
  return { revenue, orders: group.length, items, average_order_value: revenue / group.length }
}

const without = (points: readonly Point[], ...fields: readonly string[]): Point[] =>
  points.map((point) => ({
    ...point,
    fields: Object.fromEntries(
      Object.entries(point.fields).filter(([name]) => !fields.includes(name)),
    ),
  }))

describe.each([eventsBySegment, revenueByCategory, conversionBySegment])('$name', (metric) => {
  const size = stepsOf(metric.window).sizeMs

  test('rolled up equals what the events say, over any tags and time', () => {
    const bys = fc.subarray([...metric.by])
    const buckets = fc.constantFrom(size, 3 * size, 6 * size)
    fc.assert(
      fc.property(events, bys, buckets, (all, by, bucketMs) => {
        const fine = pointsOf(metric, all, metric.by, size)
        const rolled = rollUp(metric, demographicsEnrichment, fine, { by, bucketMs })
        const expected = pointsOf(metric, all, by, bucketMs)
        const usersAdd =
          bucketMs === size && (metric !== eventsBySegment || by.includes('event_type'))
        expect(rolled.points).toEqual(usersAdd ? expected : without(expected, 'users'))
      }),
    )
  })

  test('with all tags and no longer time is what it was', () => {
    fc.assert(
      fc.property(events, (all) => {
        const points = pointsOf(metric, all, metric.by, size)
        const rolled = rollUp(metric, demographicsEnrichment, points, { by: metric.by })
        expect(rolled.points).toEqual(points)
        expect(rolled.notes).toEqual([])
      }),
    )
  })

  test('all of time is one point per tags, at its first window', () => {
    fc.assert(
      fc.property(events, (all) => {
        fc.pre(all.length > 0)
        const fine = pointsOf(metric, all, metric.by, size)
        const { points } = rollUp(metric, demographicsEnrichment, fine, {
          by: [],
          bucketMs: Infinity,
        })
        const [expected] = without(pointsOf(metric, all, [], 60_000), 'users')
        expect(points).toEqual([{ ...expected, timeMs: fine[0].timeMs }])
      }),
    )
  })
})

describe('users', () => {
  const roll = (by: readonly string[], bucketMs?: number) =>
    rollUp(eventsBySegment, demographicsEnrichment, [], {
      by,
      ...(bucketMs === undefined ? {} : { bucketMs }),
    })

  test('add up over segments of people', () => {
    expect(roll(['event_type']).notes).toEqual([])
    expect(roll(['event_type', 'country']).measurement.fields).toEqual({
      events: 'integer',
      users: 'integer',
    })
  })

  test('do not add up over types of events, and a note says why', () => {
    expect(roll(['country']).notes).toEqual([
      'users is left out: the same user_id may be counted under several values of event_type',
    ])
    expect(roll(['country']).measurement.fields).toEqual({ events: 'integer' })
  })

  test('do not add up over time, and a note says why', () => {
    expect(roll(eventsBySegment.by, 60_000).notes).toEqual([
      'users is left out: the same user_id may be counted in several windows',
    ])
  })
})

test('a ratio of something left out is left out too', () => {
  const metric: Metric = {
    ...eventsBySegment,
    values: {
      ...eventsBySegment.values,
      per_user: { kind: 'ratio', numerator: 'events', denominator: 'users' },
    },
  }
  expect(rollUp(metric, demographicsEnrichment, [], { by: ['country'] }).notes).toContain(
    'per_user is left out: it is computed from users',
  )
})

test('money adds up to the cent', () => {
  const point = (timeMs: number): Point => ({
    measurement: 'revenue_by_category',
    tags: { category: 'books', country: 'DE' },
    fields: { revenue: 0.1, orders: 1, items: 1, average_order_value: 0.1 },
    timeMs,
  })
  const points = Array.from({ length: 6 }, (_, n) => point(n * 10_000))
  const rolled = rollUp(revenueByCategory, demographicsEnrichment, points, {
    by: ['category'],
    bucketMs: 60_000,
  })
  expect(rolled.points[0].fields).toEqual({
    revenue: 0.6,
    orders: 6,
    items: 6,
    average_order_value: 0.6 / 6,
  })
})

test('days of a time zone stay the days they are, and add up to its weeks', () => {
  const metric: Metric = {
    ...revenueByCategory,
    window: tumbling('1d', { tz: 'Europe/Berlin' }),
  }
  const days = windowsOf(stepsOf(metric.window))
  // Sunday to Tuesday: the clock is changed on the Sunday, which is the last day of its week.
  const starts = [days.startOf(Date.parse('2026-10-25T12:00Z'))]
  starts.push(days.endOf(starts[0]), days.endOf(days.endOf(starts[0])))
  const points = starts.map(
    (timeMs): Point => ({
      measurement: 'revenue_by_category',
      tags: { category: 'books', country: 'DE' },
      fields: { revenue: 1, orders: 1, items: 1, average_order_value: 1 },
      timeMs,
    }),
  )
  const rolled = (bucketMs?: number) =>
    rollUp(metric, demographicsEnrichment, points, {
      by: [],
      ...(bucketMs === undefined ? {} : { bucketMs }),
    }).points.map(({ timeMs, fields }) => [new Date(timeMs).toISOString(), fields.orders])
  expect(rolled()).toEqual([
    ['2026-10-24T22:00:00.000Z', 1],
    ['2026-10-25T23:00:00.000Z', 1],
    ['2026-10-26T23:00:00.000Z', 1],
  ])
  expect(rolled(stepsOf(metric.window).sizeMs)).toEqual(rolled())
  expect(rolled(7 * stepsOf(metric.window).sizeMs)).toEqual([
    ['2026-10-18T22:00:00.000Z', 1],
    ['2026-10-25T23:00:00.000Z', 2],
  ])
})

test('a tag the metric has not is told', () => {
  expect(() => rollUp(eventsBySegment, demographicsEnrichment, [], { by: ['city'] })).toThrow(
    /events_by_segment.*"city".*country/,
  )
})
