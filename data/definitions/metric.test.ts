import { describe, expect, test } from 'vitest'
import { defineMetric, field } from '../ecommerce/vocabulary.ts'
import { eventSchema } from '../events.generated.ts'
import { type Metric, type MetricInput, measurementOf } from './metric.ts'
import {
  and,
  count,
  countDistinct,
  eq,
  mul,
  not,
  oneOf,
  or,
  ratio,
  sum,
  tumbling,
} from './nodes.ts'
import { definePipeline } from './pipeline.ts'

const clicksByPage = {
  name: 'clicks_by_page',
  summary: 'Clicks per page.',
  by: ['page'],
  window: tumbling('10s'),
  values: { clicks: count() },
  panel: { title: 'Clicks', value: 'clicks', unit: 'short' },
} as const satisfies MetricInput<'page'>

/** As a definition that was not type-checked, e.g. written in JavaScript. */
const define = (changes: object): Metric =>
  defineMetric({ ...clicksByPage, ...changes } as Parameters<typeof defineMetric>[0])
// @ts-expect-error a name that is no field does not compile
const misspelt = field('categry')
const number = (name: string) => ({ kind: 'field', name }) as const

describe('a metric', () => {
  test('is frozen data, apart from what it was made of', () => {
    const values = { clicks: count() }
    const metric = define({ values })
    expect(() => {
      // @ts-expect-error a metric cannot be changed
      metric.name = 'other'
    }).toThrow(TypeError)
    expect(() => Object.assign(metric.values.clicks, { kind: 'sum' })).toThrow(TypeError)
    expect(Object.isFrozen(metric.panel) && Object.isFrozen(metric.by)).toBe(true)
    expect(Object.isFrozen(values)).toBe(false)
    expect(JSON.parse(JSON.stringify(metric))).toEqual(metric)
  })

  test('tells its measurement: whole numbers are integers, money and ratios are floats', () => {
    const metric = define({
      values: {
        clicks: count(),
        users: countDistinct(field('user_id')),
        items: sum(field('quantity')),
        revenue: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 }),
        mean: ratio('revenue', 'clicks'),
      },
    })
    expect(measurementOf(metric)).toEqual({
      name: 'clicks_by_page',
      tags: ['page'],
      fields: {
        clicks: 'integer',
        users: 'integer',
        items: 'integer',
        revenue: 'float',
        mean: 'float',
      },
    })
  })
})

describe('a mistake names the metric, the field and the nearest right name', () => {
  const cases: readonly (readonly [string, object, string])[] = [
    ['a tag', { by: ['pgae'] }, 'by names "pgae", which is no text field; did you mean "page"?'],
    [
      'a tag that is a number',
      { by: ['quantity'] },
      'by names "quantity", which is no text field; allowed: event_id, event_type,',
    ],
    [
      'a filter',
      { where: eq(misspelt, 'books') },
      'where names "categry", which is no text field; did you mean "category"?',
    ],
    [
      'a filter inside others',
      { where: and(not(or(oneOf(number('contry'), ['DE'])))) },
      'where names "contry", which is no text field; did you mean "country"?',
    ],
    [
      'a count’s filter',
      { values: { clicks: count(eq(number('event_typ'), 'click')) } },
      'values.clicks names "event_typ", which is no text field; did you mean "event_type"?',
    ],
    [
      'a distinct count',
      { values: { clicks: countDistinct(number('userid')) } },
      'values.clicks names "userid", which is no text field; did you mean "user_id"?',
    ],
    [
      'a sum',
      { values: { clicks: sum(number('quantty')) } },
      'values.clicks names "quantty", which is no number field; did you mean "quantity"?',
    ],
    [
      'the decimals of a sum',
      { values: { clicks: sum(field('unit_price')) } },
      'values.clicks has 2 decimals; expected { decimals: 2 }',
    ],
    [
      'a ratio',
      { values: { clicks: count(), rate: ratio('click', 'clicks') } },
      'values.rate names "click", which is no counted or summed value of this metric; did you mean "clicks"?',
    ],
    [
      'a ratio of a ratio',
      { values: { clicks: count(), a: ratio('clicks', 'clicks'), b: ratio('a', 'clicks') } },
      'values.b names "a", which is no counted or summed value of this metric; allowed: clicks',
    ],
    [
      'a value named like a tag',
      { values: { page: count() } },
      'values.page has the name of a tag',
    ],
    [
      'the panel’s value',
      { panel: { ...clicksByPage.panel, value: 'clics' } },
      'panel.value names "clics", which is no value of this metric; did you mean "clicks"?',
    ],
    [
      'the panel’s totals',
      { panel: { ...clicksByPage.panel, totals: ['clicks', 'klicks'] } },
      'panel.totals names "klicks", which is no value of this metric; did you mean "clicks"?',
    ],
    [
      'the panel’s split',
      { panel: { ...clicksByPage.panel, split: 'pages' } },
      'panel.split names "pages", which is no tag of this metric; did you mean "page"?',
    ],
  ]

  test.each(cases)('in %s', (_, changes, message) => {
    expect(() => define(changes)).toThrow(`metric "clicks_by_page": ${message}`)
  })

  test('in its own name', () => {
    expect(() => define({ name: 'Clicks by page' })).toThrow(
      'metric "Clicks by page": expected a name in snake case',
    )
  })

  test('in a window', () => {
    expect(() => tumbling('10 seconds')).toThrow('expected a duration like "10s" or "5m"')
  })
})

test('what does not compile', () => {
  // @ts-expect-error a tag must be a field
  const tag = () => defineMetric({ ...clicksByPage, by: ['pgae'] })
  // @ts-expect-error a condition's field must be one
  const where = () => defineMetric({ ...clicksByPage, where: eq(field('event_typo'), 'click') })
  expect(tag).toThrow('did you mean "page"?')
  expect(where).toThrow('did you mean "event_type"?')
})

test('a pipeline refuses two metrics of one name, and is frozen', () => {
  const pipeline = {
    name: 'shop',
    topic: 'events',
    schema: eventSchema,
    avroSchema: '{}',
    enrichment: { table: 't', key: 'user_id', fields: [] },
    metrics: [define({})],
  }
  expect(() => definePipeline({ ...pipeline, metrics: [define({}), define({})] })).toThrow(
    'pipeline "shop": metric "clicks_by_page" is defined twice',
  )
  expect(Object.isFrozen(definePipeline(pipeline).metrics)).toBe(true)
})
