// For tests: a metric that counts, in one group, and that late events correct.
import { count, tumbling } from '../../../data/definitions/nodes.ts'
import { defineMetric } from '../../../data/ecommerce/vocabulary.ts'

export const metric = defineMetric({
  name: 'clicks',
  summary: 'Clicks.',
  by: [],
  window: tumbling('10s'),
  allowedLateness: '1m',
  values: { n: count() },
  panel: { title: 'Clicks', value: 'n', unit: 'short' },
})
