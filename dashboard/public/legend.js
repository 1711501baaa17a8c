// The legend: a button per series that shows or hides it, and its value: the total, or the one under the cursor.
import { element, setText } from './dom.js'
import { formatExact, formatValue } from './format.js'

/** @typedef {{ key: string, label: string }} Entry */

/**
 * @param {string} unit
 * @param {object} handlers
 * @param {(key: string, only: boolean) => void} handlers.onToggle `only`: hide all others
 * @param {(place: number | null) => void} handlers.onFocus
 */
export function createLegend(unit, { onToggle, onFocus }) {
  const head = element('p', { class: 'legend-head' })
  const list = element('div', { class: 'legend', role: 'group' })
  /** @type {{ key: string, button: HTMLButtonElement, mark: HTMLElement, value: HTMLElement }[]} */
  let entries = []

  /** @param {Entry} entry @param {number} place */
  function createEntry({ key, label }, place) {
    const value = element('span', { class: 'legend-value' })
    const mark = swatch('')
    const button = element(
      'button',
      { class: 'legend-entry', type: 'button' },
      mark,
      element('span', { class: 'legend-name', title: label }, label),
      value,
    )
    button.addEventListener('click', (event) => onToggle(key, event.altKey))
    for (const type of ['mouseenter', 'focus']) button.addEventListener(type, () => onFocus(place))
    for (const type of ['mouseleave', 'blur']) button.addEventListener(type, () => onFocus(null))
    return { key, button, mark, value }
  }

  return {
    roots: [head, list],
    /** @param {string} label what the entries are: "Age group" @param {Entry[]} series */
    build(label, series) {
      list.setAttribute('aria-label', `${label}: show or hide`)
      entries = series.map(createEntry)
      list.replaceChildren(...entries.map((entry) => entry.button))
    },
    /** @param {string} title @param {(number | null)[]} values */
    show(title, values) {
      setText(head, title)
      entries.forEach(({ value }, place) => {
        setText(value, formatValue(values[place], unit))
        value.title = formatExact(values[place], unit)
      })
    },
    /** @param {string[]} colours @param {ReadonlySet<string>} hidden keys */
    mark(colours, hidden) {
      entries.forEach(({ key, button, mark }, place) => {
        mark.style.background = colours[place]
        button.setAttribute('aria-pressed', String(!hidden.has(key)))
      })
    },
  }
}

/** A small square of a series' colour. @param {string} colour */
export function swatch(colour) {
  const mark = element('span', { class: 'swatch' })
  mark.style.background = colour
  return mark
}
