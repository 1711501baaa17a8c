import {
  atLeast,
  count,
  eq,
  funnel,
  measure,
  present,
  ratio,
  sessions,
} from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

const page = (path: string) => eq(field('page'), path)
const reached = (steps: number) => count(atLeast(measure('steps'), steps))

export const shopFunnel = defineMetric({
  name: 'shop_funnel',
  summary: 'How far visits get within an hour: a product, the cart, the checkout, a purchase.',
  by: ['country', 'age_group'],
  window: sessions({
    of: field('session_id'),
    gap: '30m',
    every: '1m',
    measures: {
      steps: funnel(
        [
          present(field('product_id')),
          page('/cart'),
          page('/checkout'),
          eq(field('event_type'), 'purchase'),
        ],
        { within: '1h' },
      ),
    },
  }),
  values: {
    visits: count(),
    saw_product: reached(1),
    saw_cart: reached(2),
    saw_checkout: reached(3),
    purchased: reached(4),
    purchased_share: ratio('purchased', 'visits'),
  },
  panel: {
    title: 'From visit to purchase',
    section: 'Conversion',
    kind: 'funnel',
    value: 'visits',
    values: ['visits', 'saw_product', 'saw_cart', 'saw_checkout', 'purchased'],
    unit: 'short',
  },
})
