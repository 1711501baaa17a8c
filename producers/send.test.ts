import { describe, expect, it } from 'vitest'
import { RefusedError, UnavailableError } from '../kit/errors.ts'
import { fakeClock } from '../kit/fake-clock.ts'
import { silentLog } from '../kit/log.ts'
import type { EventLogWriter, LogRecord } from '../stores/event-log/event-log.ts'
import { Sender } from './send.ts'
import { collectingWriter } from './testing.ts'

const record = (n: number, bytes = 10) => ({ key: `k${n}`, value: new Uint8Array(bytes).fill(n) })
const context = (signal = new AbortController().signal) => ({
  clock: fakeClock(),
  log: silentLog,
  signal,
})

describe('Sender', () => {
  it('sends everything once, in order', async () => {
    const writer = collectingWriter()
    const sender = new Sender(writer, context())
    for (let n = 0; n < 25_000; n++) if (sender.add(record(n))) await sender.flush()
    await sender.drain()
    expect(writer.records().map((one) => one.key)).toEqual(
      Array.from({ length: 25_000 }, (_, n) => `k${n}`),
    )
    expect(sender.sent).toBe(25_000)
    expect(writer.batches.length).toBeGreaterThan(1)
  })

  it('bounds a batch by bytes and by records', () => {
    const sender = new Sender(collectingWriter(), context())
    expect(sender.add(record(1, 1 << 21))).toBe(true)
    const other = new Sender(collectingWriter(), context())
    const answers = Array.from({ length: 10_000 }, (_, n) => other.add(record(n, 1)))
    expect(answers.indexOf(true)).toBe(9999)
  })

  it('has one batch on its way at most', async () => {
    let onItsWay = 0
    let most = 0
    const writer = collectingWriter(async () => {
      most = Math.max(most, ++onItsWay)
      await new Promise((resolve) => setImmediate(resolve))
      onItsWay--
    })
    const sender = new Sender(writer, context())
    for (let n = 0; n < 10; n++) {
      sender.add(record(n))
      await sender.flush()
    }
    await sender.drain()
    expect(most).toBe(1)
    expect(writer.records()).toHaveLength(10)
  })

  it('waits while the log cannot be reached, and loses nothing', async () => {
    let failures = 5
    const seen: boolean[] = []
    const writer = collectingWriter(() => {
      seen.push(sender.isWaiting)
      if (failures-- > 0) throw new UnavailableError('no broker at 127.0.0.1:1')
    })
    const sender = new Sender(writer, context())
    sender.add(record(1))
    sender.add(record(2))
    await sender.drain()
    expect(writer.records().map((one) => one.key)).toEqual(['k1', 'k2'])
    expect(seen).toEqual([false, true, true, true, true, true])
    expect(sender.isWaiting).toBe(false)
    expect(sender.unacknowledged).toBe(0)
  })

  it('gives up waiting once it is told to stop, and says how many were not acknowledged', async () => {
    const stop = new AbortController()
    let attempts = 0
    const writer = collectingWriter(() => {
      attempts++
      stop.abort()
      throw new UnavailableError('no broker')
    })
    const sender = new Sender(writer, context(stop.signal))
    sender.add(record(1))
    sender.add(record(2))
    await sender.drain()
    expect([sender.sent, sender.unacknowledged]).toEqual([0, 2])
    // Nothing is tried after it: it would be in the log without those before it.
    sender.add(record(3))
    await sender.drain()
    expect([sender.unacknowledged, attempts]).toEqual([3, 1])
  })

  it('tries the same batch again, which the log may have in part', async () => {
    const tried: (readonly LogRecord[])[] = []
    const writer: EventLogWriter = {
      append: async (records) => {
        tried.push(records)
        if (tried.length < 3) throw new UnavailableError('no broker')
      },
      close: async () => {},
    }
    const sender = new Sender(writer, context())
    sender.add(record(1))
    sender.add(record(2))
    await sender.flush()
    sender.add(record(3))
    await sender.drain()
    expect(tried[1]).toBe(tried[0])
    expect(tried[2]).toBe(tried[0])
    expect(tried.map((one) => one.length)).toEqual([2, 2, 2, 1])
  })

  it('passes on what waiting does not mend', async () => {
    const writer = collectingWriter(() => {
      throw new RefusedError('topic is read-only')
    })
    const sender = new Sender(writer, context())
    sender.add(record(1))
    await expect(sender.drain()).rejects.toThrow('topic is read-only')
  })
})
