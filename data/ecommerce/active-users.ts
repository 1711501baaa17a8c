import { countDistinct, tumbling } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

export const activeUsers = defineMetric({
  name: 'active_users',
  summary: 'Exact number of people who did anything, per minute and country.',
  by: ['country'],
  window: tumbling('1m'),
  emit: { every: '5s' },
  // A quiet country is seen as quiet, and alerts can ask for zero.
  zerosFor: '10m',
  values: { users: countDistinct(field('user_id')) },
  panel: {
    title: 'Active users per minute',
    section: 'People',
    value: 'users',
    unit: 'short',
    split: 'country',
  },
})
