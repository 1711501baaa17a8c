import { describe, expect, test } from 'vitest'
import { defineMetric, field } from '../ecommerce/vocabulary.ts'
import { compute } from './compute.ts'
import { measurementOf } from './metric.ts'
import {
  and,
  approxDistinct,
  atLeast,
  atMost,
  avg,
  count,
  countDistinct,
  difference,
  eq,
  type FieldNode,
  max,
  min,
  mul,
  type PredicateNode,
  percentile,
  present,
  ratio,
  startsWith,
  sum,
  tumbling,
  type ValueInput,
} from './nodes.ts'

const define = (values: Readonly<Record<string, ValueInput>>, where?: PredicateNode) =>
  defineMetric({
    name: 'orders',
    summary: 'Orders.',
    ...(where === undefined ? {} : { where }),
    by: ['page'],
    window: tumbling('10s'),
    values: { n: count(), ...values },
    panel: { title: 'Orders', value: 'n', unit: 'short' },
  })

/** Not one of the schema's, as the compiler would say. */
const named = (name: string): FieldNode => ({ kind: 'field', name })
const price = field('unit_price')
const amount = mul(field('quantity'), price)
const money = { decimals: 2 }

test('a mean is written as a sum, a count of what is there, and their ratio', () => {
  const where = eq(field('event_type'), 'purchase')
  expect(
    define({ mean: avg(price, money), of_some: avg(amount, { ...money, where }) }).values,
  ).toEqual({
    n: count(),
    mean_sum: sum(price, money),
    mean_count: count(present(price)),
    mean: ratio('mean_sum', 'mean_count'),
    of_some_sum: sum(amount, { ...money, where }),
    of_some_count: count(and(where, present(field('quantity')), present(price))),
    of_some: ratio('of_some_sum', 'of_some_count'),
  })
})

test('values are whole numbers where they can be nothing else', () => {
  const values = {
    fewest: min(field('quantity')),
    cheapest: min(price, money),
    dearest: max(amount, money),
    half: percentile(field('quantity'), 50),
    people: approxDistinct(field('user_id')),
    mean: avg(field('quantity')),
    others: difference('n', 'people'),
    spread: difference('dearest', 'cheapest'),
    beyond_half: difference('fewest', 'half'),
  }
  expect(measurementOf(define(values)).fields).toEqual({
    n: 'integer',
    fewest: 'integer',
    cheapest: 'float',
    dearest: 'float',
    half: 'float',
    people: 'integer',
    mean_sum: 'integer',
    mean_count: 'integer',
    mean: 'float',
    others: 'integer',
    spread: 'float',
    beyond_half: 'float',
  })
})

describe('a value that is computed from others', () => {
  const { values } = define({
    revenue: sum(amount, money),
    cost: sum(price, money),
    half: percentile(price, 50, money),
    rate: ratio('revenue', 'n'),
    profit: difference('revenue', 'cost'),
    orders_less_revenue: difference('n', 'revenue'),
    above_half: difference('revenue', 'half'),
  })
  const computed = (name: string, fields: Readonly<Record<string, number>>) => {
    const node = values[name]
    if (node.kind !== 'ratio' && node.kind !== 'difference') throw new Error(`${name} is folded`)
    return compute(node, fields, values)
  }

  test('is absent where a part is, or where it would be divided by 0', () => {
    expect(computed('rate', { revenue: 5 })).toBeUndefined()
    expect(computed('rate', { revenue: 5, n: 0 })).toBeUndefined()
    expect(computed('rate', { revenue: 5, n: 2 })).toBe(2.5)
    expect(computed('profit', { revenue: 5 })).toBeUndefined()
  })

  test('a difference of decimals is a decimal: 0.3 less 0.1 is 0.2', () => {
    expect(computed('profit', { revenue: 0.3, cost: 0.1 })).toBe(0.2)
    expect(computed('profit', { revenue: 1.1, cost: 3.3 })).toBe(-2.2)
    expect(computed('orders_less_revenue', { n: 3, revenue: 2.9 })).toBe(0.1)
    // What a sketch tells, and what is too large for cents, is as near as doubles are.
    expect(computed('above_half', { revenue: 0.3, half: 0.1 })).toBe(0.3 - 0.1)
    expect(computed('profit', { revenue: 1e20, cost: 1 })).toBe(1e20)
  })
})

