import { count, eq, mul, sum, tumbling } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

export const topProducts = defineMetric({
  name: 'top_products',
  summary: 'The ten products with the most revenue of each five minutes, and all others together.',
  where: eq(field('event_type'), 'purchase'),
  by: ['product_id', 'category'],
  window: tumbling('5m'),
  emit: { every: '5s' },
  top: { count: 10, of: ['product_id', 'category'], value: 'revenue' },
  values: {
    revenue: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 }),
    items: sum(field('quantity')),
    orders: count(),
  },
  panel: {
    title: 'Top products',
    section: 'Sales',
    kind: 'ranking',
    value: 'revenue',
    unit: 'currencyUSD',
    split: 'product_id',
  },
})
