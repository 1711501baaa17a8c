// The job of the page on migration, as windrow has it.
import { eq, mul, sum, tumbling } from '../../../data/definitions/nodes.ts'
import { defineMetric, field } from '../../../data/ecommerce/vocabulary.ts'

export const revenueByCategoryAndCountry = defineMetric({
  name: 'revenue_by_category_and_country',
  summary: 'Revenue by category of the product and country of the buyer.',
  where: eq(field('event_type'), 'purchase'),
  by: ['category', 'country'],
  window: tumbling('10s'),
  values: { revenue: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 }) },
  panel: { title: 'Revenue', value: 'revenue', unit: 'currencyUSD', split: 'category' },
})
