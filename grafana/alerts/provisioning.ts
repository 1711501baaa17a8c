// Alert rules as Grafana's file provisioning takes them.
import {
  type Rule as GrafanaRule,
  type Query,
  QueryBuilder,
  RuleBuilder,
} from '@grafana/grafana-foundation-sdk/alerting'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { TypeThresholdBuilder } from '@grafana/grafana-foundation-sdk/expr'
import { stringify } from 'yaml'
import { EXPRESSION, JOB, POINTS } from '../sdk/sources.ts'
import { influx, math, promNow, reduced, type Target } from '../sdk/targets.ts'
import type { DropRule, HealthRule, Rule } from './rules.ts'

const HOUR_S = 3_600
const DAY_S = 86_400

const HEADER = `# Made by \`windrow generate grafana\` from grafana/alerts/rules.ts: change that, not this.
# Rules about the job ask Prometheus (profile monitoring); while it cannot be asked they stay as they are.
`

/** `dashboards`: where the panels that rules name are. */
export function alertRules(rules: readonly Rule[], dashboards: readonly Dashboard[]): string {
  const groups = [
    {
      orgId: 1,
      name: 'windrow',
      folder: 'windrow',
      interval: '1m',
      rules: rules.map((rule) => provisioned(rule, dashboards)),
    },
  ]
  // The SDK's queries hold a function, which JSON leaves out.
  const plain: unknown = JSON.parse(JSON.stringify({ apiVersion: 1, groups }))
  return HEADER + stringify(plain, { lineWidth: 0, aliasDuplicateObjects: false })
}

function provisioned(rule: Rule, dashboards: readonly Dashboard[]) {
  const { uid, title, severity, holds, summary, runbook, seenAt } = rule
  const [dashboardUid, panelId] = placeOf(seenAt, dashboards)
  const { data, condition } = rule.kind === 'health' ? ofHealth(rule) : ofDrop(rule)
  const built: GrafanaRule = new RuleBuilder(title)
    .uid(uid)
    .queries(data.map((query) => ({ build: () => query })))
    .condition(condition)
    .forDuration(holds)
    .noDataState('OK')
    .execErrState('KeepLast')
    .labels({ app: 'windrow', severity })
    .annotations({
      ...{ summary, runbook },
      // The page of a rule links the panel by these.
      ...{ __dashboardUid__: dashboardUid, __panelId__: String(panelId) },
    })
    .build()
  const { data: queries, noDataState, execErrState, labels, annotations } = built
  return {
    ...{ uid, title, condition, data: queries, dashboardUid, panelId },
    ...{ noDataState, execErrState, for: built.for, labels, annotations },
  }
}

interface Asked {
  readonly data: readonly Query[]
  readonly condition: string
}

function ofHealth({ expression, fires: [type, limit] }: HealthRule): Asked {
  const fires = new TypeThresholdBuilder()
    .refId('C')
    .datasource(EXPRESSION)
    .expression('A')
    .conditions([{ evaluator: { type, params: [limit] } }])
  const asked = promNow('A', expression)
  return {
    data: [query('A', JOB.uid, asked, 600), query('C', EXPRESSION.uid, fires)],
    condition: 'C',
  }
}

/** A and N of the last hour, B1… of the same hour of the days before; each as one number, then compared. */
function ofDrop({ query: asked, enough, days, below }: DropRule): Asked {
  const at = (refId: string, text: string, daysAgo: number) =>
    query(
      refId,
      POINTS.uid,
      influx({ refId, query: text, resultFormat: 'time_series' }),
      daysAgo * DAY_S + HOUR_S,
      daysAgo * DAY_S,
    )
  const before = Array.from({ length: days }, (_, index) => `B${index + 1}`)
  const series = [
    at('A', asked, 0),
    at('N', enough.query, 0),
    ...before.map((refId, index) => at(refId, asked, index + 1)),
  ]
  const numbers = ['A', 'N', ...before].map((refId) =>
    query(`${refId}_number`, EXPRESSION.uid, reduced(`${refId}_number`, refId, 'last')),
  )
  const mean = `(${before.map((refId) => `$${refId}_number`).join(' + ')}) / ${days}`
  const dropped = `($A_number < ${below} * ${mean}) && ($N_number >= ${enough.least})`
  const condition = 'dropped'
  return {
    data: [...series, ...numbers, query(condition, EXPRESSION.uid, math(condition, dropped))],
    condition,
  }
}

const query = (refId: string, uid: string, model: Target, from = 0, to = 0): Query =>
  new QueryBuilder(refId).datasourceUid(uid).relativeTimeRange({ from, to }).model(model).build()

/** Throws when there is no such panel: a rule would mark nothing. */
function placeOf(
  [uid, title]: Rule['seenAt'],
  dashboards: readonly Dashboard[],
): [uid: string, panelId: number] {
  const panels = dashboards.find((dashboard) => dashboard.uid === uid)?.panels ?? []
  const id = panels.find((panel) => panel.title === title)?.id
  if (id === undefined)
    throw new Error(`an alert rule names panel "${title}" of ${uid}: there is none`)
  return [uid, id]
}
