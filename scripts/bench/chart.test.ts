import { expect, test } from 'vitest'
import { historyChart } from './chart.ts'
import type { Result } from './results.ts'

const result = (date: string, median: number, kind: Result['kind'] = 'quick'): Result => ({
  date,
  commit: 'abc<def',
  kind,
  cpu: 'A & B',
  cores: 2,
  node: 'v20.1.0',
  rounds: 5,
  figures: [
    {
      ...{ name: 'kafka.cpu', what: 'CPU', unit: 'ratio', goal: { atMost: 0.5 } },
      ...{ min: median - 0.1, median, max: median + 0.1, isReached: median <= 0.5 },
    },
  ],
})

test('runs are drawn from left to right, the last one told in words', () => {
  const svg = historyChart([
    result('2026-01-01T00:00:00.000Z', 0.9),
    result('2026-01-02T00:00:00.000Z', 0.4, 'full'),
  ])
  const marks = [...svg.matchAll(/<circle class="(\w+)" cx="([\d.]+)" cy="([\d.]+)"/g)]
  expect(marks.map(([, kind]) => kind)).toEqual(['quick', 'full'])
  expect(Number(marks[0][2])).toBeLessThan(Number(marks[1][2]))
  // A smaller value stands lower, further down the page.
  expect(Number(marks[0][3])).toBeLessThan(Number(marks[1][3]))
  expect(svg).toContain('0.40×')
  expect(svg).toContain('goal ≤ 0.50×, reached')
})

test('only what runs have has a panel, and text cannot break the picture', () => {
  const svg = historyChart([result('2026-01-01T00:00:00.000Z', 0.6)])
  expect(svg.match(/class="title"/g)).toHaveLength(1)
  expect(svg).toContain('A &#38; B')
  expect(svg).not.toContain('abc<def')
  expect(svg).toContain('missed')
})

test('without any run there is a picture all the same', () => {
  expect(historyChart([])).toMatch(/^<svg .*<\/svg>\n$/s)
})
