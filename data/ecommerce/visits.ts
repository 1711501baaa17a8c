import { atMost, avg, count, length, measure, ratio, sessions } from '../definitions/nodes.ts'
import { defineMetric, field } from './vocabulary.ts'

const section = 'Visits'

export const visits = defineMetric({
  name: 'visits',
  summary: 'Visits, which half an hour of silence ends: how many, how long, how many pages.',
  by: ['gender', 'country'],
  window: sessions({
    of: field('session_id'),
    gap: '30m',
    every: '1m',
    measures: { pages: count(), length_ms: length() },
  }),
  values: {
    visits: count(),
    bounces: count(atMost(measure('pages'), 1)),
    bounce_rate: ratio('bounces', 'visits'),
    pages: avg(measure('pages')),
    length: avg(measure('length_ms')),
  },
  panel: { title: 'Visits', section, value: 'visits', unit: 'short', split: 'gender' },
  panels: [
    { title: 'Length of a visit', section, value: 'length', unit: 'ms' },
    { title: 'Pages of a visit', section, value: 'pages', unit: 'short' },
    { title: 'Bounce rate', section, value: 'bounce_rate', unit: 'percentunit' },
  ],
})
