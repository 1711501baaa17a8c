// Panels of every kind but series over one value, from points: what they show, compare, fold together and say.
import { describe, expect, it } from 'vitest'
import { sum, tumbling } from '../../data/definitions/nodes.ts'
import type { Point } from '../../data/point.ts'
import { asShown, panelNamed, revenueToday, visitors } from '../testing/kinds.ts'
import { type Drawn, drawn, MINUTE } from '../testing/panel.ts'
import { sale, shown, visits } from '../testing/shop.ts'
import { MAX_ROWS } from './rows.ts'

const revenue = shown('revenue_by_category')
const HOUR_MS = 3_600_000
const BEFORE: Drawn = { compare: true, stretch: { ...MINUTE, beforeMs: 60_000 } }

/** Sales of the minute shown, and of that before. */
const SALES = [
  sale(0, 'books', 4),
  sale(10_000, 'toys', 10, 2),
  sale(60_000, 'books', 5, 1, 'DE'),
  sale(70_000, 'toys', 20, 4),
  sale(80_000, 'unknown', 75),
]

describe('bars, shares and rankings', () => {
  const { panel } = panelNamed('Countries')

  it('have a row per value with its part of the whole, unknown last', () => {
    const view = drawn('share', revenue, SALES, { panel, split: 'category' })
    expect(view.all).toEqual({ now: 100, compared: null })
    expect(view.rows).toEqual([
      { name: 'toys', rest: 0, now: 20, compared: null, share: 0.2 },
      { name: 'books', rest: 0, now: 5, compared: null, share: 0.05 },
      { name: 'unknown', rest: 0, now: 75, compared: null, share: 0.75 },
    ])
  })

  it('compare each row with the stretch before; one that is new has nothing to compare with', () => {
    const { rows, all } = drawn('ranking', revenue, SALES, { panel, split: 'category', ...BEFORE })
    expect(rows.map(({ name, compared }) => [name, compared])).toEqual([
      ['toys', { now: 20, before: 10 }],
      ['books', { now: 5, before: 4 }],
      ['unknown', null],
    ])
    expect(all.compared).toEqual({ now: 100, before: 14 })
  })

  it('fold the smallest into one row, and lose nothing', () => {
    const many = Array.from({ length: 30 }, (_, n) => sale(60_000, `c${n}`, n + 1))
    const { rows, all } = drawn('ranking', revenue, many, { panel, split: 'category' })
    expect(rows).toHaveLength(MAX_ROWS.ranking)
    expect(rows.at(-1)).toMatchObject({ name: '', rest: 21, now: (21 * 22) / 2 })
    expect(rows.reduce((total, { now }) => total + (now ?? 0), 0)).toBe(all.now)
  })

  it('have one row of others, of what the metric and what the page has folded together', () => {
    const top = { count: 12, of: ['category'], value: 'revenue' }
    const many = Array.from({ length: 12 }, (_, n) => sale(60_000, `c${n}`, n + 1))
    const rowsOf = (points: readonly Point[]) =>
      drawn('ranking', { ...revenue, top }, points, { panel, split: 'category' }).rows
    const rows = rowsOf([...many, sale(60_000, 'other', 100)])
    expect(rows).toHaveLength(MAX_ROWS.ranking)
    expect(rows.at(-1)).toMatchObject({ name: '', rest: 4, now: 100 + 1 + 2 + 3 })
    expect(rowsOf([...many.slice(0, 2), sale(60_000, 'other', 100)])).toMatchObject([
      ...[{ name: 'c1' }, { name: 'c0' }],
      { name: '', rest: 1, now: 100 },
    ])
  })

  it('have last what the metric has folded together itself', () => {
    const points = [sale(60_000, 'other', 9), sale(60_000, 'books', 1), sale(60_000, 'unknown', 5)]
    const { rows } = drawn('ranking', revenue, points, { panel, split: 'category' })
    expect(rows.map(({ name }) => name)).toEqual(['books', 'unknown', 'other'])
  })

  it('stand in the order of their names as bars', () => {
    const { metric, panel } = panelNamed('Purchases by age')
    const points = ['65+', 'unknown', '5-9', '18-24'].map((age, n) => visits(60_000, age, 9, n + 1))
    const { rows } = drawn('bars', metric, points, { panel })
    expect(rows.map(({ name, now }) => [name, now])).toEqual([
      ['5-9', 3],
      ['18-24', 4],
      ['65+', 1],
      ['unknown', 2],
    ])
  })

  it('have no share of what makes no whole', () => {
    const metric = shown('conversion_by_segment')
    const points = [visits(60_000, '18-24', 10, 5), visits(60_000, '25-34', 10, 1)]
    const { rows, all } = drawn('bars', metric, points)
    expect(rows.map(({ now, share }) => [now, share])).toEqual([
      [0.5, null],
      [0.1, null],
    ])
    expect(all.now).toBe(0.3)
  })
})

