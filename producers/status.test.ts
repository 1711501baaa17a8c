import { describe, expect, it } from 'vitest'
import { fakeClock } from '../kit/fake-clock.ts'
import { silentLog } from '../kit/log.ts'
import { createRateMeter, group, showStatus, statusLine, totalLine } from './status.ts'

it('statusLine tells rate, total and what is wrong', () => {
  expect(statusLine({ sent: 45_100, rejected: 0, isWaiting: false }, 1249.6)).toBe(
    '1,250 events/s · 45,100 sent',
  )
  const counts = { sent: 7, rejected: 3, isWaiting: true, note: '41 % of the file' }
  expect(statusLine(counts, 0)).toBe(
    '0 events/s · 7 sent · 3 rejected · 41 % of the file · waiting for the event log',
  )
})

it('totalLine and group write numbers for people', () => {
  expect(totalLine(12_000, 2500)).toBe('12,000 events in 2.5s (4,800/s)')
  expect(totalLine(1, 0)).toBe('1 event in 0ms')
  expect([0, 999, 1000, 1_234_567, 0.5].map(group)).toEqual([
    '0',
    '999',
    '1,000',
    '1,234,567',
    '0.5',
  ])
})

it('the rate meter forgets what is more than some seconds ago', () => {
  const meter = createRateMeter()
  expect(meter.add(0, 0)).toBe(0)
  expect(meter.add(1000, 500)).toBe(500)
  for (let second = 2; second < 20; second++) meter.add(second * 1000, 500)
  expect(meter.add(20_000, 500)).toBe(0)
})

describe('showStatus', () => {
  it('clears its line on a terminal before a log line and at the end', () => {
    const written: string[] = []
    const terminal = { isTTY: true, columns: 80, write: (text: string) => written.push(text) }
    const status = showStatus(terminal, silentLog, fakeClock(), () => ({
      sent: 1,
      rejected: 0,
      isWaiting: false,
    }))
    status.log.warn('the store is away')
    expect(written).toEqual(['\r\x1b[2K'])
    status.stop()
    expect(written).toEqual(['\r\x1b[2K', '\r\x1b[2K'])
  })

  it('writes no control characters elsewhere', () => {
    const written: string[] = []
    const terminal = { write: (text: string) => written.push(text) }
    const status = showStatus(terminal, silentLog, fakeClock(), () => ({
      sent: 1,
      rejected: 0,
      isWaiting: false,
    }))
    status.log.warn('the store is away')
    status.stop()
    expect(written).toEqual([])
  })
})
