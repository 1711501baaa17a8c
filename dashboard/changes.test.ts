// What is sent of a view, and that a page makes the same view of it, however views follow one another.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Frame, PanelView, View } from './api.ts'
import { changesOf } from './changes.ts'
import { createPieces } from './public/pieces.js'
import { sampleView, sampleViewOf } from './testing/sample-views.ts'

/** A page: takes what is sent of each view and answers the view it shows. */
function createPage() {
  const pieces = createPieces()
  let last: View | undefined
  return (now: View) => {
    const changes = JSON.parse(JSON.stringify(changesOf(last, now)))
    last = now
    let shown: View | undefined
    for (const { event, data } of changes)
      if (event === 'panel') pieces.take(data)
      else shown = pieces.view(data as Frame)
    return { shown, changes, bytes: JSON.stringify(changes).length }
  }
}

const POINTS = 10_000

/** The view when its buckets are `steps` further on, the newest with this value. */
function laterOf(view: View, steps: number, value: number): View {
  const panels = view.panels.map((panel): PanelView => {
    if (panel.kind !== 'series') return panel
    const edges = panel.edges.map((ms) => ms + steps * panel.bucketMs)
    const newest = Array.from({ length: steps }, () => value)
    const series = panel.series.map((one) => ({
      ...one,
      values: [...one.values.slice(steps), ...newest],
    }))
    return { ...panel, edges, series }
  })
  return { ...view, fromMs: view.fromMs + steps, panels }
}

describe('what is sent of a view', () => {
  it('is all of it at first, a piece per panel and then the frame', () => {
    const { shown, changes } = createPage()(sampleView(true))
    expect(shown).toEqual(sampleView(true))
    expect(changes.map(({ event }: { event: string }) => event)).toEqual([
      ...sampleView().panels.map(() => 'panel'),
      'view',
    ])
  })

  it('is nothing when only the clock went on', () => {
    const page = createPage()
    page(sampleView())
    expect(page({ ...sampleView(), nowMs: sampleView().nowMs + 1000 }).changes).toEqual([])
  })

  it('is what is new of thousands of points, as they move on', () => {
    const page = createPage()
    const view = sampleViewOf(['a', 'b'], POINTS)
    expect(page(view).bytes).toBeGreaterThan(2 * POINTS * 10)
    const later = laterOf(view, 2, 5)
    const sent = page(later)
    expect(sent.shown).toEqual(later)
    expect(sent.bytes).toBeLessThan(2000)
  })

  it('is what follows a number that was corrected', () => {
    const page = createPage()
    const view = sampleViewOf(['a', 'b'], POINTS)
    page(view)
    const [first, second] = view.panels
    if (first.kind !== 'series') throw new Error('expected lines')
    const values = [...first.series[0].values]
    values[POINTS - 30] = 1e6
    const corrected = { ...first, series: [{ ...first.series[0], values }] }
    const now = { ...view, panels: [corrected, second] }
    const { shown, changes } = page(now)
    expect(shown).toEqual(now)
    expect(changes).toHaveLength(2)
    expect(changes[0].data.kept).toEqual({ from: 0, count: POINTS - 30 })
  })

  it('leaves panels that did not change the same objects', () => {
    const pieces = createPieces()
    const view = sampleView()
    const take = (changes: ReturnType<typeof changesOf>) => {
      for (const { event, data } of changes) if (event === 'panel') pieces.take(data)
    }
    take(changesOf(undefined, view))
    const frame = { ...view, panels: undefined } as unknown as Frame
    const before = pieces.view(frame).panels
    const renamed = { ...view.panels[0], notes: ['new'] }
    take(changesOf(view, { ...view, panels: [renamed, ...view.panels.slice(1)] }))
    const after = pieces.view(frame).panels
    expect(after.map((panel, n) => panel === before[n])).toEqual([
      false,
      ...view.panels.slice(1).map(() => true),
    ])
    expect(after[0]).toEqual(renamed)
  })

  it('ends where a shorter stretch ends, and keeps no value of a bucket that is gone', () => {
    const page = createPage()
    const view = sampleViewOf(['a'], 4)
    const [panel] = view.panels
    if (panel.kind !== 'series') throw new Error('expected lines')
    page(view)
    const [one] = panel.series
    const shorter = {
      ...panel,
      edges: panel.edges.slice(2, 4),
      series: [{ ...one, values: one.values.slice(2, 3) }],
      totals: panel.totals.map((total) => ({ ...total, values: total.values.slice(2, 3) })),
    }
    const now = { ...view, panels: [shorter] }
    expect(page(now).shown).toEqual(now)
  })

  it('makes up the same view on a page, whatever follows what', () => {
    const value = fc.constantFrom(null, 0, 1, 2)
    const view = fc
      .record({
        first: fc.nat({ max: 6 }),
        count: fc.nat({ max: 6 }),
        names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
        compared: fc.boolean(),
        values: fc.array(value, { minLength: 60, maxLength: 60 }),
        note: fc.constantFrom('', 'note'),
      })
      .map(({ first, count, names, compared, values, note }): View => {
        let at = 0
        const column = () => Array.from({ length: count }, () => values[at++])
        const edges = count === 0 ? [] : Array.from({ length: count + 1 }, (_, n) => first + n)
        const series = names.map((name) => ({
          ...{ name, rest: 0, total: 1, values: column() },
          ...(compared ? { before: { total: null, values: column() } } : {}),
        }))
        const totals = [{ name: 't', adds: true, now: 1, compared: null, values: column() }]
        const [panel] = sampleViewOf(['a'], 1).panels
        const own = { ...panel, edges, series, totals, notes: [note] } as PanelView
        return { ...sampleView(), panels: [own] }
      })
    fc.assert(
      fc.property(fc.array(view, { maxLength: 6 }), (views) => {
        const page = createPage()
        let before: View | undefined
        for (const now of views) {
          const { shown } = page(now)
          if (shown === undefined) expect(now).toEqual(before)
          else expect(shown).toEqual(now)
          before = now
        }
      }),
    )
  })
})
