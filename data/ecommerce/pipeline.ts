// The e-commerce pipeline: the first of several, and the list of its metrics in the order of their panels.
import { definePipeline } from '../definitions/pipeline.ts'
import { eventAvroSchema, eventSchema } from '../events.generated.ts'
import { activeUsers } from './active-users.ts'
import { activityByHour } from './activity-by-hour.ts'
import { cartAbandonment } from './cart-abandonment.ts'
import { conversionBySegment } from './conversion-by-segment.ts'
import { customers } from './customers.ts'
import { eventsBySegment } from './events-by-segment.ts'
import { orderValues } from './order-values.ts'
import { revenueByCategory } from './revenue-by-category.ts'
import { revenuePerVisitor } from './revenue-per-visitor.ts'
import { revenueToday } from './revenue-today.ts'
import { shopFunnel } from './shop-funnel.ts'
import { topProducts } from './top-products.ts'
import { trendingCategories } from './trending-categories.ts'
import { usersByDay } from './users-by-day.ts'
import { visits } from './visits.ts'
import { demographicsEnrichment } from './vocabulary.ts'

export const ecommerce = definePipeline({
  name: 'ecommerce',
  topic: 'ecommerce.events',
  schema: eventSchema,
  avroSchema: eventAvroSchema,
  enrichment: demographicsEnrichment,
  metrics: [
    revenueByCategory,
    revenueToday,
    topProducts,
    orderValues,
    revenuePerVisitor,
    conversionBySegment,
    shopFunnel,
    cartAbandonment,
    eventsBySegment,
    visits,
    trendingCategories,
    activityByHour,
    activeUsers,
    usersByDay,
    customers,
  ],
})
