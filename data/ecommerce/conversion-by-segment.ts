import { count, eq, oneOf, ratio, tumbling } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

export const conversionBySegment = defineMetric({
  name: 'conversion_by_segment',
  summary: 'Clicks, purchases and purchases per click, per gender and age group.',
  where: oneOf(field('event_type'), ['click', 'purchase']),
  by: ['gender', 'age_group'],
  window: tumbling('10s'),
  values: {
    clicks: count(eq(field('event_type'), 'click')),
    purchases: count(eq(field('event_type'), 'purchase')),
    conversion: ratio('purchases', 'clicks'),
  },
  panel: {
    title: 'Conversion by age group',
    section: 'Conversion',
    value: 'conversion',
    unit: 'percentunit',
    split: 'age_group',
    totals: ['conversion'],
  },
})
