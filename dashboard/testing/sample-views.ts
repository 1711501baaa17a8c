// A view with every kind of panel, made up, as the server would send it: to look at the page and measure it without one.
import { labelOf } from '../../data/definitions/words.ts'
import type {
  Amount,
  PanelBase,
  PanelInfo,
  PanelView,
  PipelineInfo,
  Row,
  Series,
  TagInfo,
  ValueInfo,
  View,
} from '../api.ts'

const NOW_MS = Date.parse('2026-03-14T11:00:00Z')
const HOUR_MS = 3_600_000

const value = (name: string, unit = 'short', kind: ValueInfo['kind'] = 'sum'): ValueInfo => ({
  name,
  label: labelOf(name),
  unit,
  hint: '',
  kind,
})

const tag = (name: string): TagInfo => ({ name, label: value(name).label })

function infoOf(
  id: string,
  kind: PanelInfo['kind'],
  title: string,
  values: readonly ValueInfo[],
  more: Partial<PanelInfo> = {},
): PanelInfo {
  return {
    ...{ id, metric: id, kind, section: '', title, summary: `${title}, made up.` },
    value: values[0],
    values,
    split: null,
    splits: more.split ? [tag(more.split)] : [],
    folds: [],
    whole: true,
    totals: [],
    windowMs: 10_000,
    ...more,
  }
}

const amount = (now: number | null, before: number | null = null): Amount => ({
  now,
  compared: now === null || before === null ? null : { now, before },
})

/** Buckets of the last hour, of which the last is not complete. */
function baseOf(id: string, count: number, split: string | null): PanelBase {
  const bucketMs = HOUR_MS / count
  return {
    id,
    bucketMs,
    edges: Array.from({ length: count + 1 }, (_, n) => NOW_MS - HOUR_MS + n * bucketMs),
    completeCount: count - 1,
    openFrom: count - 1,
    soFar: null,
    split,
    empty: false,
    notes: [],
    totals: [],
  }
}

const wave = (count: number, level: number, phase: number) =>
  Array.from({ length: count }, (_, n) => {
    const course = 1 + 0.3 * Math.sin((n / count) * 9 + phase) + 0.1 * Math.sin(n * 1.7 + phase)
    return Math.round(level * course * 100) / 100
  })

/** Lines with as many buckets; `compared`: with those of the period before. */
function seriesOf(names: readonly string[], count: number, compared: boolean): Series[] {
  return names.map((name, n) => {
    const values = wave(count, 100 / (n + 1), n)
    const total = values.reduce((sum, one) => sum + one, 0)
    const before = { total: total * 0.9, values: wave(count, 90 / (n + 1), n + 1) }
    return { name, rest: 0, total, values, ...(compared ? { before } : {}) }
  })
}

function rowsOf(numbers: Readonly<Record<string, number>>, rest = 0): Row[] {
  const all = Object.values(numbers).reduce((sum, one) => sum + one, 0)
  return Object.entries(numbers).map(([name, now], n) => ({
    name: name === 'rest' ? '' : name,
    rest: name === 'rest' ? rest : 0,
    ...amount(now, now * (0.86 + 0.07 * (n % 5))),
    share: now / all,
  }))
}

const AGES = {
  '18-24': 1840,
  '25-34': 3120,
  '35-44': 2650,
  '45-54': 1710,
  '55-64': 930,
  unknown: 310,
}
const COUNTRIES = { US: 48_210, DE: 31_877, GB: 22_104, FR: 18_930, BR: 9412, IN: 7034, rest: 5210 }
const CATEGORIES = {
  electronics: 38_120,
  fashion: 24_507,
  home: 21_016,
  beauty: 9340,
  sports: 6412,
}
const money = value('revenue', 'currencyUSD')
const orders = value('orders')
const order = value('average_order_value', 'currencyUSD', 'ratio')
const steps = ['clicks', 'product_views', 'carts', 'purchases'].map((name) => value(name))
const percentiles = ['p99', 'p95', 'p50'].map((name) => value(name, 'currencyUSD', 'percentile'))

type Sample = readonly [PanelInfo, (compared: boolean) => PanelView]

const rowsPanel = (info: PanelInfo, rows: Row[]): Sample => [
  info,
  () => ({
    ...baseOf(info.id, 60, info.split),
    kind: info.kind as 'bars' | 'share' | 'ranking',
    all: amount(
      rows.reduce((sum, row) => sum + (row.now ?? 0), 0),
      rows.reduce((sum, row) => sum + (row.compared?.before ?? 0), 0),
    ),
    rows,
  }),
]

