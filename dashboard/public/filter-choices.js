// The values of a tag to choose from, with how much each has; loaded when they are looked at.
import { element, setText } from './dom.js'
import { formatValue } from './format.js'
import { nameOf } from './names.js'

/** With more values than this one may search. */
const SEARCH_FROM = 10

/**
 * @param {string} tag
 * @param {string} label
 * @param {object} handlers
 * @param {() => Promise<import('../api.ts').TagValues>} handlers.load rejects with what to tell
 * @param {(values: readonly string[]) => void} handlers.onChange
 */
export function createChoices(tag, label, { load, onChange }) {
  const search = element('input', {
    type: 'search',
    class: 'choice-search',
    placeholder: 'Search',
    'aria-label': `Search ${label.toLowerCase()}`,
  })
  const head = element('p', { class: 'choice-head' })
  const list = element('div', { class: 'choices' })
  const note = element('p', { class: 'choice-note', role: 'status' })
  const root = element('div', { class: 'filter-choices' }, search, head, list, note)
  search.hidden = true
  /** @type {readonly string[]} */
  let chosen = []
  /** @type {{ label: HTMLElement, input: HTMLInputElement, text: string }[]} */
  let rows = []

  /** @param {import('../api.ts').TagValues} known */
  function build({ values, value, more }) {
    // What is chosen is there, also where the range has none of it.
    const names = new Set(values.map(({ name }) => name))
    const gone = chosen.filter((name) => !names.has(name))
    const picked = values.filter(({ name }) => chosen.includes(name))
    const others = values.filter(({ name }) => !chosen.includes(name))
    const all = [...picked, ...gone.map((name) => ({ name, total: null })), ...others]
    rows = all.map(({ name, total }) => {
      const input = element('input', { type: 'checkbox', value: name })
      input.addEventListener('change', () => {
        const others = chosen.filter((one) => one !== name)
        onChange(input.checked ? [...others, name] : others)
      })
      const text = nameOf(tag, name)
      const count = total === null ? '' : formatValue(total, value?.unit ?? 'short')
      const row = element(
        'label',
        { class: 'choice' },
        input,
        element('span', { class: 'choice-name', title: text }, text),
        element('span', { class: 'choice-count' }, count),
      )
      return { label: row, input, text: text.toLowerCase() }
    })
    list.replaceChildren(...rows.map((row) => row.label))
    search.hidden = all.length <= SEARCH_FROM
    setText(head, value === null || all.length === 0 ? '' : value.label)
    const none = all.length === 0 ? 'There are no values in this time range.' : ''
    setText(note, more > 0 ? `${more} smaller ones are not listed.` : none)
    check()
    sift()
  }

  function check() {
    for (const { input } of rows) input.checked = chosen.includes(input.value)
  }

  function sift() {
    const wanted = search.value.trim().toLowerCase()
    for (const { label, text } of rows) label.hidden = !text.includes(wanted)
  }

  search.addEventListener('input', sift)
  return {
    root,
    open() {
      search.value = ''
      if (rows.length === 0) setText(note, 'Loading …')
      load().then(build, (error) => setText(note, String(error.message)))
    },
    /** @param {readonly string[]} values */
    mark(values) {
      chosen = values
      check()
    },
  }
}
