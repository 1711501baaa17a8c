import { expect, test } from 'vitest'
import { stillOpen } from './open-points.ts'

const at = (timeMs: number) => ({ measurement: 'm', tags: {}, fields: { n: 1 }, timeMs })

test('a window that was final, or before one that is, is not open any more', () => {
  const open = [0, 10, 20, 30].map(at)
  expect(stillOpen(open, [at(10), at(0)])).toEqual([at(20), at(30)])
  expect(stillOpen(open, [])).toEqual(open)
  expect(stillOpen([], [at(10)])).toEqual([])
})
