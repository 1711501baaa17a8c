import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ageGroupOf } from '../data/demographics.ts'
import type { Clock } from '../kit/clock.ts'
import { COUNTRY_CODES } from './countries.ts'
import { personOf } from './generate.ts'
import { simulatedPeople } from './load.ts'
import { normalise, type RawRow } from './normalise.ts'
import { PLACES } from './places.ts'

const NOW = '2026-01-31T12:00:00.000Z'
const clock: Clock = { nowMs: () => Date.parse(NOW), monotonicMs: () => 0, sleep: async () => {} }
const seeds = fc.nat({ max: Number.MAX_SAFE_INTEGER })

async function people(users: number, seed: number, chunkRows: number) {
  const all = []
  for await (const chunk of simulatedPeople(users, seed, clock, chunkRows))
    all.push(...chunk.people)
  return all
}

describe('simulated people', () => {
  it('are the same for the same seed, whatever the chunks and how many there are', async () => {
    const whole = await people(700, 42, 700)
    expect(await people(700, 42, 33)).toEqual(whole)
    expect(await people(500, 42, 250)).toEqual(whole.slice(0, 500))
    expect(whole[0].user_id).toBe('user-000000')
    expect(new Set(whole.map((one) => one.user_id)).size).toBe(700)
  })

  it('never change from one version to the next', () => {
    expect(personOf(42, 7, NOW)).toMatchInlineSnapshot(`
      {
        "age": 61,
        "age_group": "55-64",
        "city": "Leipzig",
        "country": "DE",
        "gender": "M",
        "income_bracket": "50k-75k",
        "signup_date": "2020-03-06",
        "updated_at": "2026-01-31T12:00:00.000Z",
        "user_id": "user-000007",
      }
    `)
  })

  it('are others for another seed, also where only its high bits differ', () => {
    const of = (seed: number) =>
      Array.from({ length: 20 }, (_, n) => ({ ...personOf(seed, n, NOW), user_id: '' }))
    expect(of(43)).not.toEqual(of(42))
    expect(of(42 + 2 ** 32)).not.toEqual(of(42))
  })

  it('normalise to themselves', () => {
    fc.assert(
      fc.property(seeds, fc.nat({ max: 100_000_000 }), (seed, n) => {
        const person = personOf(seed, n, NOW)
        const row = Object.fromEntries(
          Object.entries(person).map(([column, value]) => [column, String(value)]),
        ) as RawRow
        expect(normalise(row, 'unused')).toEqual({ person })
      }),
    )
  })

  it('are like people: shares, cities of their country, nobody signed up before 18', () => {
    const all = Array.from({ length: 20_000 }, (_, n) => personOf(1, n, NOW))
    const share = (is: (person: (typeof all)[number]) => boolean) =>
      all.filter(is).length / all.length
    expect(share((one) => one.gender === 'F')).toBeCloseTo(0.49, 1)
    expect(share((one) => one.gender === 'X')).toBeCloseTo(0.02, 2)
    expect(share((one) => one.country === 'US')).toBeCloseTo(0.26, 1)
    expect(new Set(all.map((one) => one.age_group)).size).toBe(6)
    expect(new Set(all.map((one) => one.income_bracket)).size).toBe(6)
    const isPossible = (one: (typeof all)[number]) =>
      one.age_group === ageGroupOf(one.age) &&
      PLACES.find((place) => place.country === one.country)?.cities.includes(one.city) === true &&
      Number(one.signup_date.slice(0, 4)) >= 2025 - (one.age - 17)
    expect(all.filter((one) => !isPossible(one))).toEqual([])
  })

  it('live in countries that exist', () => {
    expect(COUNTRY_CODES.size).toBe(249)
    const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
    expect([...COUNTRY_CODES].filter((code) => names.of(code) === undefined)).toEqual([])
    expect(PLACES.filter(({ country }) => !COUNTRY_CODES.has(country))).toEqual([])
  })
})
