// What is behind an error that a command met while it loaded definitions: the problems that `windrow check` tells.
import { ConfigError } from '../../kit/errors.ts'
import { WINDROW } from '../../kit/invocation.ts'

/** Definitions are data, and what they import; the engine's own code has nothing to do with it. */
const PLACE = new URL('../../data/', import.meta.url)

/** A ConfigError with every problem of the metrics when they are wrong; else the error as it is. */
export async function explainedByDefinitions(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !`${error.message}\n${error.stack}`.includes(PLACE.pathname))
    return error
  // Loaded only now: who meets no such error needs none of it.
  const { checkDefinitions } = await import('./metrics.ts')
  const { pipeline, section } = await checkDefinitions()
  if (pipeline !== undefined) return error
  return new ConfigError(section.findings, `Metrics are wrong; ${WINDROW} check tells more`)
}
