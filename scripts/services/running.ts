// The variables of everything that `services:up` has brought up, in Docker or natively.
import { resolve } from 'node:path'
import { composeVariables, usesDocker } from './docker.ts'
import { runningServers } from './native.ts'
import type { Variables } from './service.ts'

/** Where `services:up` keeps state and data by default: in the checkout one works in. */
export const servicesDir = (): string => resolve('.windrow', 'services')

/** What the programs need to use what runs. */
export async function runningVariables(dir: string): Promise<Variables> {
  const native = runningServers(dir).map(({ service, state }) =>
    service.server?.variables(state.ports),
  )
  const { variables } = await ofDocker(dir)
  // Of an InfluxDB 1 that runs natively beside Docker's InfluxDB 2 the latter counts, as it does
  // natively.
  return Object.assign({}, ...native, variables)
}

/** What tests need to use what runs, by the services' names. */
export async function runningTestVariables(
  dir: string,
): Promise<Readonly<Record<string, Variables>>> {
  const native = runningServers(dir).map(({ service, state }) => [
    service.name,
    service.server?.testVariables(state.ports) ?? {},
  ])
  return { ...(await ofDocker(dir)).testVariables, ...Object.fromEntries(native) }
}

async function ofDocker(dir: string): ReturnType<typeof composeVariables> {
  return usesDocker(dir) ? await composeVariables() : { variables: {}, testVariables: {} }
}
