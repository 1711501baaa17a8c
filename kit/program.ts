// How every program starts and ends: exit codes, readable errors, a clean stop on Ctrl-C.
import { existsSync } from 'node:fs'
import { ConfigError, RefusedError, UnavailableError } from './errors.ts'
import { EXIT } from './exit-codes.ts'
import { masked } from './secrets.ts'

/** A program that was told to stop does not wait longer than this for a store that does not answer. */
const STOP_WITHIN_MS = 9_000

/**
 * Runs a program. `main` gets a signal that is aborted by SIGINT or SIGTERM; a second one ends the process at once, and so
 * does time: what is durable by then is all there is, and the next start goes on from there. Reads `.env` of the working
 * directory first (variables already set win).
 */
export async function runProgram(
  main: (signal: AbortSignal) => Promise<void>,
  stopWithinMs = STOP_WITHIN_MS,
): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const stop = new AbortController()
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(EXIT.stopped)
    stop.abort()
    setTimeout(() => {
      process.stderr.write('stopped without waiting longer for what does not answer\n')
      process.exit(EXIT.ok)
    }, stopWithinMs).unref()
  }
  // What nobody waited for: a bug too. Node's own trace would show the error's every property.
  process.on('uncaughtException', (error) => process.exit(report(error)))
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    await main(stop.signal)
  } catch (error) {
    // Told to stop while waiting for something: a store, of which was said already, or a turn.
    const isWait = error instanceof UnavailableError || error === stop.signal.reason
    if (!stop.signal.aborted || !isWait) await fail(error)
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

/** What is behind an error that no program expected; the same error where nothing is. */
type Explain = (error: unknown) => Promise<unknown>

let explain: Explain = async (error) => error

/** Asks `other` about an error before it is shown as a bug, with its stack. */
export function explainBugs(other: Explain): void {
  explain = other
}

/** Tells the error, and sets the exit code that it ends the process with. */
export async function fail(error: unknown): Promise<void> {
  process.exitCode = report(isExpected(error) ? error : await explain(error))
}

const isExpected = (error: unknown): boolean =>
  error instanceof ConfigError || error instanceof RefusedError || error instanceof UnavailableError

function report(error: unknown): number {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    return EXIT.usage
  }
  if (error instanceof RefusedError || error instanceof UnavailableError) {
    process.stderr.write(`${error.message}\n`)
    return error instanceof RefusedError ? EXIT.failed : EXIT.unavailable
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${masked(trace)}\n`)
  return EXIT.failed
}
