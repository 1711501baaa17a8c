// The files that are made from the definitions, and what must be in them.
import { join } from 'node:path'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { alertRules } from './alerts/provisioning.ts'
import { dropRules, HEALTH_RULES } from './alerts/rules.ts'
import { dashboardOf, dashboardUid } from './dashboard.ts'
import { systemDashboard } from './system/dashboard.ts'

export const GENERATE_COMMAND = 'windrow generate grafana'

export interface GeneratedFile {
  /** Absolute. */
  readonly path: string
  readonly text: string
}

const PIPELINES: readonly Pipeline[] = [ecommerce]

/** By directory: the newest of each version costs InfluxDB 1 and 2 sixty times the work, and they have only one. */
const DIRECTORIES = {
  dashboards: { keepsVersions: false },
  'dashboards-influxdb3': { keepsVersions: true },
}

const pipelineTitles = Object.fromEntries(
  PIPELINES.map((pipeline) => [dashboardUid(pipeline), `Metrics: ${pipeline.name}`]),
)

/** A dashboard per pipeline and one of the job's health, for InfluxDB 1 and 2 and for InfluxDB 3; and the alert rules. */
export function generatedFiles(): GeneratedFile[] {
  const file = (place: string, text: string): GeneratedFile => ({
    path: join(import.meta.dirname, place),
    text,
  })
  const system = systemDashboard(pipelineTitles)
  const dashboards = Object.entries(DIRECTORIES).flatMap(([directory, store]) => [
    ...PIPELINES.map((pipeline) =>
      file(`${directory}/${pipeline.name}.json`, asJson(dashboardOf(pipeline, store))),
    ),
    file(`${directory}/system.json`, asJson(system)),
  ])
  const marked = PIPELINES.map((pipeline) => dashboardOf(pipeline, DIRECTORIES.dashboards))
  const rules = [...HEALTH_RULES, ...PIPELINES.flatMap(dropRules)]
  const alerts = alertRules(rules, [system, ...marked])
  return [...dashboards, file('provisioning/alerting/rules.yaml', alerts)]
}

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
