// Bars: the values of a tag beside each other, in the order of their names, each with its number above it.
import { element, setText } from '../dom.js'
import { formatBrief, formatChange, formatExact, formatValue } from '../format.js'
import { labelOf, splitLabelOf } from '../names.js'
import { isPlain } from '../palette.js'
import { readByKeys, readByPointer } from '../reading.js'
import { createRows } from '../rows.js'

/** @typedef {import('../../api.ts').Row} Row */
/** @typedef {import('../../api.ts').RowsPanel} RowsPanel */

/** With more, names are written smaller. */
const MANY = 6

/**
 * @param {import('../../api.ts').PanelInfo} info
 * @param {import('../panel.js').PanelContext} context
 */
export function createBars(info, { say }) {
  const { unit } = info.value
  const plot = element('div', {
    class: 'bars panel-plot',
    tabindex: '0',
    role: 'group',
    'aria-label': `${info.title}, bars. Left and right arrow keys read the values.`,
  })
  const readout = element('p', { class: 'legend-head' })
  /** @type {RowsPanel | undefined} */
  let drawn
  const show = createRows(plot, (index) => createBar(index, unit))

  /** @param {number} index */
  function tell(index) {
    const row = drawn?.rows[index]
    if (drawn === undefined || row === undefined) return ''
    const parts = [formatExact(row.now, unit)]
    if (row.share !== null) parts.push(`${formatValue(row.share, 'percentunit')} of all`)
    const change = formatChange(row.compared)
    if (change !== undefined) parts.push(`${change.text} against the period before`)
    return `${labelOf(info, drawn, row)}: ${parts.join(', ')}`
  }

  /** @param {number | null} index */
  function point(index) {
    for (const [at, bar] of [...plot.children].entries())
      bar.classList.toggle('pointed', at === index)
    const what = drawn === undefined ? '' : splitLabelOf(info, drawn).toLowerCase()
    setText(readout, index === null ? `${info.value.label} by ${what}` : tell(index))
  }

  readByKeys(plot, { count: () => drawn?.rows.length ?? 0, point, tell, say })
  readByPointer(plot, point)

  return {
    root: element('div', { class: 'drawing' }, plot, readout),
    /** @param {RowsPanel} panel */
    update(panel) {
      drawn = panel
      const numbers = panel.rows.flatMap((row) => [row.now ?? 0, row.compared?.before ?? 0])
      const largest = Math.max(0, ...numbers)
      plot.classList.toggle('many', panel.rows.length > MANY)
      show(panel.rows.map((row) => ({ row, label: labelOf(info, panel, row), largest })))
      if (plot.querySelector('.pointed') === null) point(null)
    },
  }
}

/** @param {number} index @param {string} unit */
function createBar(index, unit) {
  const value = element('span', { class: 'bar-value' })
  const fill = element('span', { class: 'bar-fill' }, value)
  const before = element('span', { class: 'bar-before' })
  const label = element('span', { class: 'bar-label' })
  const track = element('span', { class: 'bar-track' }, fill, before)
  const root = element('div', { class: 'bar', 'data-index': String(index) }, track, label)
  return {
    root,
    /** @param {{ row: Row, label: string, largest: number }} thing */
    update({ row, label: text, largest }) {
      setText(label, text)
      label.title = text
      setText(value, formatBrief(row.now, unit))
      fill.style.height = heightOf(row.now, largest)
      fill.classList.toggle('plain', isPlain(row))
      const earlier = row.compared?.before ?? null
      before.hidden = earlier === null
      before.style.bottom = heightOf(earlier, largest)
    },
  }
}

/** Share of the room that bars have. @param {number | null} value @param {number} largest */
const heightOf = (value, largest) =>
  `${largest > 0 ? (Math.max(0, value ?? 0) / largest) * 100 : 0}%`
