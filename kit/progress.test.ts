import { describe, expect, it } from 'vitest'
import { fakeClock } from './fake-clock.ts'
import { silentLog } from './log.ts'
import { createRateMeter, group, progressLine, showProgress, timeLeftMs } from './progress.ts'
import { hasColours } from './terminal.ts'

describe('the line', () => {
  it('tells share, total, rate, time left and notes, and nothing that is not known', () => {
    const standing = { done: 45_100, fraction: 0.439, notes: ['3 rejected', ''] }
    expect(progressLine(standing, 'events', 1249.6, 61_400)).toBe(
      '43 % · 45,100 events · 1,250/s · 1m 2s left · 3 rejected',
    )
    expect(progressLine({ done: 7 }, 'people', 0, undefined)).toBe('7 people · 0/s')
  })

  it('says how long it takes once it knows: what is left as fast as what was done', () => {
    expect(timeLeftMs(0, 0.25, 10_000)).toBe(30_000)
    expect(timeLeftMs(0.5, 0.75, 10_000)).toBe(10_000)
    expect(timeLeftMs(0, 0, 10_000)).toBeUndefined()
    expect(timeLeftMs(0, 0.5, 10)).toBeUndefined()
    expect(timeLeftMs(undefined, undefined, 10_000)).toBeUndefined()
  })
})

it('numbers are written for people', () => {
  expect([0, 999, 1000, 1_234_567, 0.5].map(group)).toEqual([
    ...['0', '999', '1,000', '1,234,567', '0.5'],
  ])
})

it('the rate meter forgets what is more than some seconds ago', () => {
  const meter = createRateMeter()
  expect(meter.add(0, 0)).toBe(0)
  expect(meter.add(1000, 500)).toBe(500)
  for (let second = 2; second < 20; second++) meter.add(second * 1000, 500)
  expect(meter.add(20_000, 500)).toBe(0)
})

describe('progress', () => {
  const shown = (terminal: { isTTY?: boolean; columns?: number }) => {
    const written: string[] = []
    const clock = fakeClock()
    const log = { ...silentLog, info: (line: string) => void written.push(`log: ${line}`) }
    const progress = showProgress(
      {
        ...{ log, clock, unit: 'events' },
        terminal: { ...terminal, write: (text: string) => written.push(text) },
      },
      () => ({ done: 10, fraction: 0.5 }),
    )
    return { written, clock, progress }
  }
  const CLEARED = '\r\x1b[2K'

  it('on a terminal is a bar in one line, cleared before a log line and at the end', () => {
    const { written, clock, progress } = shown({ isTTY: true, columns: 80 })
    clock.moveMs(200)
    progress.refresh()
    progress.log.warn('the store is away')
    progress.stop()
    expect(written).toEqual([
      `${CLEARED}████████████░░░░░░░░░░░░ 50 % · 10 events · 0/s`,
      CLEARED,
      CLEARED,
    ])
  })

  it('on a narrow terminal goes without its bar, and never over the edge', () => {
    const { written, clock, progress } = shown({ isTTY: true, columns: 20 })
    clock.moveMs(200)
    progress.refresh()
    progress.stop()
    expect(written[0]).toBe(`${CLEARED}50 % · 10 events · `)
  })

  it('leaves the terminal clean when the process is ended meanwhile', () => {
    const { written, progress } = shown({ isTTY: true, columns: 80 })
    const before = process.listenerCount('exit')
    const cleans = process.listeners('exit').at(-1) as () => void
    cleans()
    expect(written).toEqual([CLEARED])
    progress.stop()
    expect(process.listenerCount('exit')).toBe(before - 1)
  })

  it('elsewhere is a plain line every 5 s, without control characters', () => {
    const { written, clock, progress } = shown({})
    clock.moveMs(4_999)
    progress.refresh()
    expect(written).toEqual([])
    clock.moveMs(1)
    progress.refresh()
    progress.log.warn('the store is away')
    progress.stop()
    expect(written).toEqual(['log: 50 % · 10 events · 0/s'])
  })
})

it.each([
  [{ isTTY: true }, {}, true],
  [{}, {}, false],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { NO_COLOR: '' }, true],
  [{}, { FORCE_COLOR: '1' }, true],
  [{}, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  [{ isTTY: true }, { FORCE_COLOR: '0' }, false],
])('colours on %j with %j: %j', (stream, environment, expected) => {
  expect(hasColours(stream, environment)).toBe(expected)
})
