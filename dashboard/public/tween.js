// Numbers that run from one value to the next.

const TWEEN_MS = 450

/**
 * Runs a number from the last shown value to the next, unless the reader wants no motion.
 * @param {(value: number | null) => void} show
 */
export function tween(show) {
  /** @type {number | null} */
  let shown = null
  let run = 0
  return (/** @type {number | null} */ goal) => {
    run++
    const own = run
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden
    const from = shown
    if (calm || goal === null || from === null || goal === from) {
      shown = goal
      show(goal)
      return
    }
    const startMs = performance.now()
    const whole = Number.isInteger(goal)
    const step = (/** @type {number} */ nowMs) => {
      if (own !== run) return
      const part = Math.min(1, Math.max(0, (nowMs - startMs) / TWEEN_MS))
      const value = from + (goal - from) * (1 - (1 - part) ** 3)
      shown = part === 1 ? goal : whole ? Math.round(value) : value
      show(shown)
      if (part < 1) requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  }
}
