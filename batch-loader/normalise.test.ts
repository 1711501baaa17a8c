import { describe, expect, it } from 'vitest'
import { headerProblems, normalise, type RawRow } from './normalise.ts'

const NOW = '2026-01-31T12:00:00.000Z'
const GOOD: RawRow = {
  user_id: 'u-1',
  gender: 'F',
  age: '30',
  age_group: '25-34',
  country: 'DE',
  city: 'Köln',
  income_bracket: '50k-75k',
  signup_date: '2024-02-29',
  updated_at: '2025-06-01T12:00:00+02:00',
}
const problemsOf = (change: RawRow): readonly string[] => {
  const result = normalise({ ...GOOD, ...change }, NOW)
  return 'problems' in result ? result.problems : []
}

describe('normalise', () => {
  it('makes a person, its time in UTC', () => {
    expect(normalise(GOOD, NOW)).toEqual({
      person: { ...GOOD, age: 30, updated_at: '2025-06-01T10:00:00.000Z' },
    })
  })

  it('derives age_group and updated_at where there are none', () => {
    const { age_group, updated_at, ...rest } = GOOD
    const person = { age_group: '25-34', updated_at: NOW }
    expect(normalise(rest, NOW)).toMatchObject({ person })
    expect(normalise({ ...rest, age_group: '', updated_at: ' ' }, NOW)).toMatchObject({ person })
  })

  it('trims values, but keeps an id exactly; an empty text is unknown', () => {
    const result = normalise({ ...GOOD, user_id: ' u-1 ', gender: ' F ', city: ' ' }, NOW)
    expect(result).toMatchObject({ person: { user_id: ' u-1 ', gender: 'F', city: 'unknown' } })
  })

  it.each<[RawRow, RegExp]>([
    [{ user_id: '' }, /^user_id: expected an id, got nothing$/],
    [{ user_id: 'x'.repeat(256) }, /^user_id: expected at most 255 characters/],
    [{ user_id: 'a\0b' }, /^user_id: expected text without NUL/],
    [{ user_id: 'a\uFFFD' }, /^user_id: expected text in UTF-8/],
    [{ gender: 'f' }, /^gender: expected one of F, M, X, got "f"$/],
    [{ age: '17' }, /^age: expected a whole number, 18 to 120, got "17"$/],
    [{ age: '121' }, /^age:/],
    [{ age: '30.5' }, /^age:/],
    [{ age: '1e2' }, /^age:/],
    [{ age: '' }, /^age: .* got nothing$/],
    [{ age_group: '35-44' }, /^age_group: expected 25-34 at the age of 30, got "35-44"$/],
    [{ age_group: '25–34' }, /^age_group: expected one of/],
    [
      { country: 'de' },
      /^country: expected an ISO 3166 alpha-2 code, got "de"; did you mean "DE"\?$/,
    ],
    [{ country: 'UK' }, /did you mean "GB"/],
    [{ country: 'XX' }, /^country:/],
    [{ city: 'x'.repeat(101) }, /^city: expected at most 100/],
    [{ signup_date: '2023-02-29' }, /^signup_date: expected a date like/],
    [{ signup_date: '31/01/2024' }, /^signup_date:/],
    [{ updated_at: '2025-06-01T12:00:00' }, /^updated_at: expected a time with zone/],
    [{ updated_at: '2039-01-01T00:00:00Z' }, /^updated_at: .*1970 to 2038/],
  ])('rejects %j', (change, problem) => {
    expect(problemsOf(change)).toEqual([expect.stringMatching(problem)])
  })

  it('counts characters, not code units', () => {
    expect(problemsOf({ user_id: '😀'.repeat(255) })).toEqual([])
  })

  it('tells all problems of a row at once', () => {
    expect(problemsOf({ gender: '?', age: '7', country: '', signup_date: 'x' })).toHaveLength(4)
  })
})

describe('a header', () => {
  const columns = Object.keys(GOOD)

  it('is fine in any order, with others, and without what can be derived', () => {
    expect(headerProblems([...columns.toReversed(), 'shoe_size'])).toEqual([])
    expect(headerProblems(columns.slice(0, -1).filter((name) => name !== 'age_group'))).toEqual([])
  })

  it('tells all that is missing at once, with the nearest name', () => {
    const wrong = columns
      .filter((name) => name !== 'city')
      .map((name) => (name === 'country' ? 'contry' : name))
    expect(headerProblems(wrong)).toEqual([
      'column "country" is missing; is it the one named "contry"?',
      'column "city" is missing',
    ])
  })

  it('tells a column twice, and another separator', () => {
    expect(headerProblems([...columns, 'age'])).toEqual(['column "age" is there twice'])
    expect(headerProblems([columns.join(';')])).toContain(
      'columns are separated by ";": expected commas',
    )
  })
})
