// The e-commerce pipeline: the first of several, and the list of its metrics.
import { definePipeline } from '../definitions/pipeline.ts'
import { eventAvroSchema, eventSchema } from '../events.generated.ts'
import { conversionBySegment } from './conversion-by-segment.ts'
import { eventsBySegment } from './events-by-segment.ts'
import { revenueByCategory } from './revenue-by-category.ts'
import { demographicsEnrichment } from './vocabulary.ts'

export const ecommerce = definePipeline({
  name: 'ecommerce',
  topic: 'ecommerce.events',
  schema: eventSchema,
  avroSchema: eventAvroSchema,
  enrichment: demographicsEnrichment,
  metrics: [eventsBySegment, revenueByCategory, conversionBySegment],
})
