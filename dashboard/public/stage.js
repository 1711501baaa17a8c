// When things are drawn: all once, then only what can be seen, and no more per frame than it has room for.

/** Of the 16 ms of a frame: what is drawn on a canvas costs the browser as much again, or a multiple, to put on the screen. */
const BUDGET_MS = 3
/** What is about to be scrolled into sight is drawn before. */
const MARGIN = '240px'

/**
 * @typedef {object} Platform what a browser has and a test stands in for
 * @property {(draw: () => void) => void} nextFrame
 * @property {() => number} nowMs
 * @property {(onChange: (target: Element, visible: boolean) => void) => { observe: (target: Element) => void }} watch
 */

/** @type {Platform} */
const browser = {
  nextFrame: (draw) => void requestAnimationFrame(draw),
  nowMs: () => performance.now(),
  watch: (onChange) =>
    new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) onChange(target, isIntersecting)
      },
      { rootMargin: MARGIN },
    ),
}

/** @param {Platform} [platform] */
export function createStage({ nextFrame, nowMs, watch } = browser) {
  /** @type {Map<Element, () => void>} */
  const draws = new Map()
  /** @type {Set<Element>} */
  const visible = new Set()
  /** In the order in which they changed. @type {Set<Element>} */
  const stale = new Set()
  /** Not drawn yet: even unseen, so that those who search or listen find them. @type {Set<Element>} */
  const fresh = new Set()
  let asked = false

  const next = () => first(stale, visible) ?? first(stale, fresh)

  function ask() {
    if (asked || next() === undefined) return
    asked = true
    nextFrame(drawSome)
  }

  /** What finds no room in this frame is drawn in the next. */
  function drawSome() {
    asked = false
    const endMs = nowMs() + BUDGET_MS
    do {
      const target = next()
      if (target === undefined) break
      stale.delete(target)
      fresh.delete(target)
      draws.get(target)?.()
    } while (nowMs() < endMs)
    ask()
  }

  const observer = watch((target, isVisible) => {
    if (isVisible) visible.add(target)
    else visible.delete(target)
    ask()
  })

  return {
    /**
     * `draw` will be called after the function returned was called, once `target` can be seen.
     * @param {Element} target
     * @param {() => void} draw
     */
    add(target, draw) {
      draws.set(target, draw)
      fresh.add(target)
      observer.observe(target)
      return () => {
        stale.add(target)
        ask()
      }
    },
  }
}

/**
 * The first of `these` that is one of `those`.
 * @param {ReadonlySet<Element>} these
 * @param {ReadonlySet<Element>} those
 */
function first(these, those) {
  for (const one of these) if (those.has(one)) return one
  return undefined
}
