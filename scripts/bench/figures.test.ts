import { expect, test } from 'vitest'
import { type Figure, isReached, ratios, summary, verdict } from './figures.ts'

const figure = (values: readonly number[], goal?: Figure['goal']): Figure => ({
  name: 'a.b',
  what: 'something',
  unit: 'ratio',
  values,
  ...(goal && { goal }),
})

test.each([
  [[3, 1, 2], { min: 1, median: 2, max: 3 }],
  [[4, 1, 2, 3], { min: 1, median: 2.5, max: 4 }],
  [[7], { min: 7, median: 7, max: 7 }],
])('of %j: minimum, median and maximum', (values, expected) => {
  expect(summary(values)).toEqual(expected)
})

test('ratios are taken run by run, so that a slow minute meets both', () => {
  expect(ratios([10, 20], [20, 40])).toEqual([0.5, 0.5])
})

test.each<[Figure, boolean | undefined, string]>([
  [figure([1, 2, 9], { atMost: 2 }), true, 'reached'],
  [figure([1, 2.2, 9], { atMost: 2 }), false, 'missed by 10 %'],
  [figure([1, 1.98, 9], { atLeast: 2 }), false, 'missed by 1.0 %'],
  [figure([3], { atLeast: 2 }), true, 'reached'],
  [figure([3]), undefined, ''],
])('the median is judged: %j', (given, reached, words) => {
  expect(isReached(given)).toBe(reached)
  expect(verdict(given)).toBe(words)
})
