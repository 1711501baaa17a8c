import { expect, it } from 'vitest'
import type { RecordBatch } from '../event-log.ts'
import { BatchQueue } from './queue.ts'

const batch = (partition: number, sizeBytes: number): RecordBatch => ({
  partition,
  count: 0,
  bytes: new Uint8Array(sizeBytes),
  starts: new Int32Array(0),
  ends: new Int32Array(0),
  offsets: new Float64Array(0),
  appendedMs: new Float64Array(0),
  nextOffset: 1,
})

it('a partition with enough waiting is full until half of it was taken; others are their own', () => {
  const queue = new BatchQueue(100)
  expect(queue.push(batch(0, 60))).toBe(false)
  expect(queue.push(batch(0, 60))).toBe(true)
  expect(queue.push(batch(1, 60))).toBe(false)
  expect(queue.take([0])?.bytes.length).toBe(60)
  expect(queue.isLow(0)).toBe(false)
  queue.take([0])
  expect(queue.isLow(0)).toBe(true)
  expect(queue.take([0])).toBeUndefined()
  expect(queue.take([0, 1])?.partition).toBe(1)
})
