// The files that are made from the definitions, and what must be in them.
import { join } from 'node:path'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { dashboardOf } from './dashboard.ts'

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

/** A dashboard per pipeline for InfluxDB 1 and 2, and one for InfluxDB 3. */
export const generatedFiles = (): GeneratedFile[] =>
  Object.entries(DIRECTORIES).flatMap(([directory, store]) =>
    PIPELINES.map((pipeline) => ({
      path: join(import.meta.dirname, directory, `${pipeline.name}.json`),
      text: `${JSON.stringify(dashboardOf(pipeline, store), null, 2)}\n`,
    })),
  )