describe('windows that are still open', () => {
  const { panel } = panelNamed('Countries')
  const open = [sale(60_000, 'books', 5), sale(70_000, 'toys', 20)]

  it('are shown as so far where the range holds no other, with their part and total', () => {
    const view = drawn('ranking', revenue, [sale(0, 'books', 9)], {
      ...{ panel, split: 'category', open },
    })
    expect(view).toMatchObject({ soFar: { fromMs: 60_000, toMs: 80_000 }, empty: false })
    expect(view.all.now).toBe(25)
    expect(view.rows.map(({ name, now, share }) => [name, now, share])).toEqual([
      ['toys', 20, 0.8],
      ['books', 5, 0.2],
    ])
  })

  it('are in no row and no total beside windows that are final', () => {
    const points = [sale(60_000, 'books', 9)]
    const view = drawn('ranking', revenue, points, { panel, split: 'category', open: [open[1]] })
    expect(view.soFar).toBe(null)
    expect(view.all.now).toBe(9)
    expect(view.rows.map(({ name, now }) => [name, now])).toEqual([['books', 9]])
  })

  it('are so far also where they are longer than the range', () => {
    const hours = { ...revenue, window: tumbling('1h') }
    const view = drawn('table', hours, [], {
      ...{ panel: panelNamed('Categories').panel, bucketMs: HOUR_MS, open: [sale(0, 'books', 7)] },
    })
    expect(view.soFar).toEqual({ fromMs: 0, toMs: HOUR_MS })
    expect(view.all.map(({ now }) => now)).toEqual([7, 1])
  })

  it('are hours of a heatmap that are told apart', () => {
    const fromMs = Date.parse('2026-11-20T10:00Z')
    const toMs = fromMs + 2 * HOUR_MS
    const view = drawn('heatmap', revenue, [sale(fromMs, 'books', 1)], {
      panel: panelNamed('Revenue by hour').panel,
      stretch: { fromMs, toMs, completeUntilMs: toMs },
      bucketMs: HOUR_MS,
      open: [sale(fromMs + HOUR_MS, 'books', 2)],
    })
    expect(view.days[0].cells.slice(10, 12)).toEqual([1, 2])
    expect(view.days[0].open).toEqual([11])
  })
})

describe('tables', () => {
  it('have a cell per value, and a row of all', () => {
    const { panel } = panelNamed('Categories')
    const view = drawn('table', revenue, SALES, { panel, ...BEFORE })
    expect(view.rows[0]).toEqual({
      name: 'toys',
      rest: 0,
      cells: [
        { now: 20, compared: { now: 20, before: 10 } },
        { now: 4, compared: { now: 4, before: 2 } },
      ],
    })
    expect(view.all.map(({ now }) => now)).toEqual([100, 6])
  })
})

describe('funnels', () => {
  it('have a step per value, in their order', () => {
    const { metric, panel } = panelNamed('From click to purchase')
    const points = [visits(0, 'a', 50, 5), visits(60_000, 'a', 90, 5), visits(70_000, 'b', 10, 1)]
    const view = drawn('funnel', metric, points, { panel, ...BEFORE })
    expect(view.steps).toEqual([
      { name: 'clicks', now: 100, compared: { now: 100, before: 50 } },
      { name: 'purchases', now: 6, compared: { now: 6, before: 5 } },
    ])
    expect(drawn('funnel', metric, [], { panel })).toMatchObject({ steps: [], empty: true })
  })
})

