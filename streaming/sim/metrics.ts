// Metrics of a world: several shapes, with parameters from the seed; and other definitions of the same names.

import type { Metric } from '../../data/definitions/metric.ts'
import {
  and,
  approxDistinct,
  atLeast,
  atMost,
  avg,
  count,
  countDistinct,
  countNew,
  cumulative,
  difference,
  eq,
  funnel,
  hopping,
  length,
  max,
  measure,
  min,
  mul,
  not,
  oneOf,
  or,
  percentile,
  present,
  ratio,
  sessions,
  startsWith,
  sum,
  tumbling,
  type ValueInput,
} from '../../data/definitions/nodes.ts'
import { definePipeline, type Pipeline } from '../../data/definitions/pipeline.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { defineMetric, field } from '../../data/ecommerce/vocabulary.ts'
import type { Random } from './random.ts'

const SIZES = ['1s', '2s', '5s', '7s', '20s', '2m']
const LATENESS = ['0s', '0s', '1s', '6s', '30s', '10m']

/** The metrics of a new job; some names are there only sometimes. */
export function firstPipeline(random: Random, isShown: boolean): Pipeline {
  const names = NAMES.filter((_, index) => index === 0 || random.chance(0.6))
  const more = random.fork('more')
  return pipelineOf([
    ...names.map((name) => metricOf(name, random, isShown)),
    ...MORE.filter(() => more.chance(0.4)).map((name) => metricOf(name, more, isShown)),
  ])
}

/** One metric has another definition, is new, or is no more. */
export function redefined(pipeline: Pipeline, random: Random, isShown: boolean): Pipeline {
  const more = random.fork('redefined')
  if (more.chance(0.5)) return withAnother(pipeline, more.pick(MORE), more, isShown)
  return withAnother(pipeline, random.pick(NAMES), random, isShown)
}

function withAnother(pipeline: Pipeline, name: Name, random: Random, isShown: boolean): Pipeline {
  const others = pipeline.metrics.filter((metric) => metric.name !== name)
  const isGone = others.length > 0 && random.chance(0.15)
  return pipelineOf(isGone ? others : [...others, metricOf(name, random, isShown)])
}

const pipelineOf = (metrics: readonly Metric[]): Pipeline =>
  definePipeline({ ...smallShop, metrics })

const NAMES = ['events_of_all', 'orders', 'people', 'rates', 'days', 'figures'] as const
/** With a chance of their own, so that worlds of before are as they were but for these. */
const MORE = ['hops', 'so_far', 'best', 'filled', 'visits', 'newcomers'] as const
type Name = (typeof NAMES)[number] | (typeof MORE)[number]

const shownIf = (isShown: boolean) => (isShown ? { emit: { every: '1s' } } : {})

