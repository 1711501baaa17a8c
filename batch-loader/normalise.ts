// Makes a demographic of a row of text, or tells everything that is wrong with it. Pure.
import {
  AGE_GROUPS,
  ageGroupOf,
  DEMOGRAPHIC_COLUMNS,
  type Demographic,
  GENDERS,
} from '../data/demographics.ts'
import { UNKNOWN } from '../data/point.ts'
import { parseTimeMs } from '../data/time.ts'
import { didYouMean, nearest } from '../kit/nearest.ts'
import { TEXT_MAX, UPDATED_AT_MS } from '../stores/demographics/limits.ts'
import { COUNTRY_CODES } from './countries.ts'

export type Column = (typeof DEMOGRAPHIC_COLUMNS)[number]
/** Values as they stand in the file; a column that the file does not have is absent. */
export type RawRow = Readonly<Partial<Record<Column, string>>>

export type Normalised =
  | { readonly person: Demographic }
  /** Each one "column: expected …, got …". */
  | { readonly problems: readonly string[] }

/** Columns that are worked out where a file has none, or no value. */
const DERIVED: readonly Column[] = ['age_group', 'updated_at']

/** What keeps a header from being one of demographics; none when it is fine. */
export function headerProblems(header: readonly string[]): string[] {
  const problems: string[] = []
  const twice = header.find((name, index) => header.indexOf(name) !== index)
  if (twice !== undefined) problems.push(`column "${twice}" is there twice`)
  const strangers = header.filter(
    (name) => !(DEMOGRAPHIC_COLUMNS as readonly string[]).includes(name),
  )
  for (const column of DEMOGRAPHIC_COLUMNS) {
    if (header.includes(column) || DERIVED.includes(column)) continue
    const near = nearest(column, strangers)
    problems.push(
      `column "${column}" is missing${near === undefined ? '' : `; is it the one named "${near}"?`}`,
    )
  }
  const only = header.length === 1 ? /[;\t|]/.exec(header[0])?.[0] : undefined
  if (only !== undefined)
    problems.push(`columns are separated by ${JSON.stringify(only)}: expected commas`)
  return problems
}

/** Values are trimmed, other than user_id, which is compared exactly. `now` is taken where updated_at has no value. */
export function normalise(row: RawRow, now: string): Normalised {
  const problems: string[] = []
  const bad = (column: Column, expected: string, hint = ''): undefined => {
    const got = row[column]
    problems.push(`${column}: expected ${expected}, got ${got ? show(got) : 'nothing'}${hint}`)
  }
  const value = (column: Column) => (row[column] ?? '').trim()
  const oneOf = <T extends string>(column: Column, allowed: readonly T[]): T | undefined => {
    const found = allowed.find((one) => one === value(column))
    return found ?? bad(column, `one of ${allowed.join(', ')}`)
  }
  const text = (column: keyof typeof TEXT_MAX, got: string) => {
    if (got.includes('\uFFFD')) bad(column, 'text in UTF-8')
    if (got.length > TEXT_MAX[column] && [...got].length > TEXT_MAX[column])
      bad(column, `at most ${TEXT_MAX[column]} characters`)
    return got
  }
  const userId = row.user_id ?? ''
  if (userId.trim() === '') bad('user_id', 'an id')
  else if (userId.includes('\0')) bad('user_id', 'text without NUL')
  text('user_id', userId)
  const gender = oneOf('gender', GENDERS)
  const age = /^\d{1,3}$/.test(value('age')) ? Number(value('age')) : Number.NaN
  const hasAge = age >= 18 && age <= 120
  if (!hasAge) bad('age', 'a whole number, 18 to 120')
  const given = value('age_group') === '' ? undefined : oneOf('age_group', AGE_GROUPS)
  if (hasAge && given !== undefined && given !== ageGroupOf(age))
    bad('age_group', `${ageGroupOf(age)} at the age of ${age}`)
  const country = value('country')
  if (!COUNTRY_CODES.has(country)) bad('country', 'an ISO 3166 alpha-2 code', countryHint(country))
  const city = text('city', value('city')) || UNKNOWN
  const income = text('income_bracket', value('income_bracket')) || UNKNOWN
  if (!isDate(value('signup_date'))) bad('signup_date', 'a date like 2024-01-31')
  const updatedAt = value('updated_at') === '' ? now : timeOf(value('updated_at'))
  if (updatedAt === undefined)
    bad('updated_at', 'a time with zone like 2026-01-31T12:00:00Z, 1970 to 2038')
  if (problems.length > 0 || gender === undefined || updatedAt === undefined) return { problems }
  return {
    person: {
      user_id: userId,
      gender,
      age,
      age_group: ageGroupOf(age),
      country,
      city,
      income_bracket: income,
      signup_date: value('signup_date'),
      updated_at: updatedAt,
    },
  }
}

function countryHint(got: string): string {
  if (got === 'UK') return didYouMean('UK', ['GB'])
  return COUNTRY_CODES.has(got.toUpperCase()) ? `; did you mean "${got.toUpperCase()}"?` : ''
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '1000') return false
  return !Number.isNaN(parseTimeMs(`${text}T00:00:00Z`))
}

function timeOf(text: string): string | undefined {
  const timeMs = parseTimeMs(text)
  const isHeld = timeMs >= UPDATED_AT_MS.min && timeMs <= UPDATED_AT_MS.max
  return isHeld ? new Date(timeMs).toISOString() : undefined
}

function show(value: string): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
