import { count, eq, mul, ratio, sum, tumbling } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

export const revenueByCategory = defineMetric({
  name: 'revenue_by_category',
  summary: 'Purchase revenue, orders and items per category and country.',
  where: eq(field('event_type'), 'purchase'),
  by: ['category', 'country'],
  window: tumbling('10s'),
  // Orders are paid on phones that lose the net: a minute late still counts.
  allowedLateness: '1m',
  values: {
    revenue: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 }),
    orders: count(),
    items: sum(field('quantity')),
    average_order_value: ratio('revenue', 'orders'),
  },
  panel: {
    title: 'Revenue by category',
    section: 'Sales',
    value: 'revenue',
    unit: 'currencyUSD',
    split: 'category',
    totals: ['revenue', 'orders', 'average_order_value'],
  },
  panels: [
    {
      title: 'Top categories',
      section: 'Sales',
      kind: 'ranking',
      value: 'revenue',
      unit: 'currencyUSD',
      split: 'category',
    },
  ],
})
