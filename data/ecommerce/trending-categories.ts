import { and, count, countDistinct, eq, hopping, present } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

export const trendingCategories = defineMetric({
  name: 'trending_categories',
  summary: 'Views and viewers of a category in the last fifteen minutes, every minute.',
  where: and(eq(field('event_type'), 'click'), present(field('category'))),
  by: ['category'],
  window: hopping('15m', { every: '1m' }),
  values: { views: count(), viewers: countDistinct(field('user_id')) },
  panel: {
    title: 'Viewers of a category, last 15 minutes',
    section: 'Visits',
    value: 'viewers',
    unit: 'short',
    split: 'category',
  },
})
