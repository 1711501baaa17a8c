// The big numbers on top: total over the range, change against the time before, and a small line of its course.
import { element, setText } from './dom.js'
import { formatChange, formatExact, formatValue } from './format.js'

/** @typedef {import('../api.ts').PanelInfo} PanelInfo */
/** @typedef {import('../api.ts').Total} Total */
/** @typedef {import('../api.ts').ValueInfo} ValueInfo */

const SVG = 'http://www.w3.org/2000/svg'
const TWEEN_MS = 450

/** @param {readonly PanelInfo[]} panels */
export function createTotals(panels) {
  const cards = panels.flatMap((panel) => panel.totals.map((info) => createCard(panel.id, info)))
  return {
    roots: cards.map((card) => card.root),
    /** @param {import('../api.ts').View} view @param {string} before "15 minutes before", or empty */
    update(view, before) {
      for (const card of cards) {
        const panel = view.panels.find((one) => one.id === card.id)
        const total = panel?.totals.find((one) => one.name === card.name)
        if (panel !== undefined && total !== undefined)
          card.update(total, panel.completeCount, before)
      }
    },
  }
}

/** @param {string} id of the panel @param {ValueInfo} info */
function createCard(id, info) {
  const number = element('p', { class: 'total-number' }, '–')
  const change = element('span', { class: 'total-change' })
  const line = document.createElementNS(SVG, 'path')
  line.setAttribute('class', 'spark-line')
  const area = document.createElementNS(SVG, 'path')
  area.setAttribute('class', 'spark-area')
  const spark = document.createElementNS(SVG, 'svg')
  spark.setAttribute('class', 'spark')
  spark.setAttribute('viewBox', '0 0 100 30')
  spark.setAttribute('preserveAspectRatio', 'none')
  spark.setAttribute('aria-hidden', 'true')
  spark.append(area, line)
  const root = element(
    'article',
    { class: 'total' },
    element('h2', { class: 'total-label' }, info.label),
    number,
    element(
      'p',
      { class: 'total-more' },
      change,
      element('span', { class: 'total-hint' }, info.hint),
    ),
    spark,
  )
  const show = tween((value) => setText(number, formatValue(value, info.unit)))

  return {
    root,
    id,
    name: info.name,
    /** @param {Total} total @param {number} completeCount @param {string} before */
    update(total, completeCount, before) {
      show(total.now)
      number.title = formatExact(total.now, info.unit)
      const moved = formatChange(total.compared)
      const known = moved !== undefined && before !== ''
      setText(change, known ? `${arrowOf(moved.direction)} ${moved.text}` : '')
      change.dataset.direction = known ? String(moved.direction) : '0'
      change.title = known
        ? `against the ${before}: ${formatExact(total.compared?.before, info.unit)}`
        : ''
      const points = sparkPoints(total.values.slice(0, completeCount), info.kind !== 'ratio')
      line.setAttribute('d', points === '' ? '' : `M${points}`)
      area.setAttribute('d', points === '' ? '' : `M0,30 L${points} L100,30 Z`)
    },
  }
}

/** @param {number} direction */
const arrowOf = (direction) => (direction > 0 ? '▲' : direction < 0 ? '▼' : '•')

/**
 * Points of a line in a box of 100 × 30. At most 60, each the mean of its neighbours: it shows a course, no values.
 * @param {readonly (number | null)[]} values
 * @param {boolean} emptyIsZero
 */
export function sparkPoints(values, emptyIsZero) {
  const size = Math.ceil(values.length / 60)
  /** @type {number[]} */
  const means = []
  for (let index = 0; index < values.length; index += size) {
    const part = values
      .slice(index, index + size)
      .flatMap((value) => value ?? (emptyIsZero ? 0 : []))
    if (part.length > 0) means.push(part.reduce((sum, value) => sum + value, 0) / part.length)
  }
  const largest = Math.max(...means)
  if (means.length < 2 || largest <= 0) return ''
  const floor = Math.min(...means) * 0.8
  return means
    .map((value, index) => {
      const x = (index / (means.length - 1)) * 100
      return `${x.toFixed(1)},${(28 - ((value - floor) / (largest - floor)) * 25).toFixed(1)}`
    })
    .join(' L')
}

/**
 * Runs a number from the last shown value to the next, unless the reader wants no motion.
 * @param {(value: number | null) => void} show
 */
function tween(show) {
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
