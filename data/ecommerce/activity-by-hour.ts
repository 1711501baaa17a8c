import { count, eq, tumbling } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

export const activityByHour = defineMetric({
  name: 'activity_by_hour',
  summary: 'Events and purchases per hour: which hours of which days are busy.',
  by: ['country'],
  window: tumbling('1h'),
  emit: { every: '10s' },
  values: {
    events: count(),
    purchases: count(eq(field('event_type'), 'purchase')),
  },
  panel: {
    title: 'Busy hours',
    section: 'Visits',
    kind: 'heatmap',
    value: 'events',
    unit: 'short',
  },
})
