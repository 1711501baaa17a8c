// The page's numbers as tables and CSV, names, order of a table, shades, and where keys lead.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FunnelPanel, PanelInfo } from './api.ts'
import { labelOf, nameOf } from './public/names.js'
import { biggestDrop, csvOf, numbersOf, stepsIn } from './public/numbers.js'
import { shadeOf } from './public/panels/heatmap.js'
import { sortedBy } from './public/panels/table.js'
import { stepTo } from './public/reading.js'
import { samplePipeline, sampleView } from './testing/sample-views.ts'

const infoOf = (id: string): PanelInfo => samplePipeline().panels.find((one) => one.id === id)!
const numbers = (id: string, compared = false) => {
  const panel = sampleView(compared).panels.find((one) => one.id === id)!
  return numbersOf(infoOf(id), panel, (fromMs) => `at ${fromMs}`)
}

describe('numbers of a panel', () => {
  it('over time: a row per bucket, a column per line, with the period before where it is drawn', () => {
    const { head, rows } = numbers('percentiles')
    expect(head).toEqual(['Time', 'P99', 'P95', 'P50'])
    expect(rows).toHaveLength(60)
    expect(rows[0][0]).toEqual({ text: 'at 1773482400000', value: '2026-03-14T10:00:00.000Z' })
    expect(rows[0][1]).toEqual({ text: '$100.00', value: 100 })
    const compared = numbers('percentiles', true).head
    expect(compared.slice(1, 3)).toEqual(['P99', 'P99, period before'])
  })

  it('of steps: shares of the first and of the step before', () => {
    const { head, rows } = numbers('funnel')
    expect(head.slice(0, 4)).toEqual(['Step', 'Number', 'Of the first', 'Of the step before'])
    expect(rows[2].slice(0, 4).map(({ text }) => text)).toEqual([
      'Carts',
      '8,104',
      '16.8%',
      '27.1%',
    ])
    expect(rows[0][3]).toEqual({ text: '–', value: null })
  })

  it('of hours: a row per day', () => {
    const { head, rows } = numbers('heat')
    expect([head.length, rows.length]).toEqual([25, 7])
    expect(rows[6][24]).toEqual({ text: '–', value: null })
  })

  it('of a table: a column per value, and its change where it is known', () => {
    expect(numbers('table').head).toEqual([
      'Category',
      ...['Revenue', 'Revenue, period before', 'Revenue, change'],
      ...['Orders', 'Orders, period before', 'Orders, change'],
      'Average order value',
    ])
  })
})

describe('CSV', () => {
  const row = (...values: (string | number | null)[]) =>
    values.map((value) => ({ text: '', value }))

  it('has all digits, quotes what needs it, and leaves out what is not there', () => {
    const rows = [row('a "b", c', 1234.5678901, null), row('two\nlines', -3, 0)]
    expect(csvOf({ head: ['name', 'x', 'y'], rows })).toBe(
      'name,x,y\r\n"a ""b"", c",1234.5678901,\r\n"two\nlines",-3,0\r\n',
    )
  })

  it('never gives a spreadsheet a formula that a stranger wrote', () => {
    const start = fc.constantFrom('=', '+', '-', '@', '\t', '\r')
    fc.assert(
      fc.property(start, fc.string(), (first, rest) => {
        const [, line] = csvOf({ head: ['name'], rows: [row(first + rest)] }).split(/^name\r\n/)
        expect(line.replace(/^"/, '')[0]).toBe("'")
      }),
    )
  })
})

describe('a funnel', () => {
  const funnel = (...steps: (number | null)[]) =>
    ({
      steps: steps.map((now, n) => ({ name: `${n}`, now, compared: null })),
    }) as unknown as FunnelPanel

  it('loses most where the least part goes on, not where most go', () => {
    expect(biggestDrop(funnel(1000, 500, 100, 90))).toBe(2)
  })

  it('without a first step, or that loses nobody, has no biggest drop', () => {
    expect(biggestDrop(funnel(0, 0, 0))).toBe(-1)
    expect(biggestDrop(funnel(5, 5, 7))).toBe(-1)
    expect(biggestDrop(funnel(null, null))).toBe(-1)
    expect(biggestDrop(funnel())).toBe(-1)
    expect(stepsIn(funnel(0, 0))[1]).toMatchObject({ ofFirst: null, ofBefore: null })
  })
})

describe('names', () => {
  it('of countries are words; other tags keep what they are', () => {
    expect(nameOf('country', 'DE')).toBe('Germany')
    expect(nameOf('ship_country', 'BR')).toBe('Brazil')
    expect(nameOf('country', 'unknown')).toBe('unknown')
    expect(nameOf('category', 'TV')).toBe('TV')
    expect(nameOf(null, 'DE')).toBe('DE')
  })

  it('of what was folded together tell how many', () => {
    const info = infoOf('ranking')
    expect(labelOf(info, info, { name: '', rest: 24 })).toBe('24 others')
    expect(labelOf(info, info, { name: '', rest: 1 })).toBe('1 other')
    expect(labelOf(info, { split: null }, { name: '' })).toBe('Revenue')
  })
})

describe('a sorted table', () => {
  it('has what is missing, and then the rest, last, in either direction', () => {
    const row = (label: string, now: number | null, rest = 0) => ({
      ...{ label, name: label, rest },
      cells: [{ now, compared: null }],
    })
    const rows = [row('b', null), row('others', 99, 3), row('a10', 5), row('a9', 7)]
    const order = (column: number, descending: boolean) =>
      sortedBy(rows, { column, descending }).map(({ label }) => label)
    expect(order(1, true)).toEqual(['a9', 'a10', 'b', 'others'])
    expect(order(1, false)).toEqual(['a10', 'a9', 'b', 'others'])
    expect(order(0, false)).toEqual(['a9', 'a10', 'b', 'others'])
  })
})

describe('shades', () => {
  it('rise with the value, from 1 to 6; no value has none', () => {
    expect([0, 10, 99, 100].map((one) => shadeOf(one, 0, 100))).toEqual([1, 1, 6, 6])
    expect(shadeOf(null, 0, 100)).toBe(0)
    expect(shadeOf(0, 0, 0)).toBe(1)
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (a, b) => {
        expect(shadeOf(Math.min(a, b), 0, 1000)).toBeLessThanOrEqual(
          shadeOf(Math.max(a, b), 0, 1000),
        )
      }),
    )
  })
})

describe('keys', () => {
  it('lead to the next value, and not out of the chart', () => {
    expect(stepTo('ArrowRight', null, 5)).toBe(0)
    expect(stepTo('ArrowLeft', null, 5)).toBe(4)
    expect(stepTo('ArrowRight', 4, 5)).toBe(4)
    expect(stepTo('ArrowDown', 0, 5)).toBeUndefined()
    expect(stepTo('End', 0, 0)).toBeUndefined()
  })

  it('up and down keep the column', () => {
    expect(stepTo('ArrowDown', 3, 72, 24)).toBe(27)
    expect(stepTo('ArrowUp', 3, 72, 24)).toBe(3)
    const key = fc.constantFrom('ArrowUp', 'ArrowDown')
    fc.assert(
      fc.property(key, fc.nat(71), (pressed, at) => {
        expect(stepTo(pressed, at, 72, 24)! % 24).toBe(at % 24)
      }),
    )
  })
})
