import {
  avg,
  count,
  eq,
  max,
  measure,
  mul,
  percentile,
  sessions,
  sum,
} from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

/** An order has a line per product; they come at one time. */
const revenue = sum(mul(field('quantity'), field('unit_price')), { decimals: 2 })
const ofOrder = { decimals: 2 }

export const orderValues = defineMetric({
  name: 'order_values',
  summary: 'How much is in an order: median, 95th and 99th percentile (within 1 %), mean, largest.',
  where: eq(field('event_type'), 'purchase'),
  // Percentiles of parts are not one of the whole: no tags.
  by: [],
  window: sessions({ of: field('session_id'), gap: '10s', every: '1m', measures: { revenue } }),
  values: {
    orders: count(),
    p50: percentile(measure('revenue'), 50, ofOrder),
    p95: percentile(measure('revenue'), 95, ofOrder),
    p99: percentile(measure('revenue'), 99, ofOrder),
    mean: avg(measure('revenue'), ofOrder),
    largest: max(measure('revenue'), ofOrder),
  },
  panel: {
    title: 'Order value',
    section: 'Sales',
    value: 'p50',
    values: ['p50', 'p95', 'p99'],
    unit: 'currencyUSD',
  },
})
