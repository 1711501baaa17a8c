// For tests: a pipeline of the shop before and after its metrics were changed: one has other tags, one is new, one is gone,
// one is as it was.

import { count, sum, tumbling } from '../../data/definitions/nodes.ts'
import { definePipeline } from '../../data/definitions/pipeline.ts'
import { conversionBySegment } from '../../data/ecommerce/conversion-by-segment.ts'
import { eventsBySegment } from '../../data/ecommerce/events-by-segment.ts'
import { revenueByCategory } from '../../data/ecommerce/revenue-by-category.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../data/ecommerce/vocabulary.ts'

const eventsByCountry = defineMetric({
  name: eventsBySegment.name,
  summary: 'Events per event type and country.',
  by: ['event_type', 'country'],
  window: tumbling('20s'),
  values: { events: count() },
  panel: eventsBySegment.panel,
})

const itemsByGender = defineMetric({
  name: 'items_by_gender',
  summary: 'Items per gender.',
  by: ['gender'],
  window: tumbling('10s'),
  values: { items: sum(field('quantity')) },
  panel: { title: 'Items', value: 'items', unit: 'short', split: 'gender', totals: ['items'] },
})

export const before = definePipeline({
  ...smallShop,
  metrics: [eventsBySegment, revenueByCategory, conversionBySegment],
})

export const after = definePipeline({
  ...smallShop,
  metrics: [eventsByCountry, revenueByCategory, itemsByGender],
})

/** In `before` and in `after`. */
export const unchanged = revenueByCategory
