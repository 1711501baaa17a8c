// Brings services up and down without Docker. For each: got once, started once, ready when `up`
// returns; one that fails leaves no process behind and does not keep the others from running.
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { withLock } from './lock.ts'
import { choosePorts } from './ports.ts'
import { startDetached, stopProcess, untilReady } from './process.ts'
import { servers } from './registry.ts'
import type { InstallContext, Say, Server, Service } from './service.ts'
import {
  logFile,
  removeState,
  runningState,
  type ServerState,
  serverDir,
  writeState,
} from './state.ts'

export interface UpOptions {
  /** Directory of state and data, absolute. */
  readonly dir: string
  /** Free ports for all, in place of the usual ones where these are free. */
  readonly freePorts: boolean
  readonly say: Say
  readonly signal: AbortSignal
}

export type Outcome =
  | { readonly service: Service; readonly ok: true }
  /** `why` says what is lacking and how to get it, or what went wrong. */
  | { readonly service: Service; readonly ok: false; readonly why: string }

/**
 * Brings up those that do not run yet, all at once. Never throws for a service; see its outcome.
 */
export async function up(wanted: readonly Service[], options: UpOptions): Promise<Outcome[]> {
  // Shared, so that two servers started at the same time do not choose the same port.
  const taken = new Set<number>()
  const outcomes = wanted.map(async (service): Promise<Outcome> => {
    const say: Say = (line) => options.say(`${service.name}: ${line}`)
    try {
      const why = await upOne(service, { ...options, say }, taken)
      return why === undefined ? { service, ok: true } : { service, ok: false, why }
    } catch (error) {
      return { service, ok: false, why: (error as Error).message }
    }
  })
  return await Promise.all(outcomes)
}

async function upOne(
  service: Service,
  options: UpOptions,
  taken: Set<number>,
): Promise<string | undefined> {
  const available = await service.available()
  if (available.state === 'missing') return available.how
  if (available.state === 'installable') await install(service, options)
  const { server } = service
  if (server === undefined) return undefined
  const dir = serverDir(options.dir, service.name)
  mkdirSync(dir, { recursive: true })
  await withLock(join(dir, 'lock'), options, async () => {
    const running = runningState(options.dir, service.name)
    if (running?.ready === true) {
      options.say(`runs already, ${addressOf(server, running)}`)
      return
    }
    if (running !== undefined) await stopProcess(running)
    await start(service, server, options, taken)
  })
  return undefined
}

async function install(service: Service, context: InstallContext): Promise<void> {
  await service.install(context)
  const after = await service.available()
  if (after.state === 'ready') return
  throw new Error(`${service.title} was installed, yet cannot be used: ${after.how}`)
}

async function start(
  service: Service,
  server: Server,
  options: UpOptions,
  taken: Set<number>,
): Promise<void> {
  const dir = serverDir(options.dir, service.name)
  const log = logFile(options.dir, service.name)
  const ports = await choosePorts(server.defaultPorts, { anyFree: options.freePorts, taken })
  const startedMs = performance.now()
  const launch = await server.prepare({ dir, ports, say: options.say, signal: options.signal })
  rmSync(log, { force: true })
  const started = await startDetached(launch, dir, log)
  const { how } = await service.available()
  const state: ServerState = { ...started, ports, version: '', how, ready: false }
  writeState(options.dir, service.name, state)
  try {
    const version = await untilReady({
      title: service.title,
      process: started,
      log,
      withinMs: server.readyWithinMs,
      signal: options.signal,
      probe: async () => await server.probe(ports),
    })
    await server.provision?.(ports)
    writeState(options.dir, service.name, { ...state, version, ready: true })
    const tookS = ((performance.now() - startedMs) / 1000).toFixed(1)
    const note = options.freePorts ? '' : movedNote(server, state)
    options.say(`ready after ${tookS} s, ${addressOf(server, state)}${note}`)
  } catch (error) {
    await stopProcess(started)
    removeState(options.dir, service.name)
    throw error
  }
}

const addressOf = (server: Server, state: ServerState): string =>
  `127.0.0.1:${state.ports[server.clientPort]}`

function movedNote(server: Server, state: ServerState): string {
  const usual = server.defaultPorts[server.clientPort]
  return state.ports[server.clientPort] === usual ? '' : ` (not the usual port ${usual})`
}

/** Stops those that run; with `purge` their data is removed too. */
export async function down(
  wanted: readonly Service[],
  { dir, purge, say }: { dir: string; purge: boolean; say: Say },
): Promise<void> {
  const stops = wanted.map(async (service) => {
    const state = runningState(dir, service.name)
    if (state !== undefined) {
      await stopProcess(state)
      say(`${service.name}: stopped`)
    }
    removeState(dir, service.name)
    const data = serverDir(dir, service.name)
    if (!purge || !existsSync(data)) return
    rmSync(data, { recursive: true, force: true })
    say(`${service.name}: removed ${relative(process.cwd(), data)}`)
  })
  await Promise.all(stops)
}

/** The servers that run and are ready, with their ports. */
export function runningServers(dir: string): { service: Service; state: ServerState }[] {
  return servers.flatMap((service) => {
    const state = runningState(dir, service.name)
    return state?.ready === true ? [{ service, state }] : []
  })
}
