// Ranking: a row per value of a tag, largest first, with a bar behind its name, its share and its change.
import { createChange } from '../change.js'
import { element, setText } from '../dom.js'
import { formatExact, formatValue } from '../format.js'
import { labelOf, splitLabelOf } from '../names.js'
import { isPlain } from '../palette.js'
import { createRows } from '../rows.js'

/** @typedef {import('../../api.ts').Row} Row */
/** @typedef {import('../../api.ts').RowsPanel} RowsPanel */

/** @param {import('../../api.ts').PanelInfo} info */
export function createRanking(info) {
  const { unit } = info.value
  const what = element('th', { scope: 'col' })
  const share = element('th', { scope: 'col', class: 'number' }, 'Share')
  const change = element('th', { scope: 'col', class: 'number' }, 'Change')
  const value = element('th', { scope: 'col', class: 'number' }, info.value.label)
  const body = element('tbody')
  const root = element(
    'table',
    { class: 'ranking' },
    element('thead', {}, element('tr', {}, what, value, share, change)),
    body,
  )
  const show = createRows(body, () => createRow(unit))

  return {
    root,
    /** @param {RowsPanel} panel */
    update(panel) {
      setText(what, splitLabelOf(info, panel))
      const shared = panel.rows.some((row) => row.share !== null)
      const compared = panel.rows.some((row) => row.compared !== null)
      share.hidden = !shared
      change.hidden = !compared
      const largest = Math.max(0, ...panel.rows.map((row) => (isPlain(row) ? 0 : (row.now ?? 0))))
      show(
        panel.rows.map((row) => ({
          row,
          label: labelOf(info, panel, row),
          largest,
          shared,
          compared,
        })),
      )
    },
  }
}

/** @param {string} unit */
function createRow(unit) {
  const bar = element('span', { class: 'ranking-bar' })
  const label = element('span', { class: 'ranking-label' })
  const value = element('td', { class: 'number strong' })
  const share = element('td', { class: 'number muted' })
  const change = createChange()
  const changed = element('td', { class: 'number' }, change.root)
  const name = element('th', { scope: 'row', class: 'ranking-name' }, bar, label)
  return {
    root: element('tr', {}, name, value, share, changed),
    /** @param {{ row: Row, label: string, largest: number, shared: boolean, compared: boolean }} thing */
    update({ row, label: text, largest, shared, compared }) {
      setText(label, text)
      label.title = text
      setText(value, formatValue(row.now, unit))
      value.title = formatExact(row.now, unit)
      setText(share, formatValue(row.share, 'percentunit'))
      share.hidden = !shared
      changed.hidden = !compared
      change.update(row.compared, unit)
      const part = largest > 0 ? Math.min(1, Math.max(0, (row.now ?? 0) / largest)) : 0
      bar.style.width = `${part * 100}%`
      bar.classList.toggle('plain', isPlain(row))
    },
  }
}
