// `services:status`: what runs where, and how what does not run is to be had.
import { addressesOf } from './compose.ts'
import { composeContainers, composeName, usesDocker } from './docker.ts'
import { residentBytes } from './identity.ts'
import type { Availability, Service } from './service.ts'
import { HOST } from './service.ts'
import { runningState, type ServerState } from './state.ts'

export interface Row {
  readonly service: string
  readonly state: string
  readonly address?: string
  readonly version?: string
  readonly pid?: string
  readonly memory?: string
  /** Where it came from, or how to get it. */
  readonly how: string
}

const columns = ['service', 'state', 'address', 'version', 'pid', 'memory', 'how'] as const

export async function statusRows(wanted: readonly Service[], dir: string): Promise<readonly Row[]> {
  const containers = usesDocker(dir) ? await composeContainers() : []
  const dockerRows = containers.map(
    (one): Row => ({
      service: one.Service,
      state: one.Health === '' ? one.State : `${one.State} (${one.Health})`,
      address: addressesOf(one).join(' '),
      how: `Docker, ${one.Image}`,
    }),
  )
  const inDocker = new Set(containers.map((one) => one.Service))
  const elsewhere = wanted.filter(
    (service) =>
      runningState(dir, service.name) !== undefined || !inDocker.has(composeName(service) ?? ''),
  )
  const native = elsewhere.map(async (service) =>
    rowOf(service, runningState(dir, service.name), await service.available()),
  )
  return [...dockerRows, ...(await Promise.all(native))]
}

function rowOf(service: Service, running: ServerState | undefined, available: Availability): Row {
  if (running !== undefined && service.server !== undefined) {
    const bytes = residentBytes(running.pid)
    return {
      service: service.name,
      state: running.ready ? 'running' : 'starting',
      address: `${HOST}:${running.ports[service.server.clientPort]}`,
      version: running.version || service.version,
      pid: String(running.pid),
      memory: bytes === undefined ? '' : formatBytes(bytes),
      how: running.how,
    }
  }
  const state = service.server === undefined ? 'no process' : 'stopped'
  const { name, version } = service
  if (available.state === 'ready') return { service: name, state, version, how: available.how }
  if (available.state === 'installable') {
    return { service: name, state, version, how: `not here yet: \`up ${name}\` ${available.how}` }
  }
  return { service: name, state: 'missing', version, how: available.how }
}

export const formatBytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`

/** Aligned columns under their names. */
export function table(rows: readonly Row[]): string {
  const head: Row = {
    service: 'service',
    state: 'state',
    address: 'address',
    version: 'version',
    pid: 'pid',
    memory: 'memory',
    how: 'how',
  }
  const lines = [head, ...rows]
  const widths = columns.map((column) =>
    Math.max(...lines.map((row) => (row[column] ?? '').length)),
  )
  return lines
    .map((row) =>
      columns
        .map((column, i) => (row[column] ?? '').padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}
