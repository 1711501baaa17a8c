// The unit of a value that no panel of its own names.
import { expect, test } from 'vitest'
import { defineMetric, field } from '../ecommerce/vocabulary.ts'
import type { Panel } from './metric.ts'
import { count, difference, eq, max, mul, percentile, ratio, sum, tumbling } from './nodes.ts'
import { unitOf } from './units.ts'

const amount = mul(field('quantity'), field('unit_price'))
const metric = defineMetric({
  name: 'orders',
  summary: 'Orders.',
  by: ['country'],
  window: tumbling('1m'),
  values: {
    revenue: sum(amount, { decimals: 2 }),
    largest: max(amount, { decimals: 2 }),
    median: percentile(amount, 50, { decimals: 2 }),
    items: sum(field('quantity')),
    orders: count(),
    paid: count(eq(field('event_type'), 'purchase')),
    mean: ratio('revenue', 'orders'),
    of_largest: ratio('largest', 'revenue'),
    left: difference('revenue', 'largest'),
    clicks: count(eq(field('event_type'), 'click')),
    unpaid: difference('orders', 'paid'),
    paid_share: ratio('paid', 'orders'),
    clicks_share: ratio('clicks', 'orders'),
  },
  panel: { title: 'Revenue', value: 'revenue', unit: 'currencyEUR' },
  panels: [{ title: 'Paid', value: 'paid_share', unit: 'percentunit' }],
})
const [revenue, share] = [metric.panel, metric.panels![0]]

const CASES: readonly (readonly [value: string, shown: Panel, unit: string])[] = [
  ['revenue', revenue, 'currencyEUR'],
  ['revenue', share, 'currencyEUR'],
  ['largest', revenue, 'currencyEUR'],
  ['median', share, 'currencyEUR'],
  ['items', revenue, 'short'],
  ['mean', revenue, 'currencyEUR'],
  ['mean', share, 'currencyEUR'],
  ['of_largest', revenue, 'short'],
  ['left', revenue, 'currencyEUR'],
  ['unpaid', revenue, 'short'],
  ['paid_share', revenue, 'percentunit'],
  ['clicks_share', share, 'percentunit'],
  ['clicks_share', revenue, 'short'],
]

test.each(CASES)('%s beside %o is in %s', (value, shown, unit) => {
  expect(unitOf(metric, shown, value)).toBe(unit)
})
