// Ports on the loopback address: is one free, and which one to take instead.
import { createServer } from 'node:net'
import { HOST, type Ports } from './service.ts'

/** The port wanted, or 0 for any, when it is free; else undefined. */
async function free(port: number): Promise<number | undefined> {
  return await new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ host: HOST, port, exclusive: true }, () => {
      const address = server.address()
      const got = typeof address === 'object' && address !== null ? address.port : undefined
      server.close(() => resolve(got))
    })
  })
}

/**
 * The wanted ports; in place of those in use (of all, when `anyFree`) free ones. Never one twice.
 */
export async function choosePorts(
  wanted: Ports,
  { anyFree, taken = new Set<number>() }: { anyFree: boolean; taken?: Set<number> },
): Promise<Ports> {
  const chosen: Record<string, number> = {}
  for (const [name, port] of Object.entries(wanted)) {
    let got = anyFree || taken.has(port) ? undefined : await free(port)
    while (got === undefined || taken.has(got)) {
      got = await free(0)
      if (got === undefined)
        throw new Error(`no free port on ${HOST} for ${name}: the system refuses any`)
    }
    taken.add(got)
    chosen[name] = got
  }
  return chosen
}
