import { expect, test } from 'vitest'
import { parseTimeMs } from './time.ts'

const nowMs = Date.UTC(2026, 0, 31, 12)

test.each([
  ['now', nowMs],
  ['-1h', nowMs - 3_600_000],
  ['+10s', nowMs + 10_000],
  ['now-90m', nowMs - 5_400_000],
  ['2026-01-31', Date.UTC(2026, 0, 31)],
  ['2026-01-31T12:00', nowMs],
  ['2026-01-31 12:00:00', nowMs],
  ['2026-01-31T12:00:00.250Z', nowMs + 250],
  ['2026-01-31T13:00:00+01:00', nowMs],
])('%s', (text, ms) => {
  expect(parseTimeMs(text, nowMs)).toBe(ms)
})

test.each([
  '',
  'yesterday',
  '-1',
  '-h',
  'now1h',
  '2026',
  '31.01.2026',
  '2026-13-01',
  '2026-01-31T25:00Z',
])('"%s" is no time', (text) => {
  expect(parseTimeMs(text, nowMs)).toBeUndefined()
})
