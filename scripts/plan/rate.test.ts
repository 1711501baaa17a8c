import { expect, test } from 'vitest'
import { smallShop } from '../../data/ecommerce/small-shop.ts'
import type { RecordBatch } from '../../stores/event-log/event-log.ts'
import { batchOf, click, JOB_OPTIONS, NOW_MS } from '../../streaming/testing/events.ts'
import { CONFIG } from '../../streaming/testing/run-turns.ts'
import { measuredRate } from './rate.ts'

const BATCH_RECORDS = 5_000
const events = Array.from({ length: BATCH_RECORDS }, (_, index) => click(index))

/** Batches that take a second each, by the clock that is told; the first takes an hour. */
function measured(count: number) {
  let nowMs = 0
  async function* batches(): AsyncGenerator<RecordBatch> {
    for (let made = 0; made < count; made++) {
      nowMs += made === 0 ? 3_600_000 : 1_000
      yield batchOf(events)
    }
  }
  return measuredRate({
    ...{ pipeline: smallShop, metrics: smallShop.metrics },
    config: { ...CONFIG, ...JOB_OPTIONS },
    ...{ batches: batches(), monotonicMs: () => nowMs, nowMs: NOW_MS },
  })
}

test('the rate is that of the second half: how long the first record is waited for is not in it', async () => {
  expect(await measured(8)).toEqual({ perSecond: 5_000, records: 20_000 })
})

test('nothing is told of too few records', async () => {
  expect(await measured(3)).toBeUndefined()
  expect(await measured(0)).toBeUndefined()
})
