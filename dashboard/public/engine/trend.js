// A line over the last 15 minutes, with its largest value and what is under the cursor.
import { drawn, element, setText } from '../dom.js'
import { timeText } from './words.js'

const HISTORY_MS = 900_000
/** Of the picture, which is stretched to the room there is. */
const [WIDTH, HEIGHT] = [900, 100]
const MARKS_MIN = [15, 10, 5, 0]

/** @typedef {{ timeMs: number, value: number | null }} Spot */

/** @param {string} name @param {(value: number) => string} text */
export function createTrend(name, text) {
  const area = drawn('path', { class: 'spark-area' })
  const line = drawn('path', { class: 'spark-line' })
  const cursor = drawn('path', { class: 'trend-cursor' })
  const picture = drawn(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...[area, line, cursor],
  )
  const top = element('span', { class: 'trend-top' })
  const said = element('p', { class: 'trend-now' })
  const marks = MARKS_MIN.map((min) => element('span', {}, min === 0 ? 'now' : `${min} min ago`))
  const plot = element(
    'div',
    { class: 'trend-plot', role: 'img', 'aria-label': name },
    picture,
    top,
  )
  const root = element('div', { class: 'trend' }, said, plot)
  root.append(element('div', { class: 'trend-axis', 'aria-hidden': 'true' }, ...marks))
  /** @type {readonly Spot[]} */
  let spots = []
  let nowMs = 0
  /** Share of the width; undefined: the cursor is elsewhere. @type {number | undefined} */
  let pointed

  plot.addEventListener('pointermove', (event) => {
    const { left, width } = plot.getBoundingClientRect()
    pointed = (event.clientX - left) / width
    say()
  })
  plot.addEventListener('pointerleave', () => {
    pointed = undefined
    say()
  })

  function say() {
    const at = pointed === undefined ? spots.at(-1) : nearest(nowMs - HISTORY_MS * (1 - pointed))
    const value = at === undefined || at.value === null ? '–' : text(at.value)
    const when = pointed === undefined || at === undefined ? 'now' : timeText(at.timeMs, nowMs)
    setText(said, `${value} ${when}`)
    const x = pointed === undefined || at === undefined ? -10 : xOf(at.timeMs)
    cursor.setAttribute('d', `M${x} 0V${HEIGHT}`)
  }

  /** @param {number} timeMs */
  const nearest = (timeMs) =>
    spots.reduce(
      (best, one) => (Math.abs(one.timeMs - timeMs) < Math.abs(best.timeMs - timeMs) ? one : best),
      spots[0],
    )
  /** @param {number} timeMs */
  const xOf = (timeMs) => WIDTH - ((nowMs - timeMs) / HISTORY_MS) * WIDTH

  return {
    root,
    /** @param {readonly Spot[]} next @param {number} now */
    update(next, now) {
      spots = next
      nowMs = now
      const largest = Math.max(0, ...spots.map(({ value }) => value ?? 0))
      const scale = largest === 0 ? 0 : (HEIGHT - 4) / largest
      const runs = runsOf(spots).map((run) =>
        run.map(
          ({ timeMs, value }) =>
            `${xOf(timeMs).toFixed(1)} ${(HEIGHT - 1 - value * scale).toFixed(1)}`,
        ),
      )
      line.setAttribute('d', runs.map((run) => `M${run.join('L')}`).join(''))
      area.setAttribute(
        'd',
        runs
          .map(
            (run) =>
              `M${run[0].split(' ')[0]} ${HEIGHT}L${run.join('L')}L${run.at(-1)?.split(' ')[0]} ${HEIGHT}Z`,
          )
          .join(''),
      )
      setText(top, largest === 0 ? '' : `highest ${text(largest)}`)
      const last = spots.at(-1)?.value
      const is = last == null ? 'not known now' : `${text(last)} now`
      plot.setAttribute('aria-label', `${name} over 15 minutes: ${is}, highest ${text(largest)}`)
      say()
    },
  }
}

/**
 * Stretches without a gap.
 * @param {readonly Spot[]} spots
 * @returns {{ timeMs: number, value: number }[][]}
 */
export function runsOf(spots) {
  /** @type {{ timeMs: number, value: number }[][]} */
  const runs = []
  let open = false
  for (const { timeMs, value } of spots) {
    if (value === null) open = false
    else {
      if (!open) runs.push([])
      open = true
      runs.at(-1)?.push({ timeMs, value })
    }
  }
  return runs
}
