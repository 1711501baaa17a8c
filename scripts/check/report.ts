// What `windrow check` found: sections, what is wrong in each, and the exit code that follows.
import { ConfigError, type Problem, RefusedError, UnavailableError } from '../../kit/errors.ts'
import { EXIT } from '../../kit/exit-codes.ts'
import { masked } from '../../kit/secrets.ts'

/** `unavailable`: a store did not answer, so that nobody knows. */
export type Level = 'error' | 'unavailable' | 'warning'

export interface Finding extends Problem {
  readonly level: Level
}

export interface Section {
  readonly name: string
  /** What was looked at, or how it is. */
  readonly summary: string
  readonly findings: readonly Finding[]
}

/** A problem repeats what it got, which may hold a secret in the wrong place. */
export const errors = (problems: readonly Problem[]): Finding[] =>
  problems.map(({ where, what }) => ({ level: 'error', where, what: masked(what) }))

const VARIABLE = /\b(?:KAFKA|MYSQL|INFLUX|WINDROW)_[A-Z_]+\b/

/** What an error that a store threw says. `otherwise`: where it is, when it names no variable. */
export function findingsOf(otherwise: string, error: unknown): Finding[] {
  const where = VARIABLE.exec((error as Error).message)?.[0] ?? otherwise
  if (error instanceof ConfigError) return errors(error.problems)
  if (error instanceof UnavailableError)
    return [{ level: 'unavailable', where, what: error.message }]
  if (error instanceof RefusedError) return errors([{ where, what: error.message }])
  // A store's own words, for what our adapters have none.
  return errors([{ where, what: error instanceof Error ? error.message : String(error) }])
}

/** The section of configuration decides: with it wrong nothing else is as it will be. */
export function exitCodeOf(configuration: Section, others: readonly Section[]): number {
  const has = (level: Level, sections: readonly Section[]) =>
    sections.some(({ findings }) => findings.some((one) => one.level === level))
  if (has('error', [configuration])) return EXIT.usage
  if (has('error', others)) return EXIT.failed
  return has('unavailable', others) ? EXIT.unavailable : EXIT.ok
}
