// The choice of the time range: radio buttons, so that arrow keys and screen readers know them.
import { element } from './dom.js'
import { formatRangeName } from './format.js'

/**
 * @param {HTMLElement} target a fieldset
 * @param {readonly string[]} names
 * @param {(name: string) => void} onChoose
 */
export function createRanges(target, names, onChoose) {
  const inputs = names.map((name) => {
    const input = element('input', { type: 'radio', name: 'range', value: name })
    input.setAttribute('aria-label', name === 'all' ? 'All data' : `Last ${formatRangeName(name)}`)
    input.addEventListener('change', () => onChoose(name))
    const text = element('span', {}, name === 'all' ? 'All' : name)
    target.append(element('label', { class: 'range' }, input, text))
    return input
  })
  return {
    /** @param {string | null} name null: a stretch chosen in a chart */
    mark(name) {
      for (const input of inputs) input.checked = input.value === name
    },
  }
}
