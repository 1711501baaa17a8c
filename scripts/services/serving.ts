// From a place to a server that serves: configured, started, answering, with what clients expect.
import { type Started, startServer, stopProcess, untilReady } from './process.ts'
import type { Place, Server, Service } from './service.ts'

export interface Serving {
  readonly place: Place
  /** Its output is appended here. */
  readonly log: string
  readonly outlivesUs: boolean
  /** Called once its process is there, before it answers. */
  readonly onStarted?: (process: Started) => void
}

export interface Served {
  readonly process: Started
  /** As the server reports it, or ''. */
  readonly version: string
}

/** Throws when it does not get that far; then no process is left. */
export async function serve(
  { title }: Service,
  server: Server,
  { place, log, outlivesUs, onStarted }: Serving,
): Promise<Served> {
  const { dir, ports, signal } = place
  const launch = await server.prepare(place)
  const process = await startServer(launch, { dir, log, outlivesUs })
  onStarted?.(process)
  try {
    const version = await untilReady({
      title,
      process,
      log,
      withinMs: server.readyWithinMs,
      signal,
      probe: async () => await server.probe(ports),
    })
    await server.provision?.(ports)
    return { process, version }
  } catch (error) {
    await stopProcess(process)
    throw error
  }
}
