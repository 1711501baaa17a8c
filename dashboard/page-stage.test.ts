// Work per update, counted, not timed: what is drawn when, and how rows are filled.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PanelKind } from './api.ts'
import { COLUMNS, spansOf } from './public/layout.js'
import { createStage } from './public/stage.js'

/** A stage with panels a to d, all drawn once; frames and sight are moved by hand. */
function setUp() {
  const frames: (() => void)[] = []
  let nowMs = 0
  let see: (target: never, visible: boolean) => void = () => {}
  const stage = createStage({
    nextFrame: (draw) => frames.push(draw),
    nowMs: () => nowMs,
    watch: (onChange) => {
      see = onChange
      return { observe: () => {} }
    },
  })
  const drawn: string[] = []
  const panels = ['a', 'b', 'c', 'd'].map((name) => {
    const target = { name } as never
    const changed = stage.add(target, () => {
      nowMs += 1
      drawn.push(name)
    })
    changed()
    return { changed, see: (visible: boolean) => see(target, visible) }
  })
  /** What one frame draws. */
  const frame = () => {
    drawn.length = 0
    frames.shift()?.()
    return drawn.join('')
  }
  return { panels, frame, frames }
}

describe('the stage', () => {
  it('draws all once, no more per frame than fit, what can be seen first', () => {
    const { panels, frame } = setUp()
    panels[2].see(true)
    expect([frame(), frame(), frame()]).toEqual(['cab', 'd', ''])
  })

  it('then draws what changed and can be seen, once per frame however often it changed', () => {
    const { panels, frame, frames } = setUp()
    while (frames.length > 0) frame()
    panels[1].see(true)
    for (const { changed } of [...panels, ...panels]) changed()
    expect(frames).toHaveLength(1)
    expect([frame(), frame()]).toEqual(['b', ''])
  })

  it('draws what changed unseen when it comes into sight, and nothing that did not', () => {
    const { panels, frame, frames } = setUp()
    while (frames.length > 0) frame()
    panels[3].changed()
    expect(frames).toHaveLength(0)
    for (const panel of panels) panel.see(true)
    expect([frame(), frame()]).toEqual(['d', ''])
  })
})

describe('rows of panels', () => {
  const kinds: PanelKind[] = ['series', 'bars', 'share', 'ranking', 'table', 'funnel', 'heatmap']

  it('are full, whatever kinds there are', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...kinds), { maxLength: 30 }), (some) => {
        const spans = spansOf(some)
        expect(spans).toHaveLength(some.length)
        let filled = 0
        for (const span of spans) {
          filled += span
          expect(filled).toBeLessThanOrEqual(COLUMNS)
          if (filled === COLUMNS) filled = 0
        }
        expect(filled).toBe(0)
      }),
    )
  })

  it('leave an odd one a row of its own: the first, which is the main one', () => {
    expect(spansOf(['series', 'series', 'series'])).toEqual([6, 3, 3])
    expect(spansOf(['series', 'bars'])).toEqual([4, 2])
    expect(spansOf([])).toEqual([])
  })
})