describe('heatmaps', () => {
  const { panel } = panelNamed('Revenue by hour')
  const heat = (fromIso: string, hours: number, tz: string, points: readonly Point[]) => {
    const fromMs = Date.parse(fromIso)
    const toMs = fromMs + hours * HOUR_MS
    const stretch = { fromMs, toMs, completeUntilMs: toMs }
    return drawn('heatmap', revenue, points, { panel, stretch, tz, bucketMs: HOUR_MS })
  }

  it('add up by day and hour of the zone’s clock', () => {
    const fromMs = Date.parse('2026-11-20T22:30Z')
    const points = [0, 600_000, HOUR_MS].map((ms, n) => sale(fromMs + ms, 'books', 10 ** n))
    const view = heat('2026-11-20T22:00Z', 3, 'Europe/Berlin', points)
    expect(view.tz).toBe('Europe/Berlin')
    expect(view.days.map(({ date, cells }) => [date, cells.length])).toEqual([
      ['2026-11-20', 24],
      ['2026-11-21', 24],
    ])
    expect(view.days[0].cells[23]).toBe(11)
    expect(view.days[1].cells[0]).toBe(100)
    expect(view.days[1].cells[1]).toBeNull()
  })

  it('leave out the hour that is skipped, and add the two of the one that comes twice', () => {
    const hourly = (iso: string) =>
      Array.from({ length: 25 }, (_, n) => sale(Date.parse(iso) + n * HOUR_MS, 'books', 1))
    const spring = heat('2026-03-28T23:00Z', 23, 'Europe/Berlin', hourly('2026-03-28T23:00Z'))
    expect(spring.days[0].cells.slice(0, 4)).toEqual([1, 1, null, 1])
    const autumn = heat('2026-10-24T22:00Z', 25, 'Europe/Berlin', hourly('2026-10-24T22:00Z'))
    expect(autumn.days).toHaveLength(1)
    expect(autumn.days[0].cells.slice(0, 4)).toEqual([1, 1, 2, 1])
  })

  it('say so when buckets are wider than an hour', () => {
    const view = drawn('heatmap', revenue, SALES, { panel, bucketMs: 2 * HOUR_MS })
    expect(view).toMatchObject({ days: [], empty: true })
    expect(view.notes[0]).toContain('too long')
  })
})

describe('windows that overlap', () => {
  const metric = asShown(revenueToday)
  const TEN_MS = 600_000
  const far = (n: number, category: string, so: number): Point => ({
    measurement: metric.name,
    tags: { category },
    fields: { revenue: so, orders: so },
    timeMs: n * TEN_MS,
  })
  const points = [far(6, 'a', 1), far(6, 'b', 1), far(7, 'a', 2), far(7, 'b', 5), far(8, 'a', 3)]
  const stretch = { fromMs: HOUR_MS, toMs: 2 * HOUR_MS, completeUntilMs: 2 * HOUR_MS }

  it('show the newest in a bucket, and as total the newest of all', () => {
    const fine = drawn('series', metric, points, { stretch, bucketMs: TEN_MS })
    expect(fine.series[0].values.slice(0, 3)).toEqual([2, 7, 3])
    expect(fine.notes).toEqual([])
    expect(fine.totals[0]).toMatchObject({ now: 3, adds: false })
    const wide = drawn('series', metric, points.slice(0, 4), {
      ...{ stretch, bucketMs: 2 * TEN_MS },
      split: 'category',
    })
    expect(wide.series.map(({ name, values }) => [name, values[0]])).toEqual([
      ['b', 5],
      ['a', 2],
    ])
    expect(wide.notes).toEqual([
      'Revenue: the newest 10 min of each bucket, as the same event is in several windows.',
    ])
  })

  it('are compared with the newest before', () => {
    const before = [far(0, 'a', 50), far(5, 'a', 70)]
    const { totals } = drawn('series', metric, [...before, ...points], {
      stretch: { ...stretch, beforeMs: HOUR_MS },
      bucketMs: TEN_MS,
    })
    expect(totals[0].compared).toEqual({ now: 3, before: 70 })
  })
})

