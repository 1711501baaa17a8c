// What can go wrong, told so that the reader knows who must act. A bug stays an ordinary Error and crashes. Messages hold
// no known secret.
import { masked } from './secrets.ts'

/** One thing wrong with configuration: where it stands, what was expected, what was got. */
export interface Problem {
  /** File and line, environment variable or flag, e.g. `streaming.yaml:4`, `MYSQL_PORT`, `--rate`. */
  readonly where: string
  /** One sentence: what was expected and what was got. Never contains a secret. */
  readonly what: string
}

/** Wrong configuration: the program does not start; every problem is told at once. Exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly Problem[]

  /** `about`: what is wrong, where that is not the configuration. */
  constructor(problems: readonly Problem[], about = 'The configuration is invalid') {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
    const lines = problems.map((problem) => `  • ${problem.where}: ${problem.what}`)
    super(masked(`${about} (${count}):\n${lines.join('\n')}`))
    this.problems = problems
  }
}

/** An outside store refused in a way that waiting does not mend (wrong token, no such organisation). Exit code 1. */
export class RefusedError extends Error {
  override readonly name: string = 'RefusedError'

  constructor(message: string, options?: ErrorOptions) {
    super(masked(message), options)
  }
}

/** An outside store cannot be reached or is busy: callers wait with backoff and go on. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
  /** How long the store asked us to wait; 0 when it did not say. */
  readonly retryAfterMs: number
  /** Which store: "InfluxDB at http://127.0.0.1:8086". What is said of waiting is kept apart by it. */
  readonly store: string | undefined
  /** `unreachable`: it did not answer; `busy`: it answered, and asks for patience. */
  readonly reason: 'unreachable' | 'busy'

  constructor(message: string, options: UnavailableOptions = {}) {
    super(masked(message), options.cause === undefined ? undefined : { cause: options.cause })
    this.retryAfterMs = options.retryAfterMs ?? 0
    this.store = options.store
    this.reason = options.reason ?? 'unreachable'
  }
}

export interface UnavailableOptions {
  readonly cause?: unknown
  readonly retryAfterMs?: number
  readonly store?: string
  readonly reason?: 'unreachable' | 'busy'
}

/** Another instance of the same job took over: this one must write nothing any more. Waiting does not help. */
export class LostLeaseError extends Error {
  override readonly name = 'LostLeaseError'
}

/** The innermost message of a chain of causes: "connect ECONNREFUSED 127.0.0.1:9092". */
export function rootCause(error: unknown): string {
  let current: unknown = error
  while (current instanceof Error && current.cause !== undefined) current = current.cause
  if (current instanceof AggregateError && current.errors.length > 0)
    return rootCause(current.errors[0])
  return current instanceof Error ? current.message || current.name : String(current)
}
