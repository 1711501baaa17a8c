// The big numbers on top: total over the range, change against the time before, and a small line of its course.
import { createChange } from './change.js'
import { drawn, element, setText } from './dom.js'
import { formatExact, formatValue } from './format.js'
import { tween } from './tween.js'

/** @typedef {import('../api.ts').PanelInfo} PanelInfo */
/** @typedef {import('../api.ts').Total} Total */
/** @typedef {import('../api.ts').ValueInfo} ValueInfo */

/** @param {readonly PanelInfo[]} panels */
export function createTotals(panels) {
  const cards = panels.flatMap((panel) => panel.totals.map((info) => createCard(panel.id, info)))
  return {
    roots: cards.map((card) => card.root),
    /** @param {import('../api.ts').View} view */
    update(view) {
      for (const card of cards) {
        const panel = view.panels.find((one) => one.id === card.id)
        const total = panel?.totals.find((one) => one.name === card.name)
        if (panel !== undefined && total !== undefined) card.update(total, panel)
      }
    },
  }
}

/** @param {string} id of the panel @param {ValueInfo} info */
function createCard(id, info) {
  const number = element('p', { class: 'total-number' }, '–')
  const change = createChange()
  const before = element('span', { class: 'total-before' })
  const hint = element('span', { class: 'total-hint' })
  const line = drawn('path', { class: 'spark-line' })
  const area = drawn('path', { class: 'spark-area' })
  const root = element(
    'article',
    { class: 'total' },
    element('h2', { class: 'total-label', title: info.hint }, info.label),
    number,
    element('p', { class: 'total-more' }, change.root, before, hint),
    drawn(
      'svg',
      { class: 'spark', viewBox: '0 0 100 30', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      area,
      line,
    ),
  )
  const show = tween((value) => setText(number, formatValue(value, info.unit)))
  /** @type {Total | undefined} */
  let shown

  return {
    root,
    id,
    name: info.name,
    /** @param {Total} total @param {import('../api.ts').PanelView} panel */
    update(total, { completeCount, soFar }) {
      if (total === shown) return
      shown = total
      show(total.now)
      number.title = formatExact(total.now, info.unit)
      change.update(total.compared, info.unit)
      setText(
        before,
        total.compared === null ? '' : `was ${formatValue(total.compared.before, info.unit)}`,
      )
      const about = !total.adds ? 'newest window' : total.compared === null ? info.hint : ''
      setText(hint, soFar === null ? about : 'so far')
      const points = sparkPoints(total.values.slice(0, completeCount), info.kind === 'sum')
      line.setAttribute('d', points === '' ? '' : `M${points}`)
      area.setAttribute('d', points === '' ? '' : `M0,30 L${points} L100,30 Z`)
    },
  }
}

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
