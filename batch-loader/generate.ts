// Simulated people: person n of a seed is always the same, apart from `updated_at`, which is when the row is written.
// Were that fixed by the seed too, a running job would never notice that people were loaded anew with another seed.
import { ageGroupOf, type Demographic, type Gender, simulatedUserId } from '../data/demographics.ts'
import { PLACES } from './places.ts'
import { byWeight, randomOf } from './random.ts'

const DAY_MS = 86_400_000
/** People signed up in the years before this day, which is fixed so that the same seed gives the same dates. */
const LAST_SIGNUP_MS = Date.UTC(2025, 11, 31)
const SIGNUP_DAYS = 8 * 365
/** By days before the last one. */
const SIGNUP_DATES = Array.from({ length: SIGNUP_DAYS }, (_, days) =>
  new Date(LAST_SIGNUP_MS - days * DAY_MS).toISOString().slice(0, 10),
)

const pickGender = byWeight<Gender>([
  ['F', 49],
  ['M', 49],
  ['X', 2],
])
/** First and last age of a band, and how many people are in it. */
const pickAges = byWeight<readonly [number, number]>([
  [[18, 24], 16],
  [[25, 34], 26],
  [[35, 44], 21],
  [[45, 54], 16],
  [[55, 64], 12],
  [[65, 74], 6],
  [[75, 90], 3],
])
const pickPlace = byWeight(PLACES.map((place) => [place, place.weight] as const))
const INCOMES = ['0-25k', '25k-50k', '50k-75k', '75k-100k', '100k-150k', '150k+'] as const

/** Person `n` of `seed`. `updatedAt` is ISO 8601 in UTC with milliseconds. */
export function personOf(seed: number, n: number, updatedAt: string): Demographic {
  const random = randomOf(seed, n)
  const gender = pickGender(random())
  const [youngest, oldest] = pickAges(random())
  const age = youngest + Math.floor(random() * (oldest - youngest + 1))
  const { country, cities } = pickPlace(random())
  // Squared: cities at the front of the list are larger.
  const city = cities[Math.floor(random() ** 2 * cities.length)]
  return {
    user_id: simulatedUserId(n),
    gender,
    age,
    age_group: ageGroupOf(age),
    country,
    city,
    income_bracket: incomeOf(age, random() + random()),
    signup_date: signupOf(age, random()),
    updated_at: updatedAt,
  }
}

/** Incomes rise until fifty and fall a little after; `sum` of two random numbers makes the middle likely. */
function incomeOf(age: number, sum: number): string {
  const career = age < 50 ? (age - 18) / 32 : 1 - (age - 50) / 80
  const level = Math.floor((sum / 2) * 4.5 + career * 1.5)
  return INCOMES[Math.min(Math.max(level, 0), INCOMES.length - 1)]
}

/** Recent days more often than early ones, and nobody before the age of 18. */
function signupOf(age: number, unit: number): string {
  const days = Math.min(SIGNUP_DAYS, (age - 17) * 365)
  return SIGNUP_DATES[Math.floor(unit ** 1.5 * days)]
}
