import { describe, expect, test } from 'vitest'
import { UnavailableError } from '../../kit/errors.ts'
import type { SetAside } from '../../stores/dead-letters/dead-letters.ts'
import { memorySetAside } from '../../stores/dead-letters/memory.ts'
import { Rejection } from '../decode/value.ts'
import { batchOf } from '../testing/events.ts'
import { SetAsideBuffer } from './set-aside.ts'

const rejected = (index: number) => ({
  index,
  rejection: new Rejection('range', 'quantity: expected 1 to 9, got 0', 'quantity'),
})

function newBuffer() {
  const deadLetters = memorySetAside()
  const lateEvents = memorySetAside()
  return { deadLetters, lateEvents, buffer: new SetAsideBuffer('shop', deadLetters, lateEvents) }
}

describe('records set aside', () => {
  test('keep place, reason and bytes, dead letters and late ones apart', async () => {
    const { buffer, deadLetters, lateEvents } = newBuffer()
    const batch = batchOf(['first', 'second', null], 2, 100)
    buffer.add(batch, { rejected: [rejected(1)], late: [{ index: 2, lateByMs: 30 }] })
    expect(deadLetters.records.size).toBe(0)
    await buffer.write(buffer.take())
    expect([...deadLetters.records.values()]).toEqual([
      {
        reason: 'range',
        field: 'quantity',
        detail: 'quantity: expected 1 to 9, got 0',
        topic: 'shop',
        partition: 2,
        offset: 101,
        value: new TextEncoder().encode('second'),
      },
    ])
    expect([...lateEvents.records.values()]).toMatchObject([
      {
        reason: 'late',
        detail: 'its window closed 30 ms before it',
        lateByMs: 30,
        offset: 102,
        value: null,
      },
    ])
  })

  test('outlive the batch they came in', async () => {
    const { buffer, deadLetters } = newBuffer()
    const batch = batchOf(['bytes'])
    buffer.add(batch, { rejected: [rejected(0)], late: [] })
    batch.bytes.fill(0)
    await buffer.write(buffer.take())
    expect(String(Buffer.from(deadLetters.records.get('shop/0/0')?.value ?? []))).toBe('bytes')
  })

  test('are kept while a store is away, and written once', async () => {
    const written: SetAside[][] = []
    let isAway = true
    const store = {
      append: async (records: readonly SetAside[]) => {
        if (isAway) throw new UnavailableError('away')
        written.push([...records])
      },
      close: async () => {},
    }
    const buffer = new SetAsideBuffer('shop', store, store)
    buffer.add(batchOf(['a', 'b']), { rejected: [rejected(0)], late: [{ index: 1, lateByMs: 1 }] })
    const taken = buffer.take()
    await expect(buffer.write(taken)).rejects.toThrow('away')
    isAway = false
    await buffer.write(taken)
    await buffer.write(buffer.take())
    expect(written.map((records) => records.map(({ offset }) => offset))).toEqual([[0], [1]])
  })

  test('are enough to be written when they are many or large', async () => {
    const many = newBuffer().buffer
    const batch = batchOf(Array.from({ length: 5_001 }, () => 'x'))
    many.add(batch, { rejected: [...Array(5_000).keys()].map(rejected), late: [] })
    expect(many.isFull).toBe(false)
    many.add(batch, { rejected: [rejected(5_000)], late: [] })
    expect(many.isFull).toBe(true)
    many.take()
    expect(many.isFull).toBe(false)

    const large = newBuffer().buffer
    large.add(batchOf(['x'.repeat(5 << 20)]), { rejected: [rejected(0)], late: [] })
    expect(large.isFull).toBe(true)
  })
})
