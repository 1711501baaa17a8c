import { describe, expect, test } from 'vitest'
import { defineMetric, field } from '../ecommerce/vocabulary.ts'
import { eventSchema } from '../events.generated.ts'
import { type Metric, type MetricInput, measurementOf, openMeasurementOf } from './metric.ts'
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

test('a window may follow the clock of a time zone, by any of its names', () => {
  for (const tz of ['Europe/Berlin', 'Asia/Kolkata', 'Asia/Calcutta', 'UTC', 'Etc/UTC'])
    expect(define({ window: tumbling('1d', { tz }) }).window).toEqual({
      kind: 'tumbling',
      sizeMs: 86_400_000,
      tz,
    })
  expect(define({}).window).toEqual({ kind: 'tumbling', sizeMs: 10_000 })
})

describe('when points are written', () => {
  test('only when a window closes, and for good, unless the metric says otherwise', () => {
    expect(define({})).toMatchObject({ allowedLatenessMs: 0 })
    expect(define({})).not.toHaveProperty('emitEveryMs')
    expect(define({ emit: 'onClose' })).toEqual(define({}))
  })

  test('late events may correct, and points then say how many did', () => {
    const metric = define({ allowedLateness: '1m' })
    expect(metric).toMatchObject({ allowedLatenessMs: 60_000 })
    expect(metric).not.toHaveProperty('allowedLateness')
    expect(measurementOf(metric).fields).toEqual({ clicks: 'integer', revision: 'integer' })
    expect(measurementOf(define({ allowedLateness: '0s' })).fields).toEqual({ clicks: 'integer' })
  })

  test('open windows may be shown as well', () => {
    const metric = define({ emit: { every: '1s' } })
    expect(metric).toMatchObject({ emitEveryMs: 1000 })
    expect(metric).not.toHaveProperty('emit')
    expect(measurementOf(metric).fields).toEqual({ clicks: 'integer' })
    const open = { ...measurementOf(metric), name: 'clicks_by_page_open' }
    expect(openMeasurementOf(metric)).toEqual(open)
    expect(() => define({ name: 'shop_open' })).toThrow(/its name ends in "_open"/)
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
      'a value named like the count of corrections',
      { values: { revision: count() } },
      'values.revision has the name of the field that counts corrections by late events; expected another',
    ],
    [
      'a part',
      { allowdLateness: '1m' },
      'has "allowdLateness", which is no part of a metric; did you mean "allowedLateness"?',
    ],
    [
      'a window of no length',
      { window: tumbling('0s') },
      'window: expected a length above 0, got 0 ms',
    ],
    [
      'a time zone',
      { window: tumbling('1d', { tz: 'Europe/Berln' }) },
      'window.tz is "Europe/Berln", which is no time zone; did you mean "Europe/Berlin"?',
    ],
    [
      'the case of a time zone',
      { window: tumbling('1d', { tz: 'europe/berlin' }) },
      'window.tz is "europe/berlin", which is no time zone; did you mean "Europe/Berlin"?',
    ],
    [
      'a time zone that is an offset',
      { window: tumbling('1d', { tz: '+02:00' }) },
      'window.tz is "+02:00", which is no time zone; expected a name like "Europe/Berlin"',
    ],
    [
      'windows too short for a time zone',
      { window: tumbling('10s', { tz: 'Europe/Berlin' }) },
      'window: 10s in "Europe/Berlin"; expected 1h, 2h, 3h, 4h, 6h, 8h, 12h or whole days, or no time zone',
    ],
    [
      'windows that do not divide a day of a time zone',
      { window: tumbling('5h', { tz: 'Europe/Berlin' }) },
      'window: 5h in "Europe/Berlin"; expected 1h,',
    ],
    [
      'an allowed lateness',
      { allowedLateness: '1 minute' },
      'allowedLateness: expected a duration like "1s" or "5m", got "1 minute"',
    ],
    [
      'an allowed lateness that is a number',
      { allowedLateness: 60_000 },
      'allowedLateness: expected a duration like "1s" or "5m", got 60000',
    ],
    [
      'when to emit',
      { emit: 'onclose' },
      'emit: expected "onClose" or { every: "1s" }, got "onclose"; did you mean "onClose"?',
    ],
    [
      'how often to emit',
      { emit: { evry: '1s' } },
      'emit has "evry", which means nothing; did you mean "every"?',
    ],
    [
      'how often to emit, without a length',
      { emit: {} },
      'emit.every: expected a duration like "1s" or "5m", got undefined',
    ],
    [
      'emitting open windows less often than they close',
      { emit: { every: '10s' } },
      'emit.every is 10s; expected more than 0 and less than the window, 10s',
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

describe('a pipeline', () => {
  const pipeline = {
    name: 'shop',
    topic: 'events',
    schema: eventSchema,
    avroSchema: '{}',
    enrichment: { table: 't', key: 'user_id', fields: [] },
    metrics: [define({})],
  }
  const { idField: _, ...withoutId } = eventSchema

  test('refuses two metrics of one name, and is frozen', () => {
    expect(() => definePipeline({ ...pipeline, metrics: [define({}), define({})] })).toThrow(
      'pipeline "shop": metric "clicks_by_page" is defined twice',
    )
    expect(Object.isFrozen(definePipeline(pipeline).metrics)).toBe(true)
  })

  test('counts an event once, unless it says otherwise or events have no id', () => {
    expect(definePipeline(pipeline).duplicates).toBe('once')
    expect(definePipeline({ ...pipeline, duplicates: 'count' }).duplicates).toBe('count')
    expect(definePipeline({ ...pipeline, schema: withoutId }).duplicates).toBe('count')
    expect(() => definePipeline({ ...pipeline, schema: withoutId, duplicates: 'once' })).toThrow(
      'pipeline "shop": duplicates: \'once\' needs a schema with an id field, and Event has none',
    )
  })
})
