// Finding a port: the asked one, or the next free one after it.

import { ConfigError } from './errors.ts'
import { z } from './zod.cjs'

/** A port as a flag: 0 lets the system choose. */
export const portSchema = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) < 65536, 'expected a port, 0 to 65535')
  .transform(Number)

/** How many ports after the asked one are tried. */
export const PORTS_TRIED_AFTER = 20

/** Where port and host are named, for errors. */
export interface ListenNames {
  readonly port: string
  readonly host: string
}

const FLAGS: ListenNames = { port: '--port', host: '--host' }

/**
 * Calls `listen` with `port`, then with each port after it while the port is taken, and answers the first that worked.
 * Port 0 lets the system choose. Throws ConfigError when none is free or the port may not be used.
 */
export async function listenOnFreePort<T>(
  port: number,
  listen: (port: number) => Promise<T>,
  names: ListenNames = FLAGS,
): Promise<T> {
  const last = port === 0 ? 0 : Math.min(port + PORTS_TRIED_AFTER, 65535)
  for (let candidate = port; candidate <= last; candidate++) {
    try {
      return await listen(candidate)
    } catch (error) {
      const what = problemOf((error as NodeJS.ErrnoException).code, candidate, names)
      if (what === undefined) throw error
      if (what !== TAKEN) throw new ConfigError([what])
    }
  }
  const what = `expected a free port from ${port} to ${last}, all are taken; name another one`
  throw new ConfigError([{ where: names.port, what }])
}

const TAKEN = 'taken'

function problemOf(code: string | undefined, port: number, names: ListenNames) {
  if (code === 'EADDRINUSE') return TAKEN
  if (code === 'EACCES')
    return { where: names.port, what: `port ${port} needs more rights; take one from 1024 on` }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return { where: names.host, what: 'expected an address of this machine, e.g. 127.0.0.1' }
  return undefined
}
