// The files that are made from the definitions, and what must be in them.
import { join } from 'node:path'
import type { Pipeline } from '../data/definitions/pipeline.ts'
import { ecommerce } from '../data/ecommerce/pipeline.ts'
import { dashboardOf } from './dashboard.ts'

export const GENERATE_COMMAND = 'npm run grafana:generate'

export interface GeneratedFile {
  /** Absolute. */
  readonly path: string
  readonly text: string
}

const PIPELINES: readonly Pipeline[] = [ecommerce]

/** A dashboard per pipeline. */
export const generatedFiles = (): GeneratedFile[] =>
  PIPELINES.map((pipeline) => ({
    path: join(import.meta.dirname, 'dashboards', `${pipeline.name}.json`),
    text: `${JSON.stringify(dashboardOf(pipeline), null, 2)}\n`,
  }))
