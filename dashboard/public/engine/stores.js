// The stores of the job: does each answer, since when, and what its last error said.
import { element, setText } from '../dom.js'
import { createRows } from '../rows.js'
import { frame } from './frame.js'
import { storesOf } from './words.js'

/** @typedef {ReturnType<typeof storesOf>[number]} Store */

export function createStores() {
  const list = element('ul', { class: 'stores' })
  /** @type {(stores: readonly Store[]) => void} */
  const show = createRows(list, () => {
    const role = element('span', { class: 'store-role' })
    const store = element('code')
    const text = element('p')
    const error = element('p', { class: 'store-error' })
    const dot = element('span', { class: 'dot', 'aria-hidden': 'true' })
    const root = element(
      'li',
      {},
      element('p', { class: 'store-name' }, dot, role, store),
      text,
      error,
    )
    return {
      root,
      update: (one) => {
        root.dataset.state = one.state
        setText(role, one.role)
        setText(store, one.store)
        setText(text, one.text)
        setText(error, one.error === '' ? '' : `last error: ${one.error}`)
        error.hidden = one.error === ''
      },
    }
  })
  return {
    roots: [frame('Stores', 'What the job reads from and writes to.', 3, list)],
    /** @param {import('./words.js').Known} state */
    update(state) {
      show(storesOf(state))
    },
  }
}
