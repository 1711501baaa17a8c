// Who the users are: one row per user, as the batch loader keeps them and as the streaming job looks them up.

export const GENDERS = ['F', 'M', 'X'] as const
export const AGE_GROUPS = ['18-24', '25-34', '35-44', '45-54', '55-64', '65+'] as const

export type Gender = (typeof GENDERS)[number]
export type AgeGroup = (typeof AGE_GROUPS)[number]

/** A row of the table `demographics`; the header of a CSV file has these names. */
export interface Demographic {
  readonly user_id: string
  readonly gender: Gender
  /** Years, 18–120. */
  readonly age: number
  readonly age_group: AgeGroup
  /** ISO 3166 alpha-2. */
  readonly country: string
  readonly city: string
  readonly income_bracket: string
  /** `YYYY-MM-DD`. */
  readonly signup_date: string
  /** When the row last changed: ISO 8601 in UTC with milliseconds, `2026-01-31T12:00:00.000Z`. */
  readonly updated_at: string
}

export const DEMOGRAPHIC_COLUMNS = [
  'user_id',
  'gender',
  'age',
  'age_group',
  'country',
  'city',
  'income_bracket',
  'signup_date',
  'updated_at',
] as const satisfies readonly (keyof Demographic)[]

/** The age group of an age of 18 or more. */
export function ageGroupOf(age: number): AgeGroup {
  if (age >= 65) return '65+'
  if (age < 25) return '18-24'
  return AGE_GROUPS[Math.floor((age - 15) / 10)]
}

/** The id of the n-th simulated user: the loader makes these people, the producer sends their events. */
export const simulatedUserId = (n: number): string => `user-${String(n).padStart(6, '0')}`
