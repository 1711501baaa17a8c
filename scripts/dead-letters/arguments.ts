// The arguments of `windrow dead-letters` and `windrow late`, checked: what to look for, or every problem at once.
import type { Checked } from '../../kit/config.ts'
import { didYouMean } from '../../kit/nearest.ts'
import type { Place } from '../../stores/dead-letters/dead-letters.ts'
import { REJECT_REASONS } from '../../streaming/decode/value.ts'

/** As they came from the command line; each command has some of them. */
export interface Flags {
  readonly late?: boolean
  readonly reason?: string
  readonly limit?: string
  readonly json?: boolean
  readonly raw?: boolean
  readonly again?: boolean
  readonly dryRun?: boolean
}

/** What is looked after: dead letters or, with `--late`, late events. */
export interface Kind {
  readonly table: 'dead_letters' | 'late_events'
  readonly one: string
  readonly many: string
  /** The flag that chooses it, as it stands in commands we tell people of. */
  readonly flag: string
  /** Reasons its records may have. */
  readonly reasons: readonly string[]
}

const DEAD_LETTERS: Kind = {
  table: 'dead_letters',
  one: 'dead letter',
  many: 'dead letters',
  flag: '',
  reasons: [...REJECT_REASONS].sort(),
}
export const LATE_EVENTS: Kind = {
  table: 'late_events',
  one: 'late event',
  many: 'late events',
  flag: ' --late',
  reasons: ['late'],
}

/** Those of dead letters, for `--help`. */
export const REASONS = DEAD_LETTERS.reasons

export const kindOf = ({ late }: Flags): Kind => (late === true ? LATE_EVENTS : DEAD_LETTERS)

/** A place as `list` shows it: partition/offset; with the topic before it, too. */
export function checkPlace(text: string, topic: string): Checked<Place> {
  const match = /^(?:(.+)\/)?(\d{1,9})\/(\d{1,15})$/.exec(text)
  if (match === null)
    return problem('place', `expected partition/offset, like 0/1234, got "${text}"`)
  const [, named = topic, partition, offset] = match
  if (named !== topic)
    return problem('place', `expected one of ${topic} (KAFKA_EVENTS_TOPIC), got "${text}"`)
  return { value: { topic, partition: Number(partition), offset: Number(offset) }, problems: [] }
}

/** Absent: any. */
export function checkReason({ reason }: Flags, kind: Kind): Checked<string | undefined> {
  if (reason === undefined || kind.reasons.includes(reason)) return { value: reason, problems: [] }
  const hint = didYouMean(reason, kind.reasons)
  return problem('--reason', `"${reason}" is no reason of ${kind.many}${hint}`)
}

/** Absent: `usual`. 0: undefined. */
export function checkLimit({ limit: text }: Flags, usual: number): Checked<number | undefined> {
  const limit = text === undefined ? usual : Number(text)
  if (!Number.isInteger(limit) || limit < 0 || text?.trim() === '')
    return problem('--limit', `expected a whole number, got "${text}"`)
  return { value: limit === 0 ? undefined : limit, problems: [] }
}

const problem = (where: string, what: string): Checked<never> => ({ problems: [{ where, what }] })
