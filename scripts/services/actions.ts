// What `services:up` and `services:down` do: choose between Docker and native, bring up or down,
// keep the env file.
import { ConfigError } from '../../kit/errors.ts'
import { composeDown, composeName, composeUp, dockerLacks, usesDocker } from './docker.ts'
import { usage, writeEnvFile } from './env-file.ts'
import { down, runningServers, up } from './native.ts'
import { runningVariables } from './running.ts'
import type { Service } from './service.ts'

const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

export interface BringUp {
  /** False: all were meant. */
  readonly named: boolean
  readonly way: 'docker' | 'native' | 'either'
  readonly dir: string
  readonly freePorts: boolean
  readonly isJson: boolean
  readonly signal: AbortSignal
}

/** Returns false when one of them could not be brought up; it has been told why then. */
export async function bringUp(wanted: readonly Service[], options: BringUp): Promise<boolean> {
  const { named, dir, freePorts, signal } = options
  const inDocker = await useDocker(options)
  const [composed, native] = inDocker ? split(wanted, options) : [[], wanted]
  if (composed.length > 0) {
    const names = named ? composed.flatMap((service) => composeName(service) ?? []) : []
    await composeUp(names, dir, signal)
  }
  const outcomes = await up(native, { dir, freePorts, say, signal })
  const variables = await runningVariables(dir)
  writeEnvFile(dir, variables)
  if (signal.aborted) {
    say('interrupted: what was not ready yet has been stopped, `services:down` stops the rest')
    return false
  }
  process.stdout.write(
    options.isJson ? `${JSON.stringify(variables, null, 2)}\n` : usage(dir, variables),
  )
  const failed = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome]))
  for (const { service, why } of failed) say(`\n${service.name} could not be brought up: ${why}`)
  return failed.length === 0
}

async function useDocker({ way, dir }: BringUp): Promise<boolean> {
  if (way === 'native') return false
  const lacks = await dockerLacks()
  if (way === 'docker') {
    if (lacks !== undefined) throw wrongDocker(lacks)
    return true
  }
  // Once some run natively, the others join them: both ways want the same ports.
  return lacks === undefined && runningServers(dir).length === 0
}

const wrongDocker = (what: string): ConfigError =>
  new ConfigError([{ where: '--docker', what: `${what}; or leave the option away` }])

/** Those of the compose file; and the others, when they were asked for by name. */
function split(wanted: readonly Service[], { named, way }: BringUp): [Service[], Service[]] {
  const composed = wanted.filter((service) => composeName(service) !== undefined)
  const others = named ? wanted.filter((service) => composeName(service) === undefined) : []
  if (way === 'docker' && others.length > 0) {
    const names = others.map((service) => service.name).join(', ')
    throw wrongDocker(`docker/docker-compose.yml has no ${names}`)
  }
  return [composed, others]
}

export async function bringDown(
  wanted: readonly Service[],
  { named, dir, purge }: { named: boolean; dir: string; purge: boolean },
): Promise<void> {
  if (usesDocker(dir)) {
    const names = named ? wanted.flatMap((service) => composeName(service) ?? []) : []
    if (!named || names.length > 0) await composeDown(names, dir, purge)
  }
  await down(wanted, { dir, purge, say })
  writeEnvFile(dir, await runningVariables(dir))
}
