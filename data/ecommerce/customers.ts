import { count, countDistinct, eq, mul, sum, tumbling } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

const section = 'People'

export const customers = defineMetric({
  name: 'customers',
  summary: 'Exact number of people who bought, per hour, by who they are.',
  where: eq(field('event_type'), 'purchase'),
  by: ['gender', 'age_group', 'country', 'income_bracket'],
  window: tumbling('1h'),
  emit: { every: '10s' },
  values: {
    customers: countDistinct(field('user_id')),
    orders: count(),
    revenue: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 }),
  },
  panel: {
    title: 'Revenue by age',
    section,
    kind: 'bars',
    value: 'revenue',
    unit: 'currencyUSD',
    split: 'age_group',
  },
  panels: [
    {
      title: 'Revenue by gender',
      section,
      kind: 'share',
      value: 'revenue',
      unit: 'currencyUSD',
      split: 'gender',
    },
    {
      title: 'Revenue by country',
      section,
      kind: 'ranking',
      value: 'revenue',
      unit: 'currencyUSD',
      split: 'country',
    },
    {
      title: 'Orders by income',
      section,
      kind: 'table',
      value: 'orders',
      values: ['orders', 'revenue'],
      unit: 'short',
      split: 'income_bracket',
    },
    {
      title: 'Customers per hour',
      section,
      value: 'customers',
      unit: 'short',
      split: 'age_group',
    },
  ],
})
