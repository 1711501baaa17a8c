import { expect, test } from 'vitest'
import { count, countNew, cumulative, hopping, sessions, tumbling } from './nodes.ts'
import { wholeFrom } from './whole-from.ts'

const of = { kind: 'field', name: 'user_id' } as const
const values = { n: count() }
const MIN_MS = 60_000

test('a point needs the events of its window, however much longer than a step that is', () => {
  expect(wholeFrom({ window: tumbling('1m'), values }, 90_000)).toBe(90_000)
  // The first that begins at or after 2 min ends with the step from 6 min on.
  expect(wholeFrom({ window: hopping('5m', { every: '1m' }), values }, 90_000)).toBe(6 * MIN_MS)
  expect(wholeFrom({ window: hopping('5m', { every: '1m' }), values }, 2 * MIN_MS)).toBe(6 * MIN_MS)
  expect(wholeFrom({ window: cumulative('1h', { every: '1m' }), values }, 90_000)).toBe(60 * MIN_MS)
})

test('what is new or silent is told from what was before', () => {
  const news = { n: countNew(of, { within: '10m' }) }
  expect(wholeFrom({ window: tumbling('1m'), values: news }, 90_000)).toBe(90_000 + 10 * MIN_MS)
  expect(wholeFrom({ window: tumbling('1m'), values, zerosForMs: MIN_MS }, 90_000)).toBe(150_000)
})

test('nothing is left out where no event is missing', () => {
  const window = sessions({ of, gap: '1m', every: '1m', measures: { pages: count() } })
  expect(wholeFrom({ window, values }, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY)
})
