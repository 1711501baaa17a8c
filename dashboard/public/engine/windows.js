// The open windows of each metric: how many, which closes next and when.
import { element, setText } from '../dom.js'
import { createRows } from '../rows.js'
import { frame, headOf, scrolled } from './frame.js'
import { closesText, counted, countText, windowText } from './words.js'

/** @typedef {import('./words.js').Known} Known */
/** @typedef {Known['status']['metrics'][number]} Metric */

const COLUMNS = [
  { label: 'Metric' },
  { label: 'Open', number: true },
  { label: 'Correctable', number: true },
  { label: 'Points written', number: true },
  { label: 'Closes next' },
  { label: 'Groups', number: true },
  { label: 'Closes in event time in', number: true },
]

export function createWindows() {
  const body = element('tbody')
  const table = element('table', { class: 'grid' }, headOf(COLUMNS), body)
  /** @type {(rows: readonly { metric: Metric, state: Known }[]) => void} */
  const show = createRows(body, () => {
    const cells = COLUMNS.map(({ number }, index) =>
      index === 0
        ? element('th', { scope: 'row' })
        : element('td', number ? { class: 'number' } : {}),
    )
    return {
      root: element('tr', {}, ...cells),
      update: ({ metric, state }) => {
        for (const [index, text] of textsOf(metric, state).entries()) setText(cells[index], text)
      },
    }
  })
  const summary =
    'Correctable: closed, and late events still correct them. Why one is still open: windrow why.'
  return {
    roots: [frame('Open windows', summary, 6, scrolled('Open windows', table))],
    /** @param {Known} state */
    update(state) {
      show(state.status.metrics.map((metric) => ({ metric, state })))
    },
  }
}

/** @param {Metric} metric @param {Known} state */
function textsOf(
  { metric, openWindows, correctableWindows, openSessions, pointsWritten, next },
  state,
) {
  const sessions = openSessions === undefined ? [] : [counted(openSessions, 'session')]
  const windows = openWindows === 0 && sessions.length > 0 ? [] : [countText(openWindows)]
  return [
    metric,
    [...windows, ...sessions].join(', '),
    countText(correctableWindows ?? 0),
    countText(pointsWritten ?? 0),
    ...nextTexts(next, state),
  ]
}

/** @param {Metric['next']} next @param {Known} state */
function nextTexts(next, { status, nowMs }) {
  if (next === undefined) return ['–', '–', '–']
  const { startEpochMs, endEpochMs, groups } = next
  return [
    windowText(startEpochMs, endEpochMs, nowMs),
    countText(groups),
    closesText(endEpochMs, status),
  ]
}
