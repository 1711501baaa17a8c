import { expect, test } from 'vitest'
import { defineMetric, field } from '../ecommerce/vocabulary.ts'
import { type MetricInput, measurementOf } from './metric.ts'
import { count, countNew, eq, funnel, measure, sessions, sum, tumbling } from './nodes.ts'

const isOf = (type: string) => eq(field('event_type'), type)

const metric = {
  name: 'visits',
  summary: 'Sessions.',
  by: ['country'],
  window: sessions({
    of: field('session_id'),
    gap: '30m',
    every: '1m',
    measures: { pages: count() },
  }),
  allowedLateness: '1m',
  values: { n: count(), pages: sum(measure('pages')) },
  panel: { title: 'Visits', value: 'n', unit: 'short' },
} satisfies MetricInput<'country'>

test('sessions are waited for and not corrected: their points have no revision', () => {
  expect(measurementOf(defineMetric(metric)).fields).toEqual({ n: 'integer', pages: 'integer' })
})

test('the steps of a funnel are two to 31', () => {
  const withSteps = (steps: number) => () => {
    const reached = funnel(Array(steps).fill(isOf('click')), { within: '1h' })
    return defineMetric({
      ...metric,
      window: { ...metric.window, measures: { reached, pages: count() } },
    })
  }
  expect(withSteps(31)).not.toThrow()
  for (const steps of [1, 32])
    expect(withSteps(steps)).toThrow(
      `metric "visits": window.measures.reached: expected 2 to 31 steps, got ${steps}`,
    )
})

test('what is new is told of each group, not of the largest', () => {
  const define = (more: object) => () =>
    defineMetric({
      ...{ name: 'newcomers', summary: 'New.', by: ['country'], window: tumbling('1d') },
      values: { n: countNew(field('user_id'), { within: '30d' }) },
      panel: { title: 'New', value: 'n', unit: 'short' },
      ...more,
    })
  expect(define({})).not.toThrow()
  expect(define({ top: { count: 3, of: ['country'], value: 'n' } })).toThrow(
    'metric "newcomers": values.n: what is new is told of each group; expected no top',
  )
})
