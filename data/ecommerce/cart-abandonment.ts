import { and, atLeast, atMost, count, eq, measure, ratio, sessions } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

const hadCart = atLeast(measure('cart_views'), 1)

export const cartAbandonment = defineMetric({
  name: 'cart_abandonment',
  summary: 'Visits that looked at their cart, and those of them that left without buying.',
  by: ['country'],
  window: sessions({
    of: field('session_id'),
    gap: '30m',
    every: '1m',
    measures: {
      cart_views: count(eq(field('page'), '/cart')),
      purchases: count(eq(field('event_type'), 'purchase')),
    },
  }),
  values: {
    carts: count(hadCart),
    abandoned: count(and(hadCart, atMost(measure('purchases'), 0))),
    abandonment: ratio('abandoned', 'carts'),
  },
  panel: {
    title: 'Cart abandonment',
    section: 'Conversion',
    value: 'abandonment',
    unit: 'percentunit',
  },
})
