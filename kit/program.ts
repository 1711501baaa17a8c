// How every program starts and ends: exit codes, readable errors, a clean stop on Ctrl-C.
import { existsSync } from 'node:fs'
import { ConfigError, RefusedError, UnavailableError } from './errors.ts'
import { masked } from './secrets.ts'

/** Done; failed at run time; wrong configuration or usage. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const

/**
 * Runs a program. `main` gets a signal that is aborted by SIGINT or SIGTERM; a second one ends the process at once.
 * Reads `.env` of the working directory first (variables already set win).
 */
export async function runProgram(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const stop = new AbortController()
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  // What nobody waited for: a bug too. Node's own trace would show the error's every property.
  process.on('uncaughtException', (error) => process.exit(report(error)))
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    await main(stop.signal)
  } catch (error) {
    // Told to stop while waiting for a store: what it waited for was said already.
    const isStopped = stop.signal.aborted && error instanceof UnavailableError
    if (!isStopped) process.exitCode = report(error)
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

function report(error: unknown): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    return EXIT.usage
  }
  if (error instanceof RefusedError || error instanceof UnavailableError) {
    process.stderr.write(`${error.message}\n`)
    return EXIT.failed
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${masked(trace)}\n`)
  return EXIT.failed
}
