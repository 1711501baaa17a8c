// The values under the mouse, beside it.
import { element } from './dom.js'
import { formatValue } from './format.js'
import { swatch } from './legend.js'

/**
 * @param {string} unit
 * @param {boolean} stacked then there is a sum, and layers are read from the top down, as they are drawn
 */
export function createTooltip(unit, stacked) {
  const root = element('div', { class: 'tooltip', 'aria-hidden': 'true' })
  root.hidden = true

  return {
    root,
    hide() {
      root.hidden = true
    },
    /**
     * @param {string} when
     * @param {{ label: string, value: number | null, colour: string }[]} rows
     * @param {number} left of the cursor, in pixels
     * @param {number} room width there is
     */
    show(when, rows, left, room) {
      const lines = rows.map(({ label, value, colour }) => line(label, value, swatch(colour)))
      if (stacked) lines.reverse()
      if (stacked && rows.length > 1) {
        const sum = line(
          'All',
          rows.reduce((total, { value }) => total + (value ?? 0), 0),
        )
        sum.classList.add('tooltip-total')
        lines.push(sum)
      }
      root.replaceChildren(element('div', { class: 'tooltip-when' }, when), ...lines)
      root.hidden = false
      const width = root.offsetWidth
      const beside = left + 16 + width > room ? left - width - 16 : left + 16
      const x = Math.round(Math.max(0, Math.min(beside, room - width)))
      root.style.transform = `translate(${x}px, 4px)`
    },
  }

  /** @param {string} label @param {number | null} value @param {...Node} before */
  function line(label, value, ...before) {
    return element(
      'div',
      { class: 'tooltip-row' },
      ...before,
      element('span', { class: 'tooltip-name' }, label),
      element('span', { class: 'tooltip-value' }, formatValue(value, unit)),
    )
  }
}
