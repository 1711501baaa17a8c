// A panel's numbers as a table, in place of what it draws.
import { element, setText } from './dom.js'
import { createRows } from './rows.js'

/** @typedef {import('./numbers.js').Numbers} Numbers */
/** @typedef {import('./numbers.js').Cell} Cell */

/** More would make the page slow; all are in the CSV. */
const ROWS_AT_MOST = 1000

/** @param {import('../api.ts').PanelInfo} info */
export function createNumbersTable(info) {
  const head = element('tr')
  const body = element('tbody')
  const more = element('p', { class: 'legend-head' })
  const showHead = createRows(head, (index) => {
    const root = element('th', { scope: 'col', ...(index > 0 ? { class: 'number' } : {}) })
    return { root, update: (/** @type {string} */ text) => setText(root, text) }
  })
  const showRows = createRows(body, createRow)
  const root = element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `${info.title}, numbers` },
    element('table', { class: 'grid' }, element('thead', {}, head), body),
    more,
  )
  root.hidden = true
  return {
    root,
    /** The newest of what has too many rows. @param {Numbers} numbers */
    update({ head: columns, rows }) {
      showHead(columns)
      showRows(rows.slice(-ROWS_AT_MOST))
      more.hidden = rows.length <= ROWS_AT_MOST
      setText(more, `The last ${ROWS_AT_MOST} of ${rows.length} rows; the CSV has all.`)
    },
  }
}

function createRow() {
  const root = element('tr')
  const show = createRows(root, (index) => {
    const cell = index === 0 ? element('th', { scope: 'row' }) : element('td', { class: 'number' })
    return { root: cell, update: (/** @type {Cell} */ { text }) => setText(cell, text) }
  })
  return { root, update: (/** @type {Cell[]} */ cells) => show(cells) }
}
