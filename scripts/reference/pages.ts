// The pages of docs/reference, made from what the programs themselves use, and what must be in them.
import { join } from 'node:path'
import { commandsPage } from './commands.ts'
import { configurationPage } from './configuration.ts'
import { definitionsPage } from './definitions.ts'
import { errorsPage } from './errors.ts'
import { metricsPage } from './metrics.ts'
import { monitoringPage } from './monitoring.ts'

export const ROOT = join(import.meta.dirname, '..', '..')

export interface Page {
  /** From the project's directory. */
  readonly path: string
  readonly text: string
}

export async function referencePages(): Promise<Page[]> {
  const page = (name: string, text: string): Page => ({
    path: `docs/reference/${name}.md`,
    text: text.replace('\n\n', `\n\n${MADE}\n\n`),
  })
  return [
    page('configuration', configurationPage()),
    page('metrics', metricsPage()),
    page('definitions', definitionsPage()),
    page('commands', await commandsPage()),
    page('monitoring', monitoringPage()),
    page('errors', errorsPage()),
  ]
}

const MADE = '_Made from the code by `npm run generate:reference`; a test fails when they differ._'
