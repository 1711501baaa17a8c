import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { measurementOf } from '../../data/definitions/metric.ts'
import { conversionBySegment as metric } from '../../data/ecommerce/conversion-by-segment.ts'
import type { Point } from '../../data/point.ts'
import { csv, json, table } from './format.ts'

const measurement = measurementOf(metric)
const point = (gender: string, fields: Point['fields']): Point => ({
  measurement: metric.name,
  tags: { gender, age_group: '65+' },
  fields,
  timeMs: Date.UTC(2026, 0, 31, 12),
})
const points = [
  point('F', { clicks: 200, purchases: 5, conversion: 0.025 }),
  point('X', { clicks: 0, purchases: 1 }),
]
const text = (pieces: Iterable<string>) => [...pieces].join('')

test('csv: a header, the whole time, absent fields empty', () => {
  expect(text(csv(points, measurement))).toBe(
    'time,gender,age_group,clicks,purchases,conversion\n' +
      '2026-01-31T12:00:00.000Z,F,65+,200,5,0.025\n' +
      '2026-01-31T12:00:00.000Z,X,65+,0,1,\n',
  )
})

test('csv: any tag is read back by another program', () => {
  const tags = ['a,b', '"q"', 'two\nlines', 'carriage\rreturn', ' leads', 'trails ', 'a;b', '']
  const written = text(
    csv(
      tags.map((tag) => point(tag, { clicks: 1 })),
      measurement,
    ),
  )
  const rows = parse(written, { columns: true }) as { gender: string }[]
  expect(rows.map((row) => row.gender)).toEqual(tags)
})

test('csv: without points only the header', () => {
  expect(text(csv([], measurement))).toBe('time,gender,age_group,clicks,purchases,conversion\n')
})

test('json: an array of flat objects, absent fields absent', () => {
  expect(JSON.parse(text(json(points, measurement)))).toEqual([
    {
      time: '2026-01-31T12:00:00.000Z',
      gender: 'F',
      age_group: '65+',
      clicks: 200,
      purchases: 5,
      conversion: 0.025,
    },
    { time: '2026-01-31T12:00:00.000Z', gender: 'X', age_group: '65+', clicks: 0, purchases: 1 },
  ])
  expect(JSON.parse(text(json([], measurement)))).toEqual([])
})

test('table: columns aligned, numbers to the right, nothing that moves the cursor', () => {
  const rows = [
    ...points,
    point('\u001b[2J\n', { clicks: 12_345, purchases: 1, conversion: 1 / 12_345 }),
  ]
  expect(text(table(rows, measurement, metric))).toBe(
    [
      'time                  gender       age_group  clicks  purchases  conversion',
      '────────────────────  ───────────  ─────────  ──────  ─────────  ──────────',
      '2026-01-31T12:00:00Z  F            65+           200          5      0.0250',
      '2026-01-31T12:00:00Z  X            65+             0          1           –',
      '2026-01-31T12:00:00Z  \\u001b[2J\\n  65+         12345          1      0.0001',
      '',
    ].join('\n'),
  )
})

test('windows that are still open are marked in every format', () => {
  const marked = points.map((one, n) => ({ ...one, final: n === 0 }))
  expect(text(csv(marked, measurement))).toMatch(/conversion,final\n.*,0.025,true\n.*,1,,false\n$/)
  expect(JSON.parse(text(json(marked, measurement)))).toMatchObject([
    { final: true },
    { final: false },
  ])
  expect(text(table(marked, measurement, metric))).toMatch(/0\.0250 +yes\n.*– {2}no, open\n$/)
})

test('the corrections of a point, no value of its metric, were a crash of the table', () => {
  const corrected = measurementOf({ ...metric, allowedLatenessMs: 60_000 })
  const late = point('F', { clicks: 2, purchases: 1, conversion: 0.5, revision: 3 })
  expect(text(table([late], corrected, metric))).toMatch(/revision\n.* 3\n$/s)
})
