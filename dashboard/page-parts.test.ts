// The page's other pure modules: layers and lines, colours, the address, the small course lines.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describePipeline } from './panels.ts'
import { coloursOf } from './public/palette.js'
import { closeGaps, inOrder, keyOf, lonely, stack } from './public/stack.js'
import { queryOf, readHash, withSplit, writeHash } from './public/state.js'
import { sparkPoints } from './public/totals.js'
import { checkViewQuery } from './query.ts'
import { manyPanels } from './testing/kinds.ts'

const RANGES = ['5m', '15m', '1h', '6h', '24h', '7d', 'all']
const named = (...names: string[]) => names.map((name) => ({ name, rest: 0 }))

describe('stack', () => {
  it('puts layers upon each other; a hidden one has no height', () => {
    const layers = [
      [1, 2, null],
      [10, 20, null],
      [100, 0, null],
    ]
    expect(stack(layers, [true, false, true])).toEqual({
      lower: [
        [0, 0, 0],
        [1, 2, 0],
        [1, 2, 0],
      ],
      upper: [
        [1, 2, null],
        [null, null, null],
        [101, 2, null],
      ],
    })
    expect(stack([], [])).toEqual({ lower: [], upper: [] })
  })

  it('reaches the sum of what is shown', () => {
    const layer = fc.array(fc.nat({ max: 1000 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(layer, { minLength: 1, maxLength: 8 }), (layers) => {
        const { upper } = stack(
          layers,
          layers.map(() => true),
        )
        const sums = [0, 1, 2, 3].map((i) => layers.reduce((sum, one) => sum + one[i], 0))
        expect(upper.at(-1)).toEqual(sums)
      }),
    )
  })
})

describe('lines', () => {
  it('draw through short gaps between values only', () => {
    const values = [null, 1, null, null, 2, null, null, null, 3, null]
    expect(closeGaps(values, 2)).toEqual([
      null,
      1,
      undefined,
      undefined,
      2,
      null,
      null,
      null,
      3,
      null,
    ])
  })

  it('show a value that stands alone as a point', () => {
    expect(lonely([1, null, 2, undefined, 3, null, 4])).toEqual([0, 6])
    expect(lonely([null, 5, null])).toEqual([1])
    expect(lonely([null])).toEqual([])
  })
})

describe('order and colours of series', () => {
  it('stay while the same series are there', () => {
    const order = named('a', 'b', 'c').map(keyOf)
    expect(inOrder(order, named('c', 'a', 'b'))).toEqual(named('a', 'b', 'c'))
    expect(inOrder(order, named('d', 'a', 'b'))).toEqual(named('d', 'a', 'b'))
    expect(inOrder([], named('b', 'a'))).toEqual(named('b', 'a'))
  })

  it('a tag value is never taken for the rest', () => {
    expect(keyOf({ name: 'rest', rest: 0 })).not.toBe(keyOf({ name: '', rest: 3 }))
  })

  it('a name keeps its colour when others come and go; unknown and the rest have none, and differ', () => {
    const places = new Map<string, number>()
    const [a, b] = coloursOf(places, named('a', 'b'), 'light')
    const [c, b2] = coloursOf(places, named('c', 'b'), 'light')
    expect(b2).toBe(b)
    expect(new Set([b, c]).size).toBe(2)
    expect(coloursOf(places, named('a', 'b'), 'light')[1]).toBe(b)
    expect(a).not.toBe(b)
    const [unknown, rest] = coloursOf(places, [...named('unknown'), { name: '', rest: 4 }], 'dark')
    expect(places.size).toBe(3)
    expect(unknown).not.toBe(rest)
  })

  it('eight series have eight colours, whatever was seen before', () => {
    const letter = fc.constantFrom(...'abcdefghijklmnop')
    const names = fc.uniqueArray(letter, { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 4 }), (rounds) => {
        const places = new Map<string, number>()
        for (const round of rounds) {
          const colours = coloursOf(places, named(...round), 'light')
          expect(new Set(colours).size).toBe(8)
        }
      }),
    )
  })
})

const INFO = describePipeline(manyPanels, 'memory')
const NOTHING = {
  ...{ range: null, fromMs: null, toMs: null, theme: null },
  ...{ filter: [], splits: [], compare: false },
}

