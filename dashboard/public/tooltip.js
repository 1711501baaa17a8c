// The values under the mouse, beside it.
import { element } from './dom.js'
import { formatValue } from './format.js'
import { swatch } from './legend.js'

/**
 * @typedef {object} Told
 * @property {string} when
 * @property {{ label: string, value: number | null, before?: number | null | undefined, colour: string }[]} rows
 * @property {string} unit
 * @property {boolean} stacked then there is a sum, and layers are read from the top down, as they are drawn
 */

export function createTooltip() {
  const root = element('div', { class: 'tooltip', 'aria-hidden': 'true' })
  root.hidden = true

  return {
    root,
    hide() {
      root.hidden = true
    },
    /**
     * @param {Told} told
     * @param {number} left of the cursor, in pixels
     * @param {number} room width there is
     */
    show({ when, rows, unit, stacked }, left, room) {
      const lines = rows.map((row) => line(row, unit))
      if (stacked) lines.reverse()
      if (stacked && rows.length > 1) {
        const compared = rows.some(({ before }) => before !== undefined)
        const before = compared ? sum(rows.map((row) => row.before)) : undefined
        const all = line({ label: 'All', value: sum(rows.map(({ value }) => value)), before }, unit)
        all.classList.add('tooltip-total')
        lines.push(all)
      }
      root.replaceChildren(element('div', { class: 'tooltip-when' }, when), ...lines)
      root.hidden = false
      const width = root.offsetWidth
      const beside = left + 16 + width > room ? left - width - 16 : left + 16
      const x = Math.round(Math.max(0, Math.min(beside, room - width)))
      root.style.transform = `translate(${x}px, 4px)`
    },
  }
}

/** @param {(number | null | undefined)[]} values */
const sum = (values) =>
  values.reduce((/** @type {number} */ total, value) => total + (value ?? 0), 0)

/** @param {Omit<Told['rows'][number], 'colour'> & { colour?: string }} row @param {string} unit */
function line({ label, value, before, colour }, unit) {
  return element(
    'div',
    { class: 'tooltip-row' },
    ...(colour === undefined ? [] : [swatch(colour)]),
    element('span', { class: 'tooltip-name' }, label),
    element('span', { class: 'tooltip-value' }, formatValue(value, unit)),
    ...(before === undefined
      ? []
      : [element('span', { class: 'tooltip-before' }, `was ${formatValue(before, unit)}`)]),
  )
}
