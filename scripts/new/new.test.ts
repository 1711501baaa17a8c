import { describe, expect, test } from 'vitest'
import { eventSchema } from '../../data/events.generated.ts'
import { withMetric } from './pipeline-text.ts'
import { constantOf, fileOf, metricSource, sampleEvents } from './source.ts'
import {
  type Known,
  type MetricFlags,
  type Specification,
  specificationOf,
} from './specification.ts'

const KNOWN: Known = {
  text: ['event_type', 'page', 'country', 'user_id'],
  number: ['quantity', 'unit_price'],
  ids: ['user_id'],
  metrics: ['taken'],
}

const problemsOf = (name: string, flags: MetricFlags) =>
  specificationOf(name, flags, KNOWN).problems.map(({ where, what }) => `${where}: ${what}`)

function specOf(flags: MetricFlags): Specification {
  const checked = specificationOf('sales_by_page', flags, KNOWN)
  if ('value' in checked) return checked.value
  throw new Error(JSON.stringify(checked.problems))
}

describe('what is asked for', () => {
  test('is events per minute where nothing else is said', () => {
    expect(specOf({})).toEqual({
      name: 'sales_by_page',
      where: [],
      by: [],
      window: '1m',
      values: [{ name: 'events', kind: 'count', fields: [] }],
      title: 'Sales by page',
      unit: 'short',
    })
  })

  test('is not counted where something else is said, unless that is too', () => {
    const names = (flags: MetricFlags) => specOf(flags).values.map(({ name }) => name)
    expect(names({ sum: ['quantity'] })).toEqual(['quantity'])
    expect(names({ sum: ['r=quantity*unit_price'], count: true })).toEqual(['events', 'r'])
    expect(names({ distinct: ['page'], max: ['unit_price'] })).toEqual([
      'unit_price_max',
      'page_distinct',
    ])
  })

  test.each([
    ['taken', {}, /^name: there is a metric taken/],
    ['Wrong-Name', {}, /^name: expected a name in snake case/],
    ['a_open', {}, /^name: expected/],
    ['a', { by: 'contry' }, /^--by: .*did you mean "country"/],
    ['a', { by: 'user_id' }, /^--by: .*is an id.*--distinct user_id/],
    ['a', { where: ['event_typ=click'] }, /^--where: .*did you mean "event_type"/],
    ['a', { where: ['event_type'] }, /^--where: expected field=value/],
    ['a', { window: '1x' }, /^--window: expected a duration/],
    ['a', { window: '0s' }, /^--window: expected a duration/],
    ['a', { sum: ['r=quantty'] }, /^--sum: .*did you mean "quantity"/],
    ['a', { distinct: ['quantity'] }, /^--distinct: .*no text field/],
    ['a', { sum: ['quantity', 'quantity'] }, /two things are named quantity/],
    ['a', { sum: ['page=quantity'], by: 'page' }, /two things are named page/],
    ['a', { sum: ['quantity*unit_price*quantity'] }, /expected a field, or two/],
  ] as const)('%s %j is told', (name, flags, expected) => {
    expect(problemsOf(name, flags)).toEqual([expect.stringMatching(expected)])
  })
})

describe('the definition', () => {
  test('imports what it uses and no more', () => {
    const source = metricSource(specOf({ sum: ['r=quantity*unit_price'], by: 'page' }), eventSchema)
    expect(source).toContain("import { mul, sum, tumbling } from '../definitions/nodes.ts'")
    expect(source).toContain("r: sum(mul(field('quantity'), field('unit_price')), { decimals: 2 })")
    expect(metricSource(specOf({}), eventSchema)).toContain(
      "import { defineMetric } from './vocabulary.ts'",
    )
  })

  test('has all conditions', () => {
    const where = ['event_type=click,view', "page=it's"]
    expect(metricSource(specOf({ where }), eventSchema)).toContain(
      "where: and(oneOf(field('event_type'), ['click', 'view']), eq(field('page'), 'it\\'s'))",
    )
  })

  test.each([
    ['sales_by_page', 'salesByPage', 'sales-by-page.ts'],
    ['p95', 'p95', 'p95.ts'],
  ])('of %s is %s in %s', (name, constant, file) => {
    expect([constantOf(name), fileOf(name)]).toEqual([constant, file])
  })
})

test('the events of its test have what the schema asks of them, and one is not asked for', () => {
  const events = sampleEvents(specOf({ where: ['event_type=purchase'], by: 'page' }), eventSchema)
  expect(events.map(({ event_type }) => event_type)).toEqual([
    ...['purchase', 'purchase', 'purchase', 'other'],
  ])
  expect(events[0]).toMatchObject({ quantity: 1, unit_price: 9.99, page: 'page 1' })
  expect(events[3]).not.toHaveProperty('quantity')
})

describe('the pipeline', () => {
  const text = (list: string) => `import { definePipeline } from '../definitions/pipeline.ts'
import { b } from './b.ts'
import { d } from './d.ts'

export const p = definePipeline({
  metrics: [${list}],
})
`
  test.each([
    ['a', './a.ts', 1],
    ['c', './c.ts', 2],
    ['e', './e.ts', 3],
  ])('gets %s, its import in the order of paths', (constant, path, line) => {
    const changed = withMetric(text('b, d'), constant, path.slice(2)) ?? ''
    expect(changed.split('\n')[line]).toBe(`import { ${constant} } from '${path}'`)
    expect(changed).toContain(`metrics: [b, d, ${constant}]`)
  })

  test('has a list that was broken over lines, or is empty', () => {
    expect(withMetric(text('\n    b,\n    d,\n  '), 'c', 'c.ts')).toContain('[b, d, c]')
    expect(withMetric(text(''), 'c', 'c.ts')).toContain('metrics: [c]')
    const names = Array.from({ length: 12 }, (_, i) => `longerName${i}`).join(', ')
    expect(withMetric(text(names), 'c', 'c.ts')).toContain('longerName11,\n    c,\n  ],')
  })

  test.each(['...others', 'b /* and */, d', 'a.b', 'make(1)', 'b, c'])(
    'with [%s] is left to people',
    (list) => {
      expect(withMetric(text(list), 'c', 'c.ts')).toBeUndefined()
      expect(withMetric(`${text('b')}${text('b')}`, 'c', 'c.ts')).toBeUndefined()
    },
  )
})
