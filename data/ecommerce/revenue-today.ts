import { count, countDistinct, cumulative, eq, mul, sum } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

export const revenueToday = defineMetric({
  name: 'revenue_today',
  summary: 'Revenue, orders and exact buyers of the day so far (UTC), every five minutes.',
  where: eq(field('event_type'), 'purchase'),
  by: ['country'],
  window: cumulative('1d', { every: '5m' }),
  emit: { every: '5s' },
  values: {
    revenue: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 }),
    orders: count(),
    buyers: countDistinct(field('user_id')),
  },
  panel: {
    title: 'Revenue today so far',
    section: 'Sales',
    value: 'revenue',
    unit: 'currencyUSD',
  },
})
