// The page's other pure modules: layers and lines, colours, the address, the small course lines.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coloursOf } from './public/palette.js'
import { closeGaps, inOrder, keyOf, lonely, stack } from './public/stack.js'
import { queryOf, readHash, writeHash } from './public/state.js'
import { sparkPoints } from './public/totals.js'

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

  it('a name keeps its colour when others come and go; unknown and the rest are grey', () => {
    const places = new Map<string, number>()
    const [a, b] = coloursOf(places, named('a', 'b'), 'light')
    const [c, b2] = coloursOf(places, named('c', 'b'), 'light')
    expect(b2).toBe(b)
    expect(new Set([b, c]).size).toBe(2)
    expect(coloursOf(places, named('a', 'b'), 'light')[1]).toBe(b)
    expect(a).not.toBe(b)
    const [unknown, rest] = coloursOf(places, [...named('unknown'), { name: '', rest: 4 }], 'dark')
    expect(unknown).toBe(rest)
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

describe('the address', () => {
  it('is read back as it was written', () => {
    const theme = fc.constantFrom('light' as const, 'dark' as const, null)
    const range = fc.constantFrom(...RANGES, null)
    const stretch = fc.option(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 1e9 })))
    fc.assert(
      fc.property(range, theme, stretch, (name, chosen, fixed) => {
        const state = {
          range: fixed === null ? name : null,
          fromMs: fixed === null ? null : fixed[0],
          toMs: fixed === null ? null : fixed[0] + fixed[1],
          theme: chosen,
        }
        expect(readHash(writeHash(state), RANGES)).toEqual(state)
      }),
    )
  })

  it('what is not understood is left out', () => {
    const nothing = { range: null, fromMs: null, toMs: null, theme: null }
    expect(readHash('#range=99y&theme=pink&from=5&to=<b>', RANGES)).toEqual(nothing)
    expect(readHash('#from=9&to=3', RANGES)).toEqual(nothing)
  })

  it('becomes the query of the API', () => {
    const state = { range: null, fromMs: null, toMs: null, theme: null }
    expect(queryOf(state, '15m', 100)).toBe('range=15m&points=100')
    expect(queryOf({ ...state, range: '7d' }, '15m', 60)).toBe('range=7d&points=60')
    expect(queryOf({ ...state, fromMs: 5, toMs: 9 }, '15m', 60)).toBe('from=5&to=9&points=60')
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
