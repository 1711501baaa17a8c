import { countDistinct, eq, mul, ratio, sum, tumbling } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

export const revenuePerVisitor = defineMetric({
  name: 'revenue_per_visitor',
  summary: 'Revenue divided by everybody who came, whether they bought or not, per five minutes.',
  by: ['country'],
  window: tumbling('5m'),
  values: {
    revenue: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 }),
    visitors: countDistinct(field('user_id')),
    buyers: countDistinct(field('user_id'), { where: eq(field('event_type'), 'purchase') }),
    revenue_per_visitor: ratio('revenue', 'visitors'),
    buyers_share: ratio('buyers', 'visitors'),
  },
  panel: {
    title: 'Revenue per visitor',
    section: 'Sales',
    value: 'revenue_per_visitor',
    unit: 'currencyUSD',
  },
})
