import { countDistinct, countNew, difference, ratio, tumbling } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

export const usersByDay = defineMetric({
  name: 'users_by_day',
  summary: 'Exact number of people per day: new ones, not seen in thirty days, and returning ones.',
  by: ['gender', 'age_group', 'country'],
  window: tumbling('1d'),
  emit: { every: '30s' },
  values: {
    users: countDistinct(field('user_id')),
    new_users: countNew(field('user_id'), { within: '30d' }),
    returning_users: difference('users', 'new_users'),
    new_share: ratio('new_users', 'users'),
  },
  panel: {
    title: 'New and returning users per day',
    section: 'People',
    value: 'new_users',
    values: ['new_users', 'returning_users'],
    unit: 'short',
  },
})
