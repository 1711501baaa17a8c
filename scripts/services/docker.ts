// The same services from `docker/docker-compose.yml`, where a Docker engine answers. Addresses and
// secrets are read from the compose file as Docker understands it, so that they are written in one
// place only.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RefusedError } from '../../kit/errors.ts'
import {
  type ComposeVariables,
  type Container,
  composeVariablesOf,
  parseContainers,
} from './compose.ts'
import { outputOf } from './run.ts'
import type { Service } from './service.ts'

const composeFile = fileURLToPath(new URL('../../docker/docker-compose.yml', import.meta.url))
const compose = ['compose', '-f', composeFile]

/** What the compose file calls a service; those not here run natively only. */
const composeNames: Readonly<Record<string, string>> = {
  kafka: 'kafka',
  mariadb: 'mysql',
  influxdb2: 'influxdb',
}

/** The service's name in the compose file; undefined when it is not there. */
export const composeName = ({ name }: Service): string | undefined => composeNames[name]

/** Undefined when a Docker engine with compose answers, else what is lacking. */
export async function dockerLacks(): Promise<string | undefined> {
  const engine = await outputOf('docker', ['info'], 5000)
  if (engine === undefined) return 'no Docker engine answers `docker info`: install or start Docker'
  if ((await outputOf('docker', ['compose', 'version'])) !== undefined) return undefined
  return 'Docker has no `docker compose`: install its compose plugin'
}

// A file says that Docker is in use, so that `down` and `status` need not ask for an engine that
// was never used.
const mark = (dir: string): string => join(dir, 'docker')
export const usesDocker = (dir: string): boolean => existsSync(mark(dir))

/** Brings up the services named, or all of the compose file, and returns when they are healthy. */
export async function composeUp(
  names: readonly string[],
  dir: string,
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(dir, { recursive: true })
  writeFileSync(mark(dir), 'Services of docker/docker-compose.yml were brought up.\n')
  await docker(['up', '-d', '--wait', ...names], signal)
}

/** Stops the services named, or all. With `purge` their data is removed, when all are meant. */
export async function composeDown(
  names: readonly string[],
  dir: string,
  purge: boolean,
): Promise<void> {
  if (names.length > 0) {
    await docker(['rm', '--stop', '--force', ...names])
    return
  }
  await docker(['down', ...(purge ? ['--volumes'] : [])])
  rmSync(mark(dir), { force: true })
}

async function docker(args: readonly string[], signal?: AbortSignal): Promise<void> {
  const all = [...compose, ...args]
  const child = spawn('docker', all, { stdio: ['ignore', 2, 2] })
  const stop = () => child.kill('SIGINT')
  signal?.addEventListener('abort', stop)
  const ended = await new Promise<string | number | null>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, killed) => resolve(killed ?? code))
  })
  signal?.removeEventListener('abort', stop)
  if (ended !== 0)
    throw new RefusedError(`\`docker ${all.join(' ')}\` ended with ${ended}; Docker says why above`)
}

/** The containers of the compose file that exist; none when no engine answers. */
export async function composeContainers(): Promise<readonly Container[]> {
  return parseContainers((await outputOf('docker', [...compose, 'ps', '--format', 'json'])) ?? '')
}

/** The variables of the compose services that run. */
export async function composeVariables(): Promise<ComposeVariables> {
  const running = (await composeContainers()).filter((one) => one.State === 'running')
  if (running.length === 0) return { variables: {}, testVariables: {} }
  const config = await outputOf('docker', [...compose, 'config', '--format', 'json'])
  if (config === undefined) {
    throw new RefusedError(`\`docker ${compose.join(' ')} config\` failed: run it to see why`)
  }
  const json = config.slice(config.indexOf('{'), config.lastIndexOf('}') + 1)
  return composeVariablesOf(
    JSON.parse(json),
    running.map((one) => one.Service),
  )
}
