// For tests: metrics with every kind of window, value and panel.
import {
  approxDistinct,
  atLeast,
  avg,
  count,
  countDistinct,
  countNew,
  cumulative,
  difference,
  eq,
  funnel,
  hopping,
  max,
  measure,
  min,
  mul,
  percentile,
  ratio,
  sessions,
  sum,
  tumbling,
} from '../../data/definitions/nodes.ts'
import { definePipeline } from '../../data/definitions/pipeline.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../data/ecommerce/vocabulary.ts'

const purchase = eq(field('event_type'), 'purchase')
const amount = mul(field('quantity'), field('unit_price'))
const money = { decimals: 2 }

const orderValues = defineMetric({
  name: 'values_of_orders',
  summary: 'How much an order is worth.',
  where: purchase,
  by: [],
  window: tumbling('10s'),
  values: {
    least: min(amount, money),
    most: max(amount, money),
    value: avg(amount, money),
    spread: difference('most', 'least'),
    p50: percentile(amount, 50, money),
    p95: percentile(amount, 95, money),
  },
  panel: {
    ...{ title: 'Value of an order', value: 'p50', values: ['p50', 'p95'], unit: 'currencyUSD' },
    totals: ['p50', 'least', 'most', 'spread'],
  },
  panels: [{ title: 'Spread', value: 'spread', unit: 'currencyUSD' }],
})

const visitors = defineMetric({
  name: 'visitors',
  summary: 'Who came.',
  by: ['gender', 'country'],
  window: tumbling('1m'),
  values: {
    revenue: sum(amount, money),
    users: countDistinct(field('user_id')),
    about: approxDistinct(field('user_id')),
    new_users: countNew(field('user_id'), { within: '30d' }),
    returning: difference('users', 'new_users'),
    revenue_per_user: ratio('revenue', 'users'),
  },
  panel: {
    ...{ title: 'Visitors', value: 'users', unit: 'short', split: 'gender' },
    totals: ['users', 'new_users', 'returning', 'revenue_per_user', 'about'],
  },
  panels: [
    {
      title: 'Genders',
      kind: 'share',
      value: 'new_users',
      unit: 'short',
      split: 'gender',
      section: 'People',
    },
    {
      title: 'Genders side by side',
      kind: 'bars',
      value: 'new_users',
      unit: 'short',
      split: 'gender',
      section: 'People',
    },
    {
      title: 'Countries',
      kind: 'ranking',
      value: 'revenue',
      unit: 'currencyUSD',
      split: 'country',
      section: 'People',
    },
    {
      ...{
        title: 'By country',
        kind: 'table',
        value: 'revenue',
        unit: 'currencyUSD',
        split: 'country',
      },
      ...{ values: ['revenue', 'users', 'revenue_per_user'], section: 'People' },
    },
  ],
})

const topCategories = defineMetric({
  name: 'top_categories',
  summary: 'The categories that sell best.',
  by: ['category', 'gender'],
  window: tumbling('10s'),
  top: { count: 3, of: ['category'], value: 'items' },
  values: { items: sum(field('quantity')) },
  panel: { title: 'Categories', kind: 'ranking', value: 'items', unit: 'short', split: 'category' },
})

const soFar = defineMetric({
  name: 'so_far',
  summary: 'The hour so far.',
  by: ['country'],
  window: cumulative('1h', { every: '1m' }),
  emit: { every: '1s' },
  values: { orders: count(purchase), clicks: count(), conversion: ratio('orders', 'clicks') },
  panel: {
    ...{ title: 'So far', value: 'orders', values: ['orders', 'clicks'], unit: 'short' },
    totals: ['orders', 'conversion'],
  },
  panels: [
    {
      title: 'So far by country',
      kind: 'table',
      value: 'orders',
      values: ['orders', 'conversion'],
      unit: 'short',
      split: 'country',
      section: 'People',
    },
  ],
})

const busy = defineMetric({
  name: 'busy',
  summary: 'Ten minutes, every minute.',
  by: ['category'],
  window: hopping('10m', { every: '1m' }),
  values: { events: count(), users: countDistinct(field('user_id')) },
  panel: { title: 'Busy', value: 'users', unit: 'short', split: 'category', totals: ['events'] },
})

const checkout = defineMetric({
  name: 'checkout',
  summary: 'How far sessions come.',
  by: ['age_group'],
  window: sessions({
    ...{ of: field('session_id'), gap: '30m', every: '1m' },
    measures: {
      reached: funnel([eq(field('event_type'), 'click'), purchase], { within: '1h' }),
      pages: count(),
    },
  }),
  values: {
    sessions: count(),
    viewed: count(atLeast(measure('reached'), 1)),
    bought: count(atLeast(measure('reached'), 2)),
    abandoned: difference('viewed', 'bought'),
    abandonment: ratio('abandoned_count', 'viewed'),
    abandoned_count: count(atLeast(measure('pages'), 3)),
  },
  panel: {
    ...{ title: 'Checkout', kind: 'funnel', value: 'sessions', unit: 'short' },
    ...{ values: ['sessions', 'viewed', 'bought'], totals: ['abandonment', 'abandoned'] },
  },
  panels: [{ title: 'Abandonment', value: 'abandonment', unit: 'percentunit' }],
})

const hours = defineMetric({
  name: 'hours',
  summary: 'When people buy.',
  by: ['country'],
  window: tumbling('10m'),
  values: { orders: count(purchase), clicks: count(), conversion: ratio('orders', 'clicks') },
  panel: {
    title: 'Orders by hour',
    kind: 'heatmap',
    value: 'orders',
    unit: 'short',
    section: 'When',
  },
  panels: [
    {
      title: 'Conversion by hour',
      kind: 'heatmap',
      value: 'conversion',
      unit: 'percentunit',
      section: 'When',
    },
  ],
})

export const everyKind = definePipeline({
  ...smallShop,
  name: 'every_kind',
  metrics: [
    ...smallShop.metrics,
    ...[orderValues, visitors, topCategories, soFar, busy, checkout, hours],
  ],
})
