import { expect, it } from 'vitest'
import { ANSWER_BYTES_MAX, shareOf, waitFor } from './fetch-plan.ts'

it('few partitions are asked for much at once; what waits of any number stays in bounds', () => {
  expect([1, 2, 4, 8, 32].map((partitions) => shareOf(partitions) >> 10)).toEqual([
    4096, 4096, 2048, 1024, 512,
  ])
  expect(shareOf(0)).toBe(ANSWER_BYTES_MAX)
  for (const partitions of [1, 3, 16, 32]) {
    const waitingBytes = 2 * shareOf(partitions) * partitions + ANSWER_BYTES_MAX
    expect(waitingBytes).toBeLessThanOrEqual(36 << 20)
  }
})

it('a fetch waits longest where all is quiet, and hardly for others that are paused', () => {
  const [paused, streaming, quiet] = [
    waitFor(true, true),
    waitFor(false, false),
    waitFor(true, false),
  ]
  expect(paused.maxWaitTime).toBeLessThan(streaming.maxWaitTime)
  expect(streaming.maxWaitTime).toBeLessThan(quiet.maxWaitTime)
  expect(quiet.minBytes).toBe(1)
})
