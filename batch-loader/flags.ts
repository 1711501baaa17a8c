// The command line of `windrow seed`: its flags, their values checked, and its help.

import { createCommand } from '../kit/command.ts'
import { type Checked, checkFlags } from '../kit/config.ts'
import { z } from '../kit/zod.cjs'

export const DEFAULT_USERS = 10_000
export const DEFAULT_SEED = 42

const whole = (least: number, most: number) =>
  z
    .string()
    .refine(
      (text) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most,
      `expected a whole number, ${least} to ${most}`,
    )
    .transform(Number)

const schema = z.object({
  users: whole(1, 100_000_000).optional(),
  seed: whole(0, Number.MAX_SAFE_INTEGER).optional(),
  file: z.string().min(1, 'expected a file').optional(),
})

export type Work =
  | { readonly kind: 'simulated'; readonly users: number; readonly seed: number }
  | { readonly kind: 'file'; readonly file: string }

const EXAMPLES = `
Examples:
  10,000 simulated people, those of \`windrow produce\`
      windrow seed
  a hundred thousand others
      windrow seed --users 100000 --seed 7
  people of your own
      windrow seed --file demographics.csv.gz

A CSV file has a header with these columns, in any order; others are ignored:
  user_id         compared exactly: case, accents and spaces count
  gender          F, M or X
  age             18 to 120
  age_group       18-24, 25-34, 35-44, 45-54, 55-64 or 65+; may be left out: made from age
  country         ISO 3166 alpha-2, like DE
  city, income_bracket    text; empty is kept as "unknown"
  signup_date     like 2024-01-31
  updated_at      like 2026-01-31T12:00:00Z; may be left out: the time of loading

Rows that are there already are updated; of equal ids the last one counts. Simulated people are the same for the same seed;
only updated_at is the time of loading, so that a running job notices them.
Rejected rows are told by line and left out; more than 20 are all written to WINDROW_DATA/rejected.
Exit code: 0 loaded, also when some rows were rejected; 1 nothing or not all could be read or written; 2 wrong usage or
header; 130 stopped by Ctrl-C. Where people go: MYSQL_HOST, see .env.example; without it into a SQLite file in WINDROW_DATA.`

export function flagsCommand() {
  return createCommand('seed')
    .description('Loads demographics: simulated people, or those of a CSV file (also .gz).')
    .option('--users <n>', `how many simulated people (default: ${DEFAULT_USERS})`)
    .option('--seed <n>', `the same seed gives the same people (default: ${DEFAULT_SEED})`)
    .option('--file <file>', 'load this CSV file, plain or gzip, instead')
    .option('--json', 'what was loaded, as an object')
    .addHelpText('after', EXAMPLES)
}

/** What the flags ask for, checked. */
export function workOf(flags: Readonly<Record<string, unknown>>): Checked<Work> {
  const checked = checkFlags(flags, schema)
  if (!('value' in checked)) return checked
  const { users, seed, file } = checked.value
  if (file === undefined)
    return {
      value: { kind: 'simulated', users: users ?? DEFAULT_USERS, seed: seed ?? DEFAULT_SEED },
      problems: [],
    }
  const problems = Object.entries({ users, seed }).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [{ where: `--${name}`, what: 'is for simulated people and means nothing with --file' }],
  )
  return problems.length > 0 ? { problems } : { value: { kind: 'file', file }, problems: [] }
}
