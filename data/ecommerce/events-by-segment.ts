import { count, countDistinct, tumbling } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

export const eventsBySegment = defineMetric({
  name: 'events_by_segment',
  summary: 'Events and exact distinct users per event type and segment of people.',
  by: ['event_type', 'gender', 'age_group', 'country'],
  window: tumbling('10s'),
  emit: { every: '1s' },
  values: {
    events: count(),
    users: countDistinct(field('user_id')),
  },
  panel: {
    title: 'Events',
    section: 'Visits',
    value: 'events',
    unit: 'short',
    split: 'event_type',
    totals: ['events'],
  },
})
