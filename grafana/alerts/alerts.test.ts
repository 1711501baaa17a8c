// The alert rules as Grafana's file provisioning reads them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { COMMANDS } from '../../cli/catalog.ts'
import { ecommerce } from '../../data/ecommerce/pipeline.ts'
import { durationMs } from '../../kit/duration.ts'
import { dashboardOf } from '../dashboard.ts'
import { systemDashboard } from '../system/dashboard.ts'
import { everyKind } from '../testing/every-kind.ts'
import { alertRules } from './provisioning.ts'
import { dropRules, HEALTH_RULES } from './rules.ts'

interface Query {
  readonly refId: string
  readonly datasourceUid: string
  readonly relativeTimeRange: { readonly from: number; readonly to: number }
  readonly model: {
    readonly refId: string
    readonly query?: string
    readonly expression?: string
    readonly type?: string
  }
}
interface Rule {
  readonly uid: string
  readonly title: string
  readonly condition: string
  readonly data: readonly Query[]
  readonly dashboardUid: string
  readonly panelId: number
  readonly for: string
  readonly noDataState: string
  readonly execErrState: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

const directory = join(import.meta.dirname, '../provisioning/alerting')
const provisioned = (file: string) => parse(readFileSync(join(directory, file), 'utf8'))
const dashboards = [systemDashboard({}), dashboardOf(ecommerce, { keepsVersions: false })]
const { groups } = provisioned('rules.yaml') as {
  groups: readonly { name: string; folder: string; interval: string; rules: readonly Rule[] }[]
}
const rules = groups.flatMap((group) => group.rules)

test('there is a rule for each thing that must not go unseen', () => {
  expect(rules.map(({ uid }) => uid)).toEqual([
    'windrow-no-events',
    'windrow-job-away',
    'windrow-lag-growing',
    'windrow-dead-letters',
    'windrow-store-away',
    'windrow-no-checkpoint',
    'windrow-books',
    'windrow-ecommerce-conversion-drop',
  ])
})

describe.each(rules)('$title', (rule) => {
  test('has what Grafana asks of a rule', () => {
    // Grafana refuses longer ones.
    expect(rule.uid).toMatch(/^[\w-]{1,40}$/)
    expect(durationMs(rule.for)).toBeGreaterThanOrEqual(0)
    expect(['OK', 'Alerting', 'NoData', 'KeepLast']).toContain(rule.noDataState)
    expect(['OK', 'Alerting', 'Error', 'KeepLast']).toContain(rule.execErrState)
    const names = rule.data.map(({ refId }) => refId)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toContain(rule.condition)
    expect(rule.data.map(({ model }) => model.refId)).toEqual(names)
  })

  test('computes with queries that come before', () => {
    rule.data.forEach(({ model }, index) => {
      const { expression = '', type } = model
      const used =
        type === 'math'
          ? [...expression.matchAll(/\$(\w+)/g)].map(([, name]) => name)
          : [expression].filter((name) => name !== '')
      const before = rule.data.slice(0, index).map(({ refId }) => refId)
      expect(used.filter((name) => !before.includes(name))).toEqual([])
    })
  })

  test('asks without variables, which a rule does not have', () => {
    for (const { model } of rule.data) expect(model.query ?? '').not.toMatch(/\$\{|\$__interval/)
  })

  test('marks the panel where it is seen', () => {
    const dashboard = dashboards.find(({ uid }) => uid === rule.dashboardUid)
    expect(dashboard?.panels?.some(({ id }) => id === rule.panelId)).toBe(true)
  })

  test('says how bad it is, what it means and which command to run', () => {
    const { summary, runbook } = rule.annotations
    expect(['critical', 'warning']).toContain(rule.labels.severity)
    expect(rule.labels.app).toBe('windrow')
    expect(summary).toMatch(/\.$/)
    // Grafana would fill in variables of its environment.
    expect(summary + runbook).not.toContain('$')
    const commands = [...runbook.matchAll(/`windrow ([\w-]+)/g)].map(([, name]) => name)
    const known = COMMANDS.map(({ name }) => String(name))
    expect(commands.filter((name) => !known.includes(name))).toEqual([])
    expect(commands.length + Number(runbook.includes('/status'))).toBeGreaterThan(0)
  })
})

test('a drop is told against the same hour of the days before, of enough events', () => {
  const rule = rules.find(({ uid }) => uid.endsWith('conversion-drop'))
  const ranges = Object.fromEntries(
    (rule?.data ?? []).map(({ refId, relativeTimeRange: { from, to } }) => [refId, [from, to]]),
  )
  const hour = 3_600
  expect(ranges).toMatchObject({
    A: [hour, 0],
    N: [hour, 0],
    B1: [25 * hour, 24 * hour],
    B2: [49 * hour, 48 * hour],
    B3: [73 * hour, 72 * hour],
  })
  expect(rule?.data.at(-1)?.model.expression).toBe(
    '($A_number < 0.7 * ($B1_number + $B2_number + $B3_number) / 3) && ($N_number >= 500)',
  )
})

test('a rule that names no panel is refused', () => {
  const [rule] = HEALTH_RULES
  const lost = { ...rule, seenAt: ['windrow-system', 'Weather'] } as const
  expect(() => alertRules([lost], dashboards)).toThrow(/"Weather" of windrow-system/)
})

test('a pipeline without a conversion has no rule about one', () => {
  const metrics = everyKind.metrics.filter(({ panel }) => panel.value !== 'conversion')
  expect(dropRules({ ...everyKind, metrics })).toEqual([])
})

test('notifications go to a contact point that is there, and need no secret', () => {
  const { contactPoints, policies } = provisioned('notifications.yaml')
  expect(policies).toEqual([expect.objectContaining({ receiver: contactPoints[0].name })])
  expect(JSON.stringify(contactPoints)).not.toMatch(/password|token|secret/i)
  expect(readdirSync(directory).sort()).toEqual(['notifications.yaml', 'rules.yaml'])
})
