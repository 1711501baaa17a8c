// Gives tests the services they need: those whose address is set already, else those that
// `services:up` runs, else ones of their own in a temporary directory on free ports, which `end`
// takes down again. Of those that tests start themselves it gets the programs.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identityOf } from './identity.ts'
import { down, getProgram, runningServers, up } from './native.ts'
import { services } from './registry.ts'
import { runningTestVariables } from './running.ts'
import type { Say, Service, Variables } from './service.ts'

interface Missing {
  readonly title: string
  readonly why: string
}

export interface TestServices {
  /**
   * `TEST_…` variables: addresses, and for what is missing `TEST_<SERVICE>_MISSING`, the reason.
   */
  readonly variables: Variables
  /** Services that cannot be had, and why. */
  readonly missing: readonly Missing[]
  /** Takes down what was brought up, and only that. */
  end(): Promise<void>
}

export interface Wanted {
  readonly needed: ReadonlySet<string>
  readonly environment: NodeJS.ProcessEnv
  /** Where `services:up` keeps its state. */
  readonly servicesDir: string
  readonly say: Say
  readonly signal: AbortSignal
}

const prefix = 'windrow-test-'
const ownerFile = 'owner'

export async function servicesForTests(wanted: Wanted): Promise<TestServices> {
  const { needed, environment, servicesDir, say, signal } = wanted
  await endLeftovers(say)
  const given = (service: Service) => Boolean(environment[service.testAddress])
  const variables: Record<string, string> = {}
  const running = await runningTestVariables(servicesDir)
  const own: Service[] = []
  for (const service of services.filter(({ name }) => needed.has(name))) {
    const from = running[service.name]
    if (given(service)) say(`${service.name}: as set, ${environment[service.testAddress]}`)
    else if (from === undefined) own.push(service)
    else {
      Object.assign(variables, from)
      say(`${service.name}: the one that runs, ${from[service.testAddress]}`)
    }
  }
  const missing: Missing[] = await programsForTests(wanted, variables)
  if (own.length === 0) return { variables, missing, end: async () => {} }

  const dir = mkdtempSync(join(tmpdir(), prefix))
  writeFileSync(join(dir, ownerFile), `${process.pid} ${identityOf(process.pid)}`)
  for (const outcome of await up(own, { dir, freePorts: true, say, signal })) {
    const { service } = outcome
    if (!outcome.ok) {
      missing.push({ title: service.title, why: outcome.why })
      variables[`TEST_${service.testName}_MISSING`] = outcome.why.split('\n')[0]
    } else if (service.testVariables !== undefined) {
      Object.assign(variables, await service.testVariables())
    }
  }
  for (const { service, state } of runningServers(dir)) {
    Object.assign(variables, service.server?.testVariables(state.ports))
  }
  return { variables, missing, end: async () => await endIn(dir, () => {}) }
}

/** The programs of the servers that tests start themselves: `TEST_OWN_<SERVICE>`, or why not. */
async function programsForTests(
  { needed, say, signal }: Wanted,
  variables: Record<string, string>,
): Promise<Missing[]> {
  const missing: Missing[] = []
  for (const service of services.filter(({ name }) => needed.has(`own:${name}`))) {
    const context = { say: (line: string) => say(`${service.name}: ${line}`), signal }
    const why = await getProgram(service, context).catch((error: Error) => error.message)
    if (why === undefined) variables[`TEST_OWN_${service.testName}`] = 'here'
    else {
      missing.push({ title: service.title, why })
      variables[`TEST_OWN_${service.testName}_MISSING`] = why.split('\n')[0]
    }
  }
  return missing
}

async function endIn(dir: string, say: Say): Promise<void> {
  await down(services, { dir, purge: true, say })
  rmSync(dir, { recursive: true, force: true })
}

/** Ends the services of test runs that were killed before they could. */
async function endLeftovers(say: Say): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(prefix))) {
    const dir = join(tmpdir(), name)
    const owner = /^(\d+) (.*)$/.exec(readOrEmpty(join(dir, ownerFile)))
    if (owner === null || identityOf(Number(owner[1])) === owner[2]) continue
    say(`ends what the killed test run ${owner[1]} left behind`)
    await endIn(dir, () => {})
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
