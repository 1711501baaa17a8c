// Dashboard and alerts of the job's health: what they ask is PromQL, of metrics that the job has.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { parser } from '@prometheus-io/lezer-promql'
import promClient from 'prom-client'
import { describe, expect, test } from 'vitest'
import { families } from '../../streaming/http/families.ts'
import { jobStatus } from '../../streaming/http/testing/job-status.ts'
import { HEALTH_RULES } from '../alerts/rules.ts'
import { systemDashboard } from './dashboard.ts'
import { HEALTH } from './health.ts'

const ofNode = new promClient.Registry()
promClient.collectDefaultMetrics({ register: ofNode })

const waitingFor = [
  { store: 'Kafka', reason: 'busy', message: '', forMs: 1, attempts: 1, isBlocking: true } as const,
]
const metrics = [{ metric: 'sessions', openWindows: 1, openSessions: 1, pointsWritten: 1 }]
/** Label names of each of the job's series; Prometheus adds `job` and `instance` to all. */
const labels = new Map(
  families.flatMap(({ name, type, samples }) =>
    (type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).map((suffix) => [
      name + suffix,
      new Set(
        samples(jobStatus({ waitingFor, metrics })).flatMap((one) => Object.keys(one.labels ?? {})),
      ),
    ]),
  ),
)
const isOfNode = (name: string) =>
  ofNode.getMetricsAsArray().some((metric) => [metric.name, `${metric.name}_sum`].includes(name))

interface Read {
  readonly names: readonly string[]
  readonly labels: readonly string[]
  readonly errors: number
}

/** Grafana's variables are filled in first, as Grafana does. */
function read(expression: string): Read {
  const text = expression
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '1h')
    .replaceAll('$instance', '.*')
  const found = { names: [] as string[], labels: [] as string[], errors: 0 }
  parser.parse(text).iterate({
    enter: ({ name, type, from, to }) => {
      if (type.isError) found.errors++
      if (name === 'Identifier') found.names.push(text.slice(from, to))
      if (name === 'LabelName') found.labels.push(text.slice(from, to))
    },
  })
  return found
}

const cases = [
  ...HEALTH.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries }) =>
      Object.entries(queries).map(([legend, expression]) => ({ title, legend, expression })),
    ),
  ),
  ...HEALTH_RULES.map(({ title, summary, expression }) => ({
    title,
    legend: [...summary.matchAll(/\.Labels\.(\w+)/g)].map(([, label]) => `{{${label}}}`).join(''),
    expression,
  })),
]

describe.each(cases)('"$title": $expression', ({ legend, expression }) => {
  const { names, labels: used, errors } = read(expression)

  test('is PromQL', () => expect(errors).toBe(0))

  test('asks for metrics that there are', () => {
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter((name) => name !== 'up' && !labels.has(name) && !isOfNode(name))).toEqual(
      [],
    )
  })

  test('groups and names by labels that they have', () => {
    const known = new Set([
      'job',
      'instance',
      ...names.flatMap((name) => [...(labels.get(name) ?? [])]),
    ])
    const inLegend = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)
    expect([...used, ...inLegend].filter((label) => !known.has(label))).toEqual([])
  })
})

test('a misspelt query is found out', () => {
  expect(read('sum(rate(windrow_x_total[5m])').errors).toBeGreaterThan(0)
  expect(read('sum by (a) (windrow_x{b="c"})')).toEqual({
    ...{ names: ['windrow_x'], labels: ['a', 'b'], errors: 0 },
  })
})

test('each family of the job is looked at somewhere, or is told by another', () => {
  const asked = new Set(cases.flatMap(({ expression }) => read(expression).names))
  const silent = families
    .flatMap(({ name, type }) => (type === 'histogram' ? `${name}_bucket` : name))
    .filter((name) => !asked.has(name))
  expect(silent).toEqual([
    'windrow_job',
    'windrow_healthy',
    'windrow_quiet_seconds',
    'windrow_partition_idle',
    'windrow_workers',
    'windrow_checkpoint_number',
  ])
})

test('every panel tells what it shows and what to do, and filters by the chosen instance', () => {
  const { panels = [], templating }: Dashboard = systemDashboard({
    'windrow-shop': 'Metrics: shop',
  })
  const drawn = panels.filter(({ type }) => type !== 'row')
  expect(drawn).toHaveLength(HEALTH.flatMap((section) => section.panels).length)
  expect(templating.list?.map(({ name }) => name)).toEqual(['instance'])
  for (const panel of drawn) {
    expect(panel).toMatchObject({ description: expect.stringMatching(/\.$/) })
    const expressions = JSON.stringify(panel).match(/"expr":"[^}]*\{[^}]*\}/g) ?? []
    expect(expressions.length).toBeGreaterThan(0)
    for (const text of expressions) expect(text).toContain('$instance')
  }
})