describe('refused with the place, what is wrong and what would be right:', () => {
  const refused: readonly [string, Readonly<Record<string, ValueInput>>, string][] = [
    [
      'the field of an extreme',
      { least: min(named('unit_prise'), money) },
      'values.least names "unit_prise", which is no number field; did you mean "unit_price"?',
    ],
    [
      'an extreme of texts',
      { last: max(field('page')) },
      'values.last names "page", which is no number field',
    ],
    [
      'the decimals of an extreme',
      { least: min(price) },
      'values.least has 2 decimals; expected { decimals: 2 }',
    ],
    [
      'the decimals of a mean of products',
      { mean: avg(amount) },
      'values.mean has 2 decimals; expected { decimals: 2 }',
    ],
    [
      'a name that a mean needs',
      { mean: avg(price, money), mean_sum: count() },
      'values.mean_sum is written by an avg as well; expected another name',
    ],
    [
      'a part of a difference',
      { rest: difference('n', 'revenu'), revenue: sum(amount, money) },
      'values.rest names "revenu", which is no counted or summed value of this metric; did you mean "revenue"?',
    ],
    [
      'a ratio of a mean, which is a ratio itself',
      { mean: avg(price, money), rate: ratio('mean', 'n') },
      'values.rate names "mean", which is no counted or summed value of this metric',
    ],
    [
      'a percentage of 0',
      { half: percentile(price, 0, money) },
      'values.half: expected a percentage above 0 and below 100, got 0',
    ],
    [
      'a percentage of 100',
      { all: percentile(price, 100, money) },
      'values.all: expected a percentage above 0 and below 100, got 100',
    ],
    [
      'a percentile without an error',
      { half: percentile(price, 50, { ...money, error: 0 }) },
      'values.half: expected an error from 0.001 to 0.2, got 0',
    ],
    [
      'a percentile of texts',
      { half: percentile(field('user_id'), 50) },
      'values.half names "user_id", which is no number field',
    ],
    [
      'a distinct count about of numbers',
      { prices: approxDistinct(price) },
      'values.prices names "unit_price", which is no text field',
    ],
    [
      'an error in percent',
      { people: approxDistinct(field('user_id'), { error: 1 }) },
      'values.people: expected an error from 0.002 to 0.1, got 1',
    ],
    [
      'the condition of a distinct count',
      { people: countDistinct(field('user_id'), { where: eq(named('pag'), '/') }) },
      'values.people names "pag", which is no text field; did you mean "page"?',
    ],
    [
      'a text as a bound',
      { dear: count(atLeast(price, '100' as unknown as number)) },
      'values.dear: expected a number as bound of unit_price, got "100"',
    ],
    [
      'no number as a bound',
      { dear: count(atMost(price, Number.NaN)) },
      'values.dear: expected a number as bound of unit_price, got NaN',
    ],
    [
      'the range of a text',
      { dear: count(atLeast(field('page'), 1)) },
      'values.dear names "page", which is no number field',
    ],
    [
      'how a number begins',
      { dear: count(startsWith(price, '1')) },
      'values.dear names "unit_price", which is no text field',
    ],
    [
      'what should be there',
      { there: count(present(named('quantty'))) },
      'values.there names "quantty", which is no text or number field; did you mean "quantity"?',
    ],
  ]

  test.each(refused)('%s', (_, values, message) => {
    expect(() => define(values)).toThrow(`metric "orders": ${message}`)
  })

  test('the condition of the metric', () => {
    expect(() => define({}, present(named('pag')))).toThrow(
      'metric "orders": where names "pag", which is no text or number field; did you mean "page"?',
    )
  })
})
