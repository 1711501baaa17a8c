import { expect, test } from 'vitest'
import { atOnce } from './job-lane.ts'
import { cpuUsOf, rateOf } from './table.ts'

test('the rate of programs that run at once is the sum of theirs', async () => {
  const lane = (ms: number, cpuS: number) => async () => ({
    ...{ events: 100, workingMs: ms, cpuS, peakMiB: 10 },
    steady: { events: 60, ms: ms / 2, cpuS: cpuS / 2 },
  })
  const lanes = [lane(100, 3), lane(200, 1)]
  const both = await atOnce(lanes)()
  const [a, b] = await Promise.all(lanes.map((run) => run()))
  expect(rateOf(both)).toBeCloseTo(rateOf(a) + rateOf(b))
  expect(cpuUsOf(both)).toBeCloseTo((cpuUsOf(a) + cpuUsOf(b)) / 2)
  expect(both).toMatchObject({ events: 200, cpuS: 4, peakMiB: 20 })
  expect((both.events * 1000) / both.workingMs).toBeCloseTo(1500)
})
