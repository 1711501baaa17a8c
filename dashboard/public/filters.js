// The filter: a menu per tag, whose button tells what is let through, and a cross to take it away.
import { element, setText } from './dom.js'
import { createChoices } from './filter-choices.js'
import { iconButton } from './icons.js'
import { createMenu } from './menu.js'
import { nameOf } from './names.js'
import { filterOf } from './state.js'

/** Values named on a button; of more it tells how many. */
const NAMED = 2

/**
 * @param {readonly import('../api.ts').TagInfo[]} tags
 * @param {object} handlers
 * @param {(tag: string, values: readonly string[]) => void} handlers.onChange
 * @param {(tag: string) => Promise<import('../api.ts').TagValues>} handlers.load rejects with what to tell
 */
export function createFilters(tags, { onChange, load }) {
  const all = tags.map(({ name, label }) => {
    const face = element('span', { class: 'filter-face' }, label)
    const choices = createChoices(name, label, {
      load: () => load(name),
      onChange: (values) => onChange(name, values),
    })
    const menu = createMenu(`Filter by ${label.toLowerCase()}`, face, choices.root, choices.open)
    const clear = iconButton('close', `No filter by ${label.toLowerCase()}`, () => {
      menu.button.focus()
      onChange(name, [])
    })
    clear.classList.add('filter-clear')
    const root = element('div', { class: 'filter' }, menu.root, clear)

    /** @param {readonly string[]} values */
    const mark = (values) => {
      const named = values.slice(0, NAMED).map((value) => nameOf(name, value))
      const more = values.length > NAMED ? ` and ${values.length - NAMED} more` : ''
      setText(face, values.length === 0 ? label : `${label}: ${named.join(', ')}${more}`)
      root.classList.toggle('on', values.length > 0)
      clear.hidden = values.length === 0
      choices.mark(values)
    }
    return { name, root, mark }
  })

  return {
    roots: all.map(({ root }) => root),
    /** @param {import('./state.js').State} state */
    mark(state) {
      for (const { name, mark } of all) mark(filterOf(state, name))
    },
  }
}