describe('values that do not add up', () => {
  const metric = asShown(visitors)
  const point = (timeMs: number, event_type: string, users: number): Point => ({
    measurement: metric.name,
    tags: { age_group: '18-24', event_type },
    fields: { events: 10, users, median: 3, p95: 9 },
    timeMs,
  })
  const points = [point(60_000, 'click', 4), point(60_000, 'purchase', 2)]
  const asked = { bucketMs: 60_000 }

  it('are left out with the reason, not guessed', () => {
    const view = drawn('series', metric, points, asked)
    expect(view).toMatchObject({ empty: true, series: [] })
    expect(view.notes).toEqual([
      'Users: not shown, as the same user_id may be counted under several values of event_type.',
    ])
  })

  it('are known once the filter leaves one value of the tag in the way', () => {
    const view = drawn('series', metric, points, { ...asked, filter: { event_type: ['click'] } })
    expect(view.series).toMatchObject([{ name: '18-24', total: 4, values: [4] }])
    expect(view.notes).toEqual([])
  })

  it('are lines of their own: percentiles of the same numbers', () => {
    const panel = {
      ...{ title: 'Prices', value: 'median', unit: 'currencyUSD' },
      values: ['median', 'p95'],
    }
    const filter = { event_type: ['click'], age_group: ['18-24'] }
    const view = drawn('series', metric, points, { ...asked, panel, filter })
    expect(view.lines).toBe('values')
    expect(view.series.map(({ name, values }) => [name, values])).toEqual([
      ['median', [3]],
      ['p95', [9]],
    ])
  })

  it('are said once to be of the newest window, for all of which it is true', () => {
    const panel = { title: 'Prices', value: 'median', unit: 'short', values: ['median', 'p95'] }
    const filter = { event_type: ['click'], age_group: ['18-24'] }
    const view = drawn('series', metric, points, { filter, panel, bucketMs: 120_000 })
    expect(view.notes).toEqual([
      expect.stringMatching(/^Median, P95: the newest 1 min of each bucket/),
    ])
  })

  it('do not fold into others either, which is said', () => {
    const users = { ...metric, by: ['event_type'] }
    const many = Array.from({ length: 12 }, (_, n) => ({
      ...point(60_000, `type${n}`, n + 1),
      tags: { event_type: `type${n}` },
    }))
    const view = drawn('series', users, many, { ...asked, split: 'event_type' })
    expect(view.series).toHaveLength(7)
    expect(view.notes).toEqual(['5 smaller ones are not shown.'])
  })
})

describe('windows longer than the range', () => {
  it('have no number in it, mostly, and say what to do', () => {
    const stretch = { ...MINUTE, toMs: 90_000 }
    const asked = { stretch, bucketMs: 60_000 }
    const { notes } = drawn('series', asShown(visitors), [], { ...asked, split: undefined })
    expect(notes.at(-1)).toBe('Each number is of 1 min: choose a longer time range.')
  })
})

describe('a filter', () => {
  it('lets several values of a tag through, of several tags those that satisfy all', () => {
    const points = [
      sale(60_000, 'books', 1, 1, 'DE'),
      sale(60_000, 'books', 2, 1, 'FR'),
      sale(60_000, 'toys', 4, 1, 'FR'),
      sale(60_000, 'toys', 8, 1, 'US'),
    ]
    const total = (filter: Drawn['filter'] = {}) =>
      drawn('series', revenue, points, { filter }).totals[0].now
    expect(total({ country: ['DE', 'FR'] })).toBe(7)
    expect(total({ country: ['DE', 'FR'], category: ['toys'] })).toBe(4)
    expect(total({ country: ['ZZ'] })).toBeNull()
  })

  it('by a tag that the metric does not have changes nothing, and is told', () => {
    const view = drawn('series', revenue, SALES, { filter: { age_group: ['18-24'] } })
    expect(view.totals[0].now).toBe(100)
    expect(view.notes).toEqual(['Not filtered by age group, which these numbers do not have.'])
  })
})

describe('series', () => {
  it('have the stretch before, bucket by bucket', () => {
    const { series } = drawn('series', revenue, SALES, BEFORE)
    expect(series.at(-1)).toMatchObject({
      name: 'unknown',
      values: [0, 0, 75, null, null, null],
      before: { total: null, values: [0, 0, null, null, null, null] },
    })
    expect(series.find(({ name }) => name === 'toys')?.before).toEqual({
      total: 10,
      values: [0, 10, null, null, null, null],
    })
  })

  it('without a split are one line, also of values that are exact to the cent', () => {
    const cents = {
      ...revenue,
      values: { ...revenue.values, revenue: sum({ kind: 'field', name: 'x' }, { decimals: 2 }) },
    }
    const points = [sale(60_000, 'a', 0.1), sale(60_000, 'b', 0.2)]
    const view = drawn('series', cents, points, { split: undefined })
    expect(view).toMatchObject({ lines: 'one', split: null })
    expect(view.series).toMatchObject([
      { name: '', total: 0.3, values: [0.3, null, null, null, null, null] },
    ])
  })
})
