// Table: a row per value of a tag, a column per value of the panel, sorted by the column that is clicked.
import { createChange } from '../change.js'
import { element, setText } from '../dom.js'
import { formatExact, formatValue } from '../format.js'
import { labelOf, splitLabelOf } from '../names.js'
import { createRows } from '../rows.js'

/** @typedef {import('../../api.ts').TablePanel} TablePanel */
/** @typedef {TablePanel['rows'][number]} TableRow */
/** @typedef {import('../../api.ts').ValueInfo} ValueInfo */
/** Column 0 is the name. @typedef {{ column: number, descending: boolean }} Order */

const names = new Intl.Collator('en', { numeric: true })

/** @param {import('../../api.ts').PanelInfo} info */
export function createTable(info) {
  /** As the server has it, until a column is clicked. @type {Order | null} */
  let order = null
  /** @type {TablePanel | undefined} */
  let drawn
  const columns = [splitLabelOf(info, info), ...info.values.map(({ label }) => label)].map(
    (label, column) => {
      const button = element('button', { type: 'button', class: 'sort' }, label)
      button.addEventListener('click', () => {
        order = { column, descending: order?.column === column ? !order.descending : column > 0 }
        draw()
      })
      return {
        button,
        cell: element('th', { scope: 'col', ...(column > 0 ? { class: 'number' } : {}) }, button),
      }
    },
  )
  const body = element('tbody')
  const foot = createRow(info.values)
  const table = element(
    'table',
    { class: 'grid' },
    element('thead', {}, element('tr', {}, ...columns.map(({ cell }) => cell))),
    body,
    element('tfoot', {}, foot.root),
  )
  const show = createRows(body, () => createRow(info.values))

  function draw() {
    if (drawn === undefined) return
    const panel = drawn
    setText(columns[0].button, splitLabelOf(info, panel))
    columns.forEach(({ cell }, column) => {
      const sorted = order?.column === column
      if (sorted) cell.setAttribute('aria-sort', order?.descending ? 'descending' : 'ascending')
      else cell.removeAttribute('aria-sort')
    })
    const rows = panel.rows.map((row) => ({ ...row, label: labelOf(info, panel, row) }))
    show(order === null ? rows : sortedBy(rows, order))
    foot.update({ label: 'All', cells: panel.all })
  }

  return {
    root: element(
      'div',
      {
        class: 'drawing scroll',
        tabindex: '0',
        role: 'region',
        'aria-label': `${info.title}, table`,
      },
      table,
    ),
    /** @param {TablePanel} panel */
    update(panel) {
      drawn = panel
      draw()
    },
  }
}

/**
 * What has no value, and what was folded together, stays last.
 * @template {TableRow & { label: string }} R
 * @param {readonly R[]} rows
 * @param {Order} order
 * @returns {R[]}
 */
export function sortedBy(rows, { column, descending }) {
  const sign = descending ? -1 : 1
  return [...rows].sort((a, b) => {
    if (a.rest !== b.rest) return a.rest - b.rest
    if (column === 0) return sign * names.compare(a.label, b.label)
    const [left, right] = [a.cells[column - 1].now, b.cells[column - 1].now]
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1
    return sign * (left - right)
  })
}

/** @param {readonly ValueInfo[]} values */
function createRow(values) {
  const name = element('th', { scope: 'row' })
  const cells = values.map(({ unit }) => {
    const value = element('span', { class: 'strong' })
    const change = createChange()
    return {
      unit,
      value,
      change,
      root: element('td', { class: 'number' }, value, ' ', change.root),
    }
  })
  return {
    root: element('tr', {}, name, ...cells.map(({ root }) => root)),
    /** @param {Pick<TableRow, 'cells'> & { label: string }} row */
    update({ label, cells: amounts }) {
      setText(name, label)
      name.title = label
      cells.forEach(({ unit, value, change }, n) => {
        setText(value, formatValue(amounts[n].now, unit))
        value.title = formatExact(amounts[n].now, unit)
        change.update(amounts[n].compared, unit)
      })
    },
  }
}
