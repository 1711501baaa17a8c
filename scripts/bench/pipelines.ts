// What the benchmark's jobs compute: the e-commerce pipeline, and variants of it made from the same definitions.
import type { Metric } from '../../data/definitions/metric.ts'
import { and, count, countDistinct, eq, oneOf, tumbling } from '../../data/definitions/nodes.ts'
import { definePipeline, type Pipeline } from '../../data/definitions/pipeline.ts'
import { conversionBySegment } from '../../data/ecommerce/conversion-by-segment.ts'
import { eventsBySegment } from '../../data/ecommerce/events-by-segment.ts'
import { revenueByCategory } from '../../data/ecommerce/revenue-by-category.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../data/ecommerce/vocabulary.ts'

const events = { events: count() }
const users = { users: countDistinct(field('user_id')) }

/** A group for every product and type of event: with 5,000 products 10,000 in each minute. */
const productsByType = defineMetric({
  name: 'products_by_type',
  summary: 'Events per product and type.',
  by: ['product_id', 'event_type'],
  window: tumbling('1m'),
  values: events,
  panel: { title: 'Products', value: 'events', unit: 'short' },
})

const segments = { ...eventsBySegment, values: events }

const shorter = (metric: Metric): Metric => ({ ...metric, window: tumbling('1s') })

type Tags = Parameters<typeof defineMetric>[0]['by']

const SEGMENTS: readonly Tags[] = [
  ['event_type', 'gender', 'age_group', 'country'],
  ['event_type'],
  ['event_type', 'gender'],
  ['event_type', 'age_group'],
  ['event_type', 'country'],
  ['gender', 'age_group'],
  ['gender', 'country'],
  ['age_group', 'country'],
  ['event_type', 'category'],
  ['category', 'country'],
]

const PURCHASES: readonly Tags[] = [
  ['category', 'country'],
  ['category'],
  ['country'],
  ['gender'],
  ['age_group'],
  ['category', 'gender'],
  ['category', 'age_group'],
  ['gender', 'country'],
  ['age_group', 'country'],
  ['gender', 'age_group'],
]

/** Ten of each of the three, with other tags, conditions and values. */
function thirtyMetrics(): Metric[] {
  const isShopping = oneOf(field('event_type'), ['click', 'purchase'])
  const inBooks = and(isShopping, eq(field('category'), 'books'))
  return [
    ...SEGMENTS.map((by, n) => ({
      ...eventsBySegment,
      name: `events_${n}`,
      by,
      values: n % 2 === 0 ? { ...events, ...users } : events,
    })),
    ...PURCHASES.map((by, n) => ({ ...revenueByCategory, name: `revenue_${n}`, by })),
    ...SEGMENTS.map((by, n) => ({
      ...conversionBySegment,
      name: `conversion_${n}`,
      by,
      where: n % 2 === 0 ? isShopping : inBooks,
    })),
  ]
}

const of = (metrics: readonly Metric[], duplicates?: 'count'): Pipeline =>
  definePipeline({ ...smallShop, metrics, ...(duplicates && { duplicates }) })

export const PIPELINES = {
  /** As users run it, all promises on. */
  all: () => smallShop,
  /** Duplicates count as any event, and users are not counted. */
  light: () => of([segments, revenueByCategory, conversionBySegment], 'count'),
  /** What the peers are asked for: one metric, with distinct users; all promises on. */
  segments: () => of([eventsBySegment]),
  /** 10,000 groups more. */
  grouped: () => of([...smallShop.metrics, productsByType]),
  /** Windows of a second: so many close that quantiles mean something. */
  seconds: () => of(smallShop.metrics.map(shorter)),
  thirty: () => of(thirtyMetrics()),
} as const

export type PipelineName = keyof typeof PIPELINES
