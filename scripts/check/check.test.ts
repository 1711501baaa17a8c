import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Metric } from '../../data/definitions/metric.ts'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import { RefusedError, UnavailableError } from '../../kit/errors.ts'
import type { StoreSettings } from '../../stores/settings.ts'
import { batchOf, click, JOB_OPTIONS, NOW_MS, purchase } from '../../streaming/testing/events.ts'
import { CONFIG } from '../../streaming/testing/run-turns.ts'
import { loadMetricFiles, problemOf } from '../definitions/metric-files.ts'
import { sampleOf } from '../definitions/sample.ts'
import { misspeltVariables, placedInEnv } from './configuration.ts'
import { connectionTo } from './connection.ts'
import { idFindings, type Known, seriesFindings, seriesOf } from './metrics.ts'
import { errors, exitCodeOf, findingsOf, type Level, type Section } from './report.ts'
import { checkText } from './text.ts'

const dir = mkdtempSync(join(tmpdir(), 'windrow-check-'))
afterAll(() => rmSync(dir, { recursive: true }))
const data = join(import.meta.dirname, '../../data')

const section = (...levels: Level[]): Section => ({
  name: 'a',
  summary: 'looked at',
  findings: levels.map((level) => ({ level, where: 'there', what: 'wrong' })),
})

test.each([
  [0, [], []],
  [0, ['warning'], ['warning']],
  [1, ['warning'], ['unavailable', 'error']],
  [2, ['error'], ['error', 'unavailable']],
  [3, [], ['warning', 'unavailable']],
] as const)('exit code %i: configuration %j, others %j', (code, configuration, others) => {
  expect(exitCodeOf(section(...configuration), [section(...others)])).toBe(code)
})

describe('a connection is told to be', () => {
  const none: StoreSettings = { eventsTopic: 't', dataDir: '.' }
  const kafka = { brokers: ['a:9093'] }
  const mysql = { host: 'db', port: 3306, user: 'u', password: 'p4ss-word', database: 'd' }
  const influx = { url: 'http://i:8086', token: '', org: 'o', bucket: 'b' }
  const login = { mechanism: 'plain', username: 'shop', password: 'p4ss-word' } as const
  const client = { cert: 'c', key: 'k' }
  test.each<[string, Parameters<typeof connectionTo>]>([
    ['', ['kafka', none]],
    [' (not encrypted)', ['kafka', { ...none, kafka }]],
    [
      ' (encrypted, login shop by plain)',
      ['kafka', { ...none, kafka: { ...kafka, tls: { checksName: true }, login } }],
    ],
    [
      ' (encrypted, with our certificate)',
      ['kafka', { ...none, kafka: { ...kafka, tls: { checksName: true, client } } }],
    ],
    [' (not encrypted)', ['mysql', { ...none, mysql }]],
    [
      ' (encrypted, name of the server not checked)',
      ['mysql', { ...none, mysql: { ...mysql, tls: { checksName: false } } }],
    ],
    [' (not encrypted)', ['influx', { ...none, influx }]],
    [' (encrypted)', ['influx', { ...none, influx: { ...influx, url: 'https://i:8086' } }]],
  ])('%j', (told, [store, settings]) => {
    expect(connectionTo(store, settings)).toBe(told)
  })
})

describe('a store that failed is told', () => {
  test('at the variable that its error names', () => {
    const error = new RefusedError('INFLUX_TOKEN is wrong.')
    expect(findingsOf('INFLUX_URL', error)).toEqual([
      { level: 'error', where: 'INFLUX_TOKEN', what: 'INFLUX_TOKEN is wrong.' },
    ])
  })

  test('apart where it did not answer', () => {
    expect(findingsOf('MYSQL_HOST', new UnavailableError('no answer'))).toEqual([
      { level: 'unavailable', where: 'MYSQL_HOST', what: 'no answer' },
    ])
  })
})

describe('in .env', () => {
  const env = '# KAFKA_BROKER=no\nMYSQL_PORT=abc\nKAFKA_BROKER=a:1\nEDITOR=vi\n'

  test('a variable that is wrong has its line', () => {
    expect(placedInEnv({ where: 'MYSQL_PORT', what: 'x' }, env).where).toBe('.env:2 MYSQL_PORT')
    expect(placedInEnv({ where: 'INFLUX_URL', what: 'x' }, env).where).toBe('INFLUX_URL')
  })

  test('a misspelt variable is told with the right one, and those of others are not', () => {
    expect(misspeltVariables(env, ['KAFKA_BROKERS', 'MYSQL_PORT'])).toEqual([
      {
        level: 'warning',
        where: '.env:3',
        what: 'KAFKA_BROKER is no variable that windrow reads; did you mean KAFKA_BROKERS?',
      },
    ])
  })
})

