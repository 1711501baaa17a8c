import { describe, expect, it } from 'vitest'
import { tumbling } from '../data/definitions/nodes.ts'
import type { Point } from '../data/point.ts'
import { MAX_SERIES } from './kinds/series.ts'
import type { Stretch } from './panel-data.ts'
import { drawn, MINUTE } from './testing/panel.ts'
import { sale, shown, visits } from './testing/shop.ts'

const revenue = shown('revenue_by_category')
const conversion = shown('conversion_by_segment')

const viewOf = (metric: typeof revenue, bucketMs: number, points: Point[], stretch = MINUTE) =>
  drawn('series', metric, points, { bucketMs, stretch })

describe('panelView', () => {
  it('puts values into a common grid: 0 where others have some, nothing where none has', () => {
    const view = viewOf(revenue, 20_000, [
      sale(60_000, 'books', 10.1),
      sale(70_000, 'books', 0.2, 1, 'DE'),
      sale(110_000, 'toys', 7),
    ])
    expect(view).toMatchObject({
      edges: [60_000, 80_000, 100_000, 120_000],
      bucketMs: 20_000,
      completeCount: 3,
    })
    expect(view.series).toEqual([
      { name: 'books', rest: 0, total: 10.3, values: [10.3, null, 0] },
      { name: 'toys', rest: 0, total: 7, values: [0, null, 7] },
    ])
  })

  it('has a bucket for every day of a time zone, however long', () => {
    const daily = { ...revenue, window: tumbling('1d', { tz: 'Europe/London' }) }
    // The last Sunday of March has 23 hours; days before it start at 00:00 UTC, days after it at 23:00.
    const days = [
      '2026-03-28T00:00Z',
      '2026-03-29T00:00Z',
      '2026-03-29T23:00Z',
      '2026-03-30T23:00Z',
    ]
    const starts = days.map((text) => Date.parse(text))
    const stretch = {
      fromMs: starts[2],
      toMs: starts[3] + 1,
      beforeMs: 2 * 86_400_000,
      completeUntilMs: starts[3],
    }
    const points = starts.map((ms, index) => sale(ms, 'books', 10 ** index))
    const view = viewOf(daily, 86_400_000, points, stretch)
    expect(view.edges).toEqual([starts[2], starts[3], starts[3] + 86_400_000])
    expect(view.completeCount).toBe(1)
    expect(view.series[0].values).toEqual([100, 1000])
    expect(view.totals[0]).toMatchObject({ name: 'revenue', compared: { now: 100, before: 1 } })
  })

  it('leaves out what lies outside the range', () => {
    const points = [sale(50_000, 'books', 1), sale(60_000, 'books', 2), sale(120_000, 'books', 4)]
    const view = viewOf(revenue, 10_000, points)
    expect(view.series.map((one) => one.total)).toEqual([2])
    expect(view.totals.map((one) => one.now)).toEqual([2, 1, 2])
  })

  it('computes ratios anew for buckets, series and totals; none where nothing is divided by', () => {
    const view = viewOf(conversion, 60_000, [
      visits(60_000, '18-24', 10, 5),
      visits(70_000, '18-24', 90, 5),
      visits(70_000, '25-34', 0, 1),
    ])
    expect(view.series).toEqual([
      { name: '18-24', rest: 0, total: 0.1, values: [0.1] },
      { name: '25-34', rest: 0, total: null, values: [null] },
    ])
    expect(view.totals).toMatchObject([
      { name: 'conversion', now: 0.11, compared: null, values: [0.11] },
    ])
  })

  it('orders by size, but what begins with a number by number, and unknown last', () => {
    const names = (view: { series: readonly { name: string }[] }) =>
      view.series.map((one) => one.name)
    const sizes = [sale(60_000, 'unknown', 99), sale(60_000, 'a', 1), sale(60_000, 'b', 2)]
    expect(names(viewOf(revenue, 10_000, sizes))).toEqual(['b', 'a', 'unknown'])
    const ages = ['unknown', '65+', '5-9', '25-34', '18-24'].map((age) => visits(60_000, age, 9, 1))
    const ordered = ['5-9', '18-24', '25-34', '65+', 'unknown']
    expect(names(viewOf(conversion, 10_000, ages))).toEqual(ordered)
  })

  it('folds the smallest of many tag values into one series, and loses nothing', () => {
    const points = Array.from({ length: 30 }, (_, i) => sale(60_000, `c${i}`, i + 1))
    const view = viewOf(revenue, 10_000, points)
    expect(view.series).toHaveLength(MAX_SERIES)
    expect(view.series[0]).toMatchObject({ name: 'c29', total: 30 })
    expect(view.series.at(-1)).toMatchObject({ name: '', rest: 23, total: (23 * 24) / 2 })
    expect(view.series.reduce((sum, one) => sum + (one.total ?? 0), 0)).toBe(view.totals[0].now)
  })

  it('tells which buckets are still being filled', () => {
    const stretch = { ...MINUTE, completeUntilMs: 95_000 }
    expect(viewOf(revenue, 10_000, [], stretch).completeCount).toBe(3)
    expect(viewOf(revenue, 30_000, [], stretch).completeCount).toBe(1)
  })

  it('shows windows that are still open, marked, and counts them in no total', () => {
    const openFrom = (open: Point[]) =>
      drawn('series', revenue, [sale(60_000, 'books', 10)], { bucketMs: 20_000, open })
    const open = [sale(70_000, 'books', 5), sale(80_000, 'toys', 7)]
    const view = openFrom(open)
    expect(view.openFrom).toBe(0)
    expect(view.series).toEqual([
      { name: 'books', rest: 0, total: 10, values: [15, 0, null] },
      { name: 'toys', rest: 0, total: null, values: [0, 7, null] },
    ])
    expect(view.totals[0]).toMatchObject({ name: 'revenue', now: 10, values: [10, null, null] })
    expect(openFrom(open.slice(1)).openFrom).toBe(1)
    expect(openFrom([]).openFrom).toBe(3)
  })

  it('shows the newest window where counts cannot be added up, and says so', () => {
    const users = { ...shown('events_by_segment') }
    const metric = { ...users, panel: { ...users.panel, value: 'users', totals: ['users'] } }
    const point = (timeMs: number, gender: string): Point => ({
      measurement: metric.name,
      tags: { event_type: 'click', gender, age_group: '18-24', country: 'US' },
      fields: { events: 9, users: 3 },
      timeMs,
    })
    const points = [point(60_000, 'F'), point(60_000, 'M'), point(70_000, 'F')]
    const narrow = viewOf(metric, 10_000, points)
    expect(narrow.notes).toEqual([])
    expect(narrow.series[0].values.slice(0, 3)).toEqual([6, 3, null])
    const wide = viewOf(metric, 60_000, points)
    const why = 'the same user_id may be counted in several windows'
    expect(wide.notes).toEqual([`Users: the newest 10 s of each bucket, as ${why}.`])
    expect(wide.series[0]).toMatchObject({ total: 3, values: [3] })
    expect(wide.totals[0].now).toBeNull()
  })
})

describe('comparison with the time before', () => {
  const stretch: Stretch = {
    fromMs: 60_000,
    toMs: 120_000,
    beforeMs: 60_000,
    completeUntilMs: 100_000,
  }

  it('compares the complete buckets with the same ones before, not with all of them', () => {
    const points = [0, 40_000, 60_000, 90_000, 110_000].map((ms) =>
      sale(ms, 'books', ms / 1000 + 1),
    )
    const { totals } = viewOf(revenue, 10_000, points, stretch)
    expect(totals[0]).toMatchObject({ now: 61 + 91 + 111, compared: { now: 61 + 91, before: 1 } })
  })

  it('does not compare when data begins in the middle of the time before', () => {
    const points = [30_000, 60_000].map((ms) => sale(ms, 'books', 5))
    expect(viewOf(revenue, 10_000, points, stretch).totals[0].compared).toBeNull()
  })
})
