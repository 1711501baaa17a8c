// Share: parts of a whole as a donut, with a legend that has each part's number and percent.
import { createChange } from '../change.js'
import { element, setText, drawn as svg } from '../dom.js'
import { formatExact, formatValue } from '../format.js'
import { labelOf, splitLabelOf } from '../names.js'
import { coloursOf } from '../palette.js'
import { readByKeys, readByPointer } from '../reading.js'
import { createRows } from '../rows.js'

/** @typedef {import('../../api.ts').Row} Row */
/** @typedef {import('../../api.ts').RowsPanel} RowsPanel */

/** Between two parts, in hundredths of the circle. */
const GAP = 0.5

/**
 * @param {import('../../api.ts').PanelInfo} info
 * @param {import('../panel.js').PanelContext} context
 */
export function createShare(info, { theme, say }) {
  const { unit } = info.value
  const ring = svg('g', { transform: 'rotate(-90 50 50)' })
  const number = element('span', { class: 'donut-number' })
  const label = element('span', { class: 'donut-label' })
  const change = createChange()
  const donut = element(
    'div',
    {
      class: 'donut panel-plot',
      tabindex: '0',
      role: 'group',
      'aria-label': `${info.title}, donut. Left and right arrow keys read the parts.`,
    },
    svg('svg', { viewBox: '0 0 100 100', 'aria-hidden': 'true' }, ring),
    element('span', { class: 'donut-middle' }, number, label, change.root),
  )
  const what = element('th', { scope: 'col' })
  const list = element('tbody')
  const head = element(
    'thead',
    { class: 'hidden' },
    element('tr', {}, what, element('th', {}, info.value.label), element('th', {}, 'Share')),
  )
  const legend = element('table', { class: 'share-legend' }, head, list)
  /** Remembered colours, by name. @type {Map<string, number>} */
  const places = new Map()
  /** @type {RowsPanel | undefined} */
  let drawn
  /** @type {number | null} */
  let pointed = null
  const showSlices = createRows(ring, createSlice)
  const showEntries = createRows(list, (index) => createEntry(index, unit))

  function draw() {
    if (drawn === undefined) return
    const panel = drawn
    const colours = coloursOf(places, panel.rows, theme())
    let start = 0
    const parts = panel.rows.map((row, index) => {
      const from = start
      start += row.share ?? 0
      return { row, label: labelOf(info, panel, row), colour: colours[index], from }
    })
    showSlices(parts)
    showEntries(parts)
    point(pointed)
  }

  /** @param {number | null} index */
  function point(index) {
    pointed = index
    for (const parts of [ring.children, list.children])
      for (const [at, part] of [...parts].entries())
        part.classList.toggle('dimmed', index !== null && at !== index)
    const row = index === null ? undefined : drawn?.rows[index]
    const amount = row ?? drawn?.all
    setText(number, formatValue(amount?.now ?? null, unit))
    number.title = formatExact(amount?.now ?? null, unit)
    const name =
      row === undefined || drawn === undefined ? info.value.label : labelOf(info, drawn, row)
    setText(label, row === undefined ? name : `${name} · ${formatValue(row.share, 'percentunit')}`)
    change.update(amount?.compared ?? null, unit)
  }

  /** @param {number} index */
  function tell(index) {
    const row = drawn?.rows[index]
    if (drawn === undefined || row === undefined) return ''
    const part = formatValue(row.share, 'percentunit')
    return `${labelOf(info, drawn, row)}: ${formatExact(row.now, unit)}, ${part} of all`
  }

  const count = () => drawn?.rows.length ?? 0
  readByKeys(donut, { count, point, tell, say })
  for (const part of [donut, legend]) readByPointer(part, point)

  return {
    root: element('div', { class: 'drawing share' }, donut, legend),
    /** @param {RowsPanel} panel */
    update(panel) {
      drawn = panel
      setText(what, splitLabelOf(info, panel))
      draw()
    },
    recolour: draw,
  }
}

/** @typedef {{ row: Row, label: string, colour: string, from: number }} Part */

/** @param {number} index */
function createSlice(index) {
  const root = svg('circle', {
    class: 'slice',
    'data-index': String(index),
    ...{ cx: '50', cy: '50', r: '40', pathLength: '100' },
  })
  return {
    root,
    /** @param {Part} part */
    update({ row, colour, from }) {
      const length = Math.max(0, (row.share ?? 0) * 100)
      const drawn = length >= 100 ? 100 : Math.max(Math.min(length, 0.2), length - GAP)
      root.setAttribute('stroke-dasharray', `${drawn} ${100 - drawn}`)
      root.setAttribute('stroke-dashoffset', String(-from * 100))
      root.style.stroke = colour
    },
  }
}

/** @param {number} index @param {string} unit */
function createEntry(index, unit) {
  const swatch = element('span', { class: 'swatch' })
  const label = element('span', { class: 'share-label' })
  const value = element('td', { class: 'number muted' })
  const share = element('td', { class: 'number strong' })
  const name = element('th', { scope: 'row', class: 'share-name' }, swatch, label)
  return {
    root: element('tr', { 'data-index': String(index) }, name, value, share),
    /** @param {Part} part */
    update({ row, label: text, colour }) {
      swatch.style.background = colour
      setText(label, text)
      label.title = text
      setText(value, formatValue(row.now, unit))
      value.title = formatExact(row.now, unit)
      setText(share, formatValue(row.share, 'percentunit'))
    },
  }
}