const seriesPanel = (
  info: PanelInfo,
  names: readonly string[],
  lines: 'tags' | 'values',
): Sample => [
  info,
  (compared) => ({
    ...baseOf(info.id, 60, info.split),
    kind: 'series',
    lines,
    series: seriesOf(names, 60, compared),
  }),
]

const sales = { section: 'Sales' }
const people = { section: 'Customers' }

const SAMPLES: readonly Sample[] = [
  seriesPanel(
    infoOf('revenue', 'series', 'Revenue by category', [money], { ...sales, split: 'category' }),
    Object.keys(CATEGORIES),
    'tags',
  ),
  seriesPanel(
    infoOf('percentiles', 'series', 'Order value', percentiles, sales),
    percentiles.map(({ name }) => name),
    'values',
  ),
  rowsPanel(
    infoOf('share', 'share', 'Revenue by category', [money], { ...sales, split: 'category' }),
    rowsOf(CATEGORIES),
  ),
  rowsPanel(
    infoOf('ranking', 'ranking', 'Countries', [money], { ...sales, split: 'country' }),
    rowsOf(COUNTRIES, 24),
  ),
  [
    infoOf('funnel', 'funnel', 'From click to purchase', steps, sales),
    () => ({
      ...baseOf('funnel', 60, null),
      kind: 'funnel',
      steps: [48_210, 29_877, 8104, 2230].map((now, n) => ({
        name: steps[n].name,
        ...amount(now, now * (0.9 + n * 0.05)),
      })),
    }),
  ],
  rowsPanel(
    infoOf('ages', 'bars', 'Customers by age', [value('customers')], {
      ...people,
      split: 'age_group',
    }),
    rowsOf(AGES),
  ),
  [
    infoOf('table', 'table', 'Categories', [money, orders, order], {
      ...people,
      split: 'category',
    }),
    () => ({
      ...baseOf('table', 60, 'category'),
      kind: 'table',
      all: [amount(99_395, 95_010), amount(2200, 2250), amount(45.18, 42.2)],
      rows: Object.entries(CATEGORIES).map(([name, now], n) => ({
        name,
        rest: 0,
        cells: [amount(now, now * 0.93), amount(Math.round(now / (40 + n)), 400), amount(40 + n)],
      })),
    }),
  ],
  [
    infoOf('heat', 'heatmap', 'Revenue by hour of the day', [money], people),
    () => ({
      ...baseOf('heat', 60, null),
      kind: 'heatmap',
      tz: 'Europe/Berlin',
      days: Array.from({ length: 7 }, (_, day) => ({
        date: new Date(NOW_MS - (6 - day) * 24 * HOUR_MS).toISOString().slice(0, 10),
        cells: wave(24, 800, day).map((one, hour) =>
          day === 6 && hour > 11 ? null : Math.round(one * (0.4 + Math.sin((hour / 24) * 3.1))),
        ),
        open: day === 6 ? [11] : [],
      })),
    }),
  ],
]

const pipelineOf = (panels: readonly PanelInfo[]): PipelineInfo => ({
  version: 'sample',
  name: 'samples',
  store: 'nothing but samples',
  ranges: ['15m', '1h', 'all'],
  defaultRange: '1h',
  tags: [],
  panels,
})

export const samplePipeline = () => pipelineOf(SAMPLES.map(([info]) => info))

export const sampleView = (compared = false) => viewOf(SAMPLES.map(([, view]) => view(compared)))

/** Panels of one line each. */
export const samplePipelineOf = (names: readonly string[]) =>
  pipelineOf(names.map((name) => infoOf(name, 'series', name, [value('p95', 's', 'percentile')])))

/** The same with so many points each, none of them open. */
export const sampleViewOf = (names: readonly string[], points: number) =>
  viewOf(
    names.map((name) => ({
      ...baseOf(name, points, null),
      ...{ completeCount: points, openFrom: points },
      kind: 'series',
      lines: 'one',
      series: seriesOf([''], points, false),
    })),
  )

/** A view of the last hour with these panels. */
const viewOf = (panels: readonly PanelView[]): View => ({
  range: '1h',
  fromMs: NOW_MS - HOUR_MS,
  toMs: NOW_MS,
  before: null,
  nowMs: NOW_MS,
  backToMs: null,
  changedMs: NOW_MS - 1000,
  data: 'here',
  extent: null,
  panels,
})
