// The choice of the time range: named ranges as radio buttons, which arrow keys and screen readers know, or from and to.
import { element, setText } from './dom.js'
import { formatRangeName } from './format.js'
import { createMenu } from './menu.js'

/**
 * @param {readonly string[]} names
 * @param {object} handlers
 * @param {(name: string) => void} handlers.onName
 * @param {(fromMs: number, toMs: number) => void} handlers.onStretch
 */
export function createRangeMenu(names, { onName, onStretch }) {
  const face = element('span', {}, ' ')
  const inputs = names.map((name) => {
    const input = element('input', { type: 'radio', name: 'range', value: name })
    input.addEventListener('change', () => onName(name))
    return input
  })
  const labels = inputs.map((input) => {
    const label = element(
      'label',
      { class: 'choice' },
      input,
      element('span', {}, wordsOf(input.value)),
    )
    // A click is a choice; arrow keys try one after the other.
    label.addEventListener('click', (event) => {
      if (event.detail > 0 && event.target !== input) menu.close()
    })
    return label
  })
  const fixed = createStretch((fromMs, toMs) => {
    menu.close()
    menu.button.focus()
    onStretch(fromMs, toMs)
  })
  const legend = element('legend', { class: 'hidden' }, 'Time range')
  const content = element(
    'div',
    { class: 'range-menu' },
    element('fieldset', { class: 'choices' }, legend, ...labels),
    fixed.root,
  )
  const menu = createMenu('Time range', face, content, () => fixed.reset())

  return {
    root: menu.root,
    /** @param {string | null} name null: a stretch */
    mark(name) {
      for (const input of inputs) input.checked = input.value === name
      setText(face, name === null ? 'From – to' : wordsOf(name))
    },
    /** What is shown now, from which one may go on. @param {number} fromMs @param {number} toMs */
    stretch: (fromMs, toMs) => fixed.remember(fromMs, toMs),
  }
}

/** @param {string} name */
const wordsOf = (name) => (name === 'all' ? 'All data' : `Last ${formatRangeName(name)}`)

/** Two times and a button. @param {(fromMs: number, toMs: number) => void} onStretch */
function createStretch(onStretch) {
  let [shownFromMs, shownToMs] = [0, 0]
  const from = element('input', { type: 'datetime-local', step: '1', name: 'from' })
  const to = element('input', { type: 'datetime-local', step: '1', name: 'to' })
  const problem = element('p', { class: 'menu-problem', role: 'alert' })
  const root = element(
    'form',
    { class: 'stretch-form', novalidate: '' },
    element('label', { class: 'field' }, element('span', {}, 'From'), from),
    element('label', { class: 'field' }, element('span', {}, 'To'), to),
    problem,
    element('button', { type: 'submit', class: 'primary' }, 'Show this stretch'),
  )
  root.addEventListener('submit', (event) => {
    event.preventDefault()
    const [fromMs, toMs] = [new Date(from.value).getTime(), new Date(to.value).getTime()]
    const what = problemOf(fromMs, toMs)
    setText(problem, what)
    if (what === '') onStretch(fromMs, toMs)
  })
  return {
    root,
    /** @param {number} fromMs @param {number} toMs */
    remember(fromMs, toMs) {
      ;[shownFromMs, shownToMs] = [fromMs, toMs]
    },
    reset() {
      from.value = localText(shownFromMs)
      to.value = localText(shownToMs)
      setText(problem, '')
    },
  }
}

/** @param {number} fromMs @param {number} toMs */
function problemOf(fromMs, toMs) {
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return 'Please give both times, with date.'
  if (fromMs < 0) return 'Please choose times from 1970 on.'
  return fromMs < toMs ? '' : 'Please choose an end after the start.'
}

/** As an input for local times wants it: "2026-11-21T14:20:05". @param {number} ms */
export function localText(ms) {
  const time = new Date(Math.round(ms / 1000) * 1000)
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 19)
}
