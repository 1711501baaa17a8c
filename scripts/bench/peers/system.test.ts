import { describe, expect, test } from 'vitest'
import { checkOutcome, outcomeOf } from './system.ts'

const outcome = { events: 10, counted: 7, late: 2, open: 1, steady: { events: 5, ms: 2, cpuS: 1 } }

describe('what a program answers', () => {
  test('is its last line', () => {
    expect(outcomeOf(`some words\n${JSON.stringify(outcome)}\n`)).toEqual(outcome)
  })

  test('without a number is refused', () => {
    expect(() => outcomeOf('{"events":10}')).toThrow('counted')
  })

  test('must account for every event', () => {
    expect(() => checkOutcome({ events: 10 }, outcome)).not.toThrow()
    expect(() => checkOutcome({ events: 10 }, { ...outcome, counted: 6 })).toThrow(
      'expected 10 events = counted + late + open, got 10 read, 6 + 2 + 1 = 9',
    )
    expect(() => checkOutcome({ events: 11 }, { ...outcome, counted: 8 })).toThrow('got 10 read')
  })
})
