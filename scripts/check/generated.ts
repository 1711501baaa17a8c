// Whether what is generated is what it would be now: the event's types, Grafana's files.

import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WINDROW } from '../../kit/invocation.ts'
import { generateEventModule } from '../generate-event.ts'
import { errors, type Section } from './report.ts'

const pathOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const AVSC = 'data/schemas/events.avsc'
const MODULE = 'data/events.generated.ts'

export function checkSchema(): Section {
  const name = 'schema'
  try {
    const avsc = readFileSync(pathOf(AVSC), 'utf8')
    const generated = generateEventModule(avsc)
    const { fields } = JSON.parse(avsc) as { fields: unknown[] }
    const what = `expected what ${AVSC} says, got something else: run ${WINDROW} generate events`
    const isSame = textOf(pathOf(MODULE)) === generated
    const summary = `${AVSC}: ${fields.length} fields`
    return { name, summary, findings: isSame ? [] : errors([{ where: MODULE, what }]) }
  } catch (error) {
    const what = (error as Error).message.replace(/^events\.avsc: /, '')
    return { name, summary: AVSC, findings: errors([{ where: AVSC, what }]) }
  }
}

/** Files that `windrow generate grafana` would change, from the working directory. The pipeline must be right. */
export async function outdatedGrafana(): Promise<{ all: number; outdated: string[] }> {
  const { generatedFiles } = await import('../../grafana/files.ts')
  const files = generatedFiles()
  const outdated = files.filter(({ path, text }) => textOf(path) !== text)
  return { all: files.length, outdated: outdated.map(({ path }) => relative('.', path)) }
}

export async function checkDashboards(): Promise<Section> {
  const { all, outdated } = await outdatedGrafana()
  const what = `expected what the definitions say, got something else: run ${WINDROW} generate grafana`
  return {
    name: 'dashboards',
    summary: `${all} generated files of Grafana`,
    findings: errors(outdated.map((where) => ({ where, what }))),
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
