// For tests and for looking at the page: the e-commerce metrics with panels of every kind, and windows of every kind.
import { type Metric, type Panel, panelsOf } from '../../data/definitions/metric.ts'
import {
  count,
  countDistinct,
  cumulative,
  eq,
  mul,
  percentile,
  sum,
  tumbling,
} from '../../data/definitions/nodes.ts'
import { definePipeline } from '../../data/definitions/pipeline.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../data/ecommerce/vocabulary.ts'
import type { ShownMetric } from '../fold.ts'

/** Revenue of the day so far, every ten minutes, by category. */
export const revenueToday = defineMetric({
  name: 'revenue_today',
  summary: 'Revenue of the day so far.',
  where: eq(field('event_type'), 'purchase'),
  by: ['category'],
  window: cumulative('1d', { every: '10m' }),
  values: {
    revenue: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 }),
    orders: count(),
  },
  panel: {
    title: 'Revenue today so far',
    section: 'Sales',
    value: 'revenue',
    unit: 'currencyUSD',
    totals: ['revenue'],
  },
})

/** Users and percentiles, that do not add up. */
export const visitors = defineMetric({
  name: 'visitors',
  summary: 'Distinct users, and how much they buy at a time.',
  by: ['age_group', 'event_type'],
  window: tumbling('1m'),
  values: {
    events: count(),
    users: countDistinct(field('user_id')),
    median: percentile(field('unit_price'), 50, { decimals: 2 }),
    p95: percentile(field('unit_price'), 95, { decimals: 2 }),
  },
  panel: { title: 'Users', value: 'users', unit: 'short', split: 'age_group' },
})

const more: Readonly<Record<string, readonly Panel[]>> = {
  revenue_by_category: [
    { title: 'Countries', kind: 'ranking', split: 'country' },
    { title: 'Share of categories', kind: 'share', split: 'category' },
    { title: 'Categories', kind: 'table', split: 'category', values: ['revenue', 'orders'] },
    { title: 'Revenue by hour', kind: 'heatmap' },
  ].map(
    (panel) => ({ section: 'Sales', value: 'revenue', unit: 'currencyUSD', ...panel }) as Panel,
  ),
  conversion_by_segment: [
    {
      ...{ title: 'From click to purchase', kind: 'funnel', section: 'People' },
      ...{ value: 'clicks', values: ['clicks', 'purchases'], unit: 'short' },
    },
    {
      ...{ title: 'Purchases by age', kind: 'bars', section: 'People' },
      ...{ value: 'purchases', split: 'age_group', unit: 'short' },
    },
  ],
}

/** The e-commerce pipeline with more panels. */
export const manyPanels = definePipeline({
  ...smallShop,
  metrics: smallShop.metrics.map(
    (metric): Metric => ({ ...metric, panels: more[metric.name] ?? [] }),
  ),
})

export const asShown = (metric: Metric): ShownMetric => ({
  ...metric,
  enrichment: smallShop.enrichment,
})

/** A panel of a metric of `manyPanels`, by its title. */
export function panelNamed(title: string): { metric: ShownMetric; panel: Panel } {
  for (const metric of manyPanels.metrics)
    for (const panel of panelsOf(metric))
      if (panel.title === title) return { metric: asShown(metric), panel }
  throw new Error(`no panel "${title}"`)
}