function metricOf(name: Name, random: Random, isShown: boolean): Metric {
  const window = tumbling(random.pick(SIZES))
  const common = {
    name,
    summary: 'Simulated.',
    window,
    allowedLateness: random.pick(LATENESS),
    panel: { title: 'Simulated', value: 'n', unit: 'short' },
    ...shownIf(isShown && window.sizeMs > 1_000),
  } as const
  const { allowedLateness: _, ...final } = common
  switch (name) {
    case 'events_of_all':
      return defineMetric({
        ...common,
        by: random.pick([[], ['event_type']] as const),
        values: { n: count(), users: countDistinct(field('user_id')) },
      })
    case 'orders':
      return defineMetric({
        ...common,
        by: random.pick([['country'], ['category', 'country'], ['category']] as const),
        where: eq(field('event_type'), 'purchase'),
        values: {
          n: count(),
          revenue: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 }),
          items: sum(field('quantity')),
          average: ratio('revenue', 'n'),
        },
      })
    case 'people':
      return defineMetric({
        ...common,
        by: random.pick([['country'], ['gender', 'country'], ['user_id', 'country']] as const),
        where: not(oneOf(field('gender'), random.pick([['unknown'], ['F', 'X'], ['M']]))),
        values: { n: count(), users: countDistinct(field('user_id')) },
      })
    case 'rates':
      return defineMetric({
        ...common,
        by: ['gender'],
        where: oneOf(field('event_type'), ['click', 'purchase']),
        values: {
          n: count(eq(field('event_type'), 'click')),
          purchases: count(eq(field('event_type'), 'purchase')),
          conversion: ratio('purchases', 'n'),
        },
      })
    case 'figures':
      return defineMetric({
        ...common,
        by: random.pick([['gender'], ['category'], []] as const),
        where: random.pick([present(field('gender')), startsWith(field('event_type'), 'p')]),
        values: figures(random),
      })
    case 'days':
      return defineMetric({
        ...common,
        window: tumbling('1d', { tz: 'Europe/Berlin' }),
        by: ['event_type'],
        values: { n: count(), categories: countDistinct(field('category')) },
      })
    case 'hops': {
      const every = random.pick(['2s', '5s', '7s'])
      const steps = random.pick([2, 3, 9, 20])
      return defineMetric({
        ...common,
        window: hopping(`${Number.parseInt(every, 10) * steps}s`, { every }),
        ...shownIf(isShown),
        by: random.pick([[], ['country'], ['event_type', 'gender']] as const),
        values: random.chance(0.5)
          ? figures(random)
          : { n: count(), users: countDistinct(field('user_id')) },
      })
    }
    case 'so_far': {
      const every = random.pick(['2s', '5s', '10s'])
      return defineMetric({
        ...final,
        window: cumulative(random.pick(['20s', '1m', '30m']), { every }),
        ...shownIf(isShown),
        by: random.pick([[], ['country'], ['gender', 'event_type']] as const),
        values: random.chance(0.5)
          ? figures(random)
          : { n: count(), users: countDistinct(field('user_id')) },
      })
    }
    case 'visits':
      return defineMetric({ ...common, ...visits(random) })
    case 'newcomers':
      return defineMetric({
        ...final,
        by: random.pick([[], ['country'], ['event_type']] as const),
        values: {
          n: count(),
          people: countNew(field('user_id'), { within: random.pick(['2m', '5m', '1h']) }),
          buyers: countNew(field('user_id'), {
            within: '2m',
            where: eq(field('event_type'), 'purchase'),
          }),
        },
      })
    case 'best':
      return defineMetric({
        ...final,
        by: ['user_id', 'event_type'],
        top: {
          count: random.int(1, 3),
          of: random.pick([['user_id'], ['user_id', 'event_type']]),
          value: 'n',
        },
        values: figures(random),
      })
    case 'filled':
      return defineMetric({
        ...final,
        by: random.pick([[], ['country'], ['gender', 'event_type']] as const),
        zerosFor: random.pick(['2m', '10m']),
        values: figures(random),
      })
  }
}

function visits(random: Random) {
  const isOf = (type: string) => eq(field('event_type'), type)
  const money = mul(field('quantity'), field('unit_price'))
  return {
    window: sessions({
      of: field(random.pick(['user_id', 'category'])),
      gap: random.pick(['500ms', '3s', '10s', '40s']),
      every: random.pick(['2s', '5s', '20s', '2m']),
      measures: {
        pages: count(),
        clicks: count(isOf('click')),
        paid: sum(money, { decimals: 2 }),
        cheapest: min(field('unit_price'), { decimals: 2 }),
        took: length(),
        reached: funnel(['click', 'view', 'purchase'].map(isOf), {
          within: random.pick(['1s', '5s', '1m']),
        }),
      },
    }),
    by: random.pick([[], ['country'], ['event_type', 'gender']] as const),
    emit: 'onClose',
    values: {
      n: count(),
      bounces: count(atMost(measure('pages'), 1)),
      pages: sum(measure('pages')),
      paid: sum(measure('paid'), { decimals: 2 }),
      cheapest: min(measure('cheapest'), { decimals: 2 }),
      longest: max(measure('took')),
      clicks: sum(measure('clicks'), { where: atLeast(measure('reached'), 1) }),
      bought: count(atLeast(measure('reached'), 3)),
    },
  } as const
}

/** Values that are exact although sketches tell them: numbers are small, and texts few. */
function figures(random: Random): Record<string, ValueInput> {
  const bound = random.int(0, 99_999) / 100
  const where = random.pick([
    atLeast(field('unit_price'), bound),
    atMost(field('unit_price'), bound),
    or(startsWith(field('category'), 'b'), not(present(field('category')))),
    and(present(field('unit_price')), not(eq(field('country'), 'DE'))),
  ])
  return {
    n: count(),
    some: count(where),
    least: min(field('unit_price'), { decimals: 2 }),
    most: max(mul(field('quantity'), field('unit_price')), { decimals: 2, where }),
    mean: avg(field('unit_price'), { decimals: 2, ...(random.chance(0.5) ? { where } : {}) }),
    half: percentile(field('quantity'), 50),
    most_of_some: percentile(field('quantity'), random.pick([1, 90, 99.9]), { where }),
    people: countDistinct(field('user_id'), { where }),
    people_about: approxDistinct(field('user_id'), { where }),
    others: difference('n', 'some'),
  }
}
