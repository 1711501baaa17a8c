import { expect, test } from 'vitest'
import { metric } from './testing/clicks.ts'
import { Unsettled } from './unsettled.ts'

const point = (timeMs: number, n: number) => ({
  measurement: 'clicks',
  tags: {},
  fields: { n },
  timeMs,
})

test('a point that is corrected is taken once, as it is in the end, when it can change no more', () => {
  const unsettled = new Unsettled([metric])
  unsettled.add([point(0, 1), point(10_000, 1)])
  unsettled.add([point(0, 2)])
  expect(unsettled.take(69_999)).toEqual([])
  unsettled.add([point(0, 3)])
  expect(unsettled.take(70_000)).toEqual([point(0, 3)])
  expect(unsettled.take(70_000)).toEqual([])
  expect(unsettled.take(Number.POSITIVE_INFINITY)).toEqual([point(10_000, 1)])
})
