import { expect, test } from 'vitest'
import { windowsStatus } from './windows.ts'

const window = (startMs: number, isClosed: boolean) => ({
  startMs,
  endMs: startMs + 10,
  isClosed,
  groupCount: startMs,
})

test('windows that are closed and kept for corrections were counted as open', () => {
  expect(windowsStatus([window(10, true), window(30, false), window(20, false)])).toEqual({
    openWindows: 2,
    correctableWindows: 1,
    next: { startEpochMs: 20, endEpochMs: 30, groups: 20 },
  })
  expect(windowsStatus([window(10, true)])).toEqual({ openWindows: 0, correctableWindows: 1 })
})
