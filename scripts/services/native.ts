// Brings services up and down without Docker. For each: got once, started once, ready when `up`
// returns; one that fails leaves no process behind and does not keep the others from running.
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { withLock } from './lock.ts'
import { choosePorts } from './ports.ts'
import { stopProcess } from './process.ts'
import { servers } from './registry.ts'
import type { InstallContext, Say, Server, Service } from './service.ts'
import { serve } from './serving.ts'
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
  const { server } = service
  const why = await getProgram(service, options)
  if (why !== undefined || server === undefined) return why
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

/** Undefined once its program is here; else what is lacking and how to get it. */
export async function getProgram(
  service: Service,
  context: InstallContext,
): Promise<string | undefined> {
  const before = await service.available()
  if (before.state === 'ready') return undefined
  if (before.state === 'missing') return before.how
  await service.install(context)
  const after = await service.available()
  if (after.state === 'ready') return undefined
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
  rmSync(log, { force: true })
  const { how } = await service.available()
  let state: ServerState
  try {
    const { process, version } = await serve(service, server, {
      place: { dir, ports, say: options.say, signal: options.signal },
      log,
      outlivesUs: true,
      onStarted: (process) => {
        writeState(options.dir, service.name, { ...process, ports, version: '', how, ready: false })
      },
    })
    state = { ...process, ports, version, how, ready: true }
    writeState(options.dir, service.name, state)
  } catch (error) {
    removeState(options.dir, service.name)
    throw error
  }
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(1)
  const note = options.freePorts ? '' : movedNote(server, state)
  options.say(`ready after ${tookS} s, ${addressOf(server, state)}${note}`)
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
