import { describe, expect, test } from 'vitest'
import type { Metric } from '../../data/definitions/metric.ts'
import { count, eq, sum, tumbling } from '../../data/definitions/nodes.ts'
import { field } from '../../data/ecommerce/vocabulary.ts'
import { definitionOf, signatureOf } from '../../streaming/checkpoint/snapshot.ts'
import { type Change, changesOf, type PointsKind } from './changes.ts'
import { type Facts, planOf } from './planned.ts'
import { planText } from './text.ts'

const METRIC: Metric = {
  name: 'm',
  summary: 'Before.',
  by: ['category', 'country'],
  window: tumbling('10s'),
  allowedLatenessMs: 0,
  values: { n: count(), items: sum(field('quantity')) },
  panel: { title: 'M', value: 'n', unit: 'short' },
}

const change = (now: Partial<Metric>, store: PointsKind = 'sqlite'): Change =>
  changesOf([{ ...METRIC, ...now }], new Map([['m', signatureOf(METRIC)]]), store)[0]

test('a signature is the definition, but for what does not change what is computed', () => {
  expect(definitionOf(signatureOf(METRIC))).toMatchObject({ name: 'm', by: METRIC.by })
  expect(signatureOf({ ...METRIC, summary: 'x', emitEveryMs: 1 } as Metric)).toBe(
    signatureOf(METRIC),
  )
  expect(definitionOf('9f86d081884c7d65')).toBeUndefined()
})

describe('a metric', () => {
  test('that only looks otherwise is the same', () => {
    const panel = { ...METRIC.panel, title: 'Other' }
    expect(change({ summary: 'After.', panel })).toMatchObject({ kind: 'same', parts: [] })
  })

  test('is new, gone or of an older version', () => {
    const saved = new Map([
      ['gone', signatureOf(METRIC)],
      ['m', 'a hash'],
    ])
    const kinds = changesOf([{ ...METRIC, name: 'fresh' }, METRIC], saved, 'sqlite')
    expect(kinds.map(({ metric, kind }) => [metric, kind])).toEqual([
      ['fresh', 'new'],
      ['m', 'changed'],
      ['gone', 'gone'],
    ])
    expect(kinds[1].parts).toEqual([expect.stringContaining('older version')])
  })

  test.each<[Partial<Metric>, string[]]>([
    [{ by: ['category'] }, ['by: category, country → category']],
    [{ by: [] }, ['by: category, country → nothing']],
    [{ window: tumbling('1m', { tz: 'Europe/Berlin' }) }, ['window: 10s → 1m in Europe/Berlin']],
    [{ where: eq(field('event_type'), 'click') }, ['where: other events']],
    [{ allowedLatenessMs: 60_000 }, ['allowedLateness: 0d → 1m']],
    [
      { values: { n: count(eq(field('event_type'), 'click')), extra: count() } },
      ['values.n: computed otherwise', 'values.items: gone', 'values.extra: new'],
    ],
  ])('with %j is told in words', (now, parts) => {
    expect(change(now)).toMatchObject({ kind: 'changed', parts })
  })

  test.each<[PointsKind, RegExp]>([
    ['sqlite', /integer → float$/],
    ['influxdb', /Give the value another name/],
    ['influxdb3', /Give the value another name/],
  ])('with a field of another type: %s', (store, expected) => {
    const values = { n: count(), items: sum(field('unit_price'), { decimals: 2 }) }
    expect(change({ values }, store).points).toContainEqual(expect.stringMatching(expected))
  })

  test('with other tags is refused by InfluxDB 3, and widens the others', () => {
    const by = ['category', 'gender']
    const refused = expect.stringContaining('give the metric another name')
    expect(change({ by }, 'influxdb3').points).toContainEqual(refused)
    expect(change({ by }, 'influxdb').points).toEqual([
      'tags added: gender',
      'tags no longer written: country',
      'points of the old definition are removed, and computed anew',
    ])
  })
})

describe('a plan', () => {
  const facts = (more: Partial<Facts> = {}): Facts => ({
    checkpoint: 7,
    records: 4_000_000,
    rate: { perSecond: 200_000, records: 50_000 },
    changes: [{ metric: 'm', kind: 'same', parts: [], points: [] }],
    outdated: [],
    ...more,
  })
  const changed: Change = {
    metric: 'x',
    kind: 'changed',
    parts: ['by: a → b'],
    points: ['removed'],
  }

  test('of nothing says so', () => {
    const plan = planOf(facts())
    expect(plan).toMatchObject({ isNothing: true, commands: [] })
    expect([...planText(plan)].join('')).toContain('Nothing to do')
  })

  test('of outdated dashboards alone needs no start', () => {
    const plan = planOf(facts({ outdated: ['grafana/a.json'] }))
    expect(plan).toMatchObject({ isNothing: false, commands: ['windrow generate grafana'] })
    expect(plan.rebuild).toBeUndefined()
  })

  test('of a change says what is read, for how long, and ends with the command', () => {
    const plan = planOf(facts({ changes: [...facts().changes, changed], fromMs: 0 }))
    expect(plan.rebuild).toEqual({ metrics: ['x'], records: 4_000_000, seconds: 20 })
    expect([...planText(plan)].join('')).toBe(`against checkpoint 7

  m  same
~ x  changed
      by: a → b
      points: removed

state: x computed from the log, 4,000,000 records appended since 1970-01-01T00:00:00Z: some 20s, at 200,000 a second as measured now on 50,000 of them
state: the other metric goes on from the checkpoint, after that

To do it:
  windrow stream
`)
  })

  test('names the job that runs, which is to be stopped first', () => {
    const { commands } = planOf(facts({ changes: [changed], holder: 'host, process 42' }))
    expect(commands).toEqual(['windrow stream   (stop host, process 42 first)'])
  })
})
