// The e-commerce pipeline with three of its metrics, which show each kind of number: what benchmarks measure with and most
// tests work on, so that a metric more in the shop changes neither.
import { definePipeline } from '../definitions/pipeline.ts'
import { conversionBySegment } from './conversion-by-segment.ts'
import { eventsBySegment } from './events-by-segment.ts'
import { ecommerce } from './pipeline.ts'
import { revenueByCategory } from './revenue-by-category.ts'

export const smallShop = definePipeline({
  ...ecommerce,
  enrichment: { ...ecommerce.enrichment, fields: ['gender', 'age_group', 'country'] },
  metrics: [eventsBySegment, revenueByCategory, conversionBySegment],
})