describe('the address', () => {
  it('is read back as it was written', () => {
    const theme = fc.constantFrom('light' as const, 'dark' as const, null)
    const range = fc.constantFrom(...RANGES, null)
    const stretch = fc.option(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 1e9 })))
    const tag = fc.constantFrom(...INFO.tags.map(({ name }) => name))
    const filter = fc.uniqueArray(fc.tuple(tag, fc.string()), { maxLength: 4, selector: String })
    const split = fc.constantFrom(
      ['events_by_segment', 'country'] as const,
      ['events_by_segment', ''] as const,
    )
    const splits = fc.array(split, { maxLength: 1 })
    fc.assert(
      fc.property(
        fc.record({ range, stretch, filter, splits, compare: fc.boolean(), theme }),
        ({ stretch, range, ...same }) => {
          const [fromMs, lengthMs] = stretch ?? [null, 0]
          const state = {
            ...same,
            ...{ range: fromMs === null ? range : null, fromMs },
            toMs: fromMs === null ? null : fromMs + lengthMs,
          }
          expect(readHash(writeHash(state), INFO)).toEqual(state)
        },
      ),
    )
  })

  it('what is not understood is left out, as are names that are no more', () => {
    expect(readHash('#range=99y&theme=pink&from=5&to=<b>', INFO)).toEqual(NOTHING)
    expect(readHash('#from=9&to=3', INFO)).toEqual(NOTHING)
    expect(readHash('#from=9&to=999999999999999', INFO)).toEqual(NOTHING)
    expect(
      readHash('#filter=colour:red&filter=&split=gone:country&split=events_by_segment:x', INFO),
    ).toEqual(NOTHING)
    // A share of what, without a tag?
    expect(readHash('#split=revenue_by_category-3:', INFO)).toEqual(NOTHING)
    const old = readHash('#range=24h&theme=dark', INFO)
    expect(old).toEqual({ ...NOTHING, range: '24h', theme: 'dark' })
  })

  it('becomes a query that the API takes', () => {
    expect(queryOf(NOTHING, '15m', { points: 100 })).toBe('range=15m&points=100')
    expect(queryOf({ ...NOTHING, fromMs: 5, toMs: 9 }, '15m', { points: 60 })).toBe(
      'from=5&to=9&points=60',
    )
    const hash =
      '#range=7d&filter=country:D%26E&filter=country:US&split=events_by_segment:&compare=1'
    const query = queryOf(readHash(hash, INFO), '15m', { points: 60, tz: 'Europe/Berlin' })
    const asked = Object.fromEntries(
      [...new Set(new URLSearchParams(query).keys())].map((name) => {
        const all = new URLSearchParams(query).getAll(name)
        return [name, all.length === 1 ? all[0] : all]
      }),
    )
    expect(checkViewQuery(asked, manyPanels)).toMatchObject({
      query: {
        range: { name: '7d' },
        filter: new Map([['country', new Set(['D&E', 'US'])]]),
        splits: new Map([['events_by_segment', undefined]]),
        compare: true,
        tz: 'Europe/Berlin',
      },
    })
  })

  it('keeps no split that a panel has anyway', () => {
    const panel = INFO.panels.find(({ id }) => id === 'events_by_segment')!
    const chosen = withSplit(NOTHING, panel, 'country')
    expect(chosen).toEqual([['events_by_segment', 'country']])
    expect(withSplit({ ...NOTHING, splits: chosen }, panel, 'event_type')).toEqual([])
    expect(withSplit({ ...NOTHING, splits: chosen }, panel, '')).toEqual([
      ['events_by_segment', ''],
    ])
  })
})

describe('sparkPoints', () => {
  it('fits the box, with at most 60 points', () => {
    const points = sparkPoints(
      Array.from({ length: 500 }, (_, i) => i),
      true,
    ).split(' L')
    expect(points.length).toBeLessThanOrEqual(60)
    expect(points[0]).toBe('0.0,28.0')
    expect(points.at(-1)).toMatch(/^100\.0,3\.0$/)
  })

  it('draws nothing of nothing', () => {
    expect(sparkPoints([], true)).toBe('')
    expect(sparkPoints([null, null], true)).toBe('')
    expect(sparkPoints([null, 4, null], false)).toBe('')
  })
})