describe('metrics that are wrong', () => {
  const metricText = (by: string, window: string) =>
    `import { count, tumbling } from '${data}/definitions/nodes.ts'
import { defineMetric } from '${data}/ecommerce/vocabulary.ts'
export const wrong = defineMetric({
  name: 'wrong',
  summary: '',
  by: [${by}],
  window: tumbling('${window}'),
  values: { n: count() },
  panel: { title: 'Wrong', value: 'n', unit: 'short' },
})
`

  test('are all told, each at its line', async () => {
    writeFileSync(join(dir, 'field.ts'), metricText("'contry' as 'country'", '1m'))
    writeFileSync(join(dir, 'duration.ts'), metricText("'country'", '10x'))
    writeFileSync(join(dir, 'right.ts'), metricText("'country'", '10s'))
    writeFileSync(join(dir, 'right.test.ts'), 'throw new Error()')
    const files = await loadMetricFiles(dir)
    expect(files.map(({ metrics }) => metrics.length).sort()).toEqual([0, 0, 1])
    const [duration, field] = files.flatMap(({ problem }) => problem ?? [])
    expect(field?.where).toMatch(/field\.ts:6$/)
    expect(field?.what).toContain('did you mean "country"?')
    expect(duration?.where).toMatch(/duration\.ts:7$/)
  })

  test('without a name to look for are told where the definition begins', () => {
    const text = "import 'x'\n\nexport const a = defineMetric({\n  name: 'a',\n})"
    expect(problemOf('a.ts', text, 'boom').where).toBe('a.ts:3')
    expect(problemOf('a.ts', text, 'name: expected another').where).toBe('a.ts:4')
  })
})

describe('series', () => {
  const metric = (by: string[], more: Partial<Metric> = {}): Metric => ({
    ...smallShop.metrics[0],
    name: 'm',
    by,
    ...more,
  })
  const pipeline = (one: Metric) => ({ ...smallShop, metrics: [one] })
  const file = (one: Metric) => [{ path: 'm.ts', text: "x\n  by: ['a'],", metrics: [one] }]
  const known: Known = {
    ofEvents: () => (tags) => (tags.includes('product_id') ? 5_000 : 3 ** tags.length),
    ofTable: (tags) => (tags.length === 0 ? 1 : tags.length === 1 ? 20 : 44),
  }
  const told = (one: Metric, budget = 100) => [
    ...idFindings(file(one), pipeline(one)),
    ...seriesFindings(file(one), pipeline(one), known, budget),
  ]

  test('of a metric within its budget are fine', () => {
    expect(told(metric(['gender', 'country']))).toEqual([])
  })

  test('of an id are refused, with what to do instead', () => {
    const [finding, ...others] = told(metric(['user_id']))
    expect(others).toEqual([])
    expect(finding).toMatchObject({ level: 'error', where: 'm.ts:2' })
    expect(finding.what).toContain("countDistinct(field('user_id'))")
  })

  test('of a field with very many values are refused, unless top bounds it', () => {
    expect(told(metric(['product_id']))).toMatchObject([{ level: 'error', where: 'm.ts:2' }])
    const top = { count: 10, of: ['product_id'], value: 'events' }
    expect(told(metric(['product_id'], { top }))).toEqual([])
  })

  test('above the budget are a warning that says how many', () => {
    const findings = told(metric(['event_type', 'gender', 'country']))
    expect(findings).toMatchObject([{ level: 'warning', where: 'm.ts:2' }])
    expect(findings[0].what).toContain('some 132.')
    expect(told(metric(['event_type', 'gender', 'country']), 132)).toEqual([])
  })

  test('of events are those of the sample that the metric asks for', () => {
    const batch = batchOf([
      click(0, { category: 'books' }),
      click(90_000_000, { category: 'toys' }),
      purchase(1, { category: 'toys' }),
      purchase(2, { category: 'toys' }),
      'no event',
    ])
    const sample = sampleOf(smallShop, { ...CONFIG, ...JOB_OPTIONS }, [batch], NOW_MS * 2)
    expect(sample.records).toBe(5)
    expect([...sample.rejected.values()]).toEqual([1])
    const of = (name: string) => {
      const one = smallShop.metrics.find((each) => each.name === name)
      return sample.combinations(one as Metric)
    }
    expect(of('events_by_segment')(['event_type'])).toBe(2)
    expect(of('revenue_by_category')(['category'])).toBe(1)
    expect(of('revenue_by_category')([])).toBe(1)
  })

  test('are a row for each metric', () => {
    expect(seriesOf(pipeline(metric(['event_type', 'country'])), known)).toEqual([
      { metric: 'm', tags: ['event_type', 'country'], series: 60 },
    ])
  })
})

test('the text has a line for each section and the problems under it', () => {
  const sections = [
    section(),
    { ...section(), findings: errors([{ where: 'f:1', what: 'no\nyes' }]) },
  ]
  const text = [...checkText(sections, [], false)].join('')
  expect(text).toBe('✓ a  looked at\n✗ a  looked at\n    ✗ f:1: no\n    yes\n\n1 problem.\n')
})
