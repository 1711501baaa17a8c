// What the page says about the stretch of time it shows, and about what it cannot show.
import { element } from './dom.js'
import { formatAgo, formatRangeName, formatSpan } from './format.js'

/** @typedef {import('../api.ts').View} View */
/** @typedef {ReturnType<typeof import('./times.js').timesIn>} Times */

/** @param {View} view @param {Times} times */
export function stretchText(view, times) {
  if (view.data === 'nowhere') return 'No data yet'
  const stretch = times.stretch(view.fromMs, view.toMs, view.nowMs)
  if (view.range === 'all') return `All data · ${stretch}`
  const before = comparedText(view, times)
  if (view.range === 'fixed') return `${stretch}${before}`
  return `Last ${formatRangeName(view.range)} · ${stretch}${before}`
}

/** While a range is read for the first time, how far back: "reading back: 12 of 30 days"; else empty. @param {View} view */
export function readingText({ fromMs, toMs, backToMs }) {
  if (backToMs === null) return ''
  const days = (toMs - fromMs) / 86_400_000
  const [unitMs, unit] = days >= 2 ? [86_400_000, 'days'] : [3_600_000, 'hours']
  const all = Math.round((toMs - fromMs) / unitMs)
  const read = Math.floor((toMs - backToMs) / unitMs)
  return all > 1 && read < all
    ? `reading back: ${Math.max(0, read)} of ${all} ${unit}`
    : 'reading back'
}

/** @param {View} view @param {Times} times */
function comparedText(view, times) {
  if (view.before !== null)
    return ` · compared with ${times.stretch(view.before.fromMs, view.before.toMs, view.nowMs)}`
  const compared = view.panels.some((panel) =>
    panel.totals.some((total) => total.compared !== null),
  )
  return compared ? ` · change against the ${beforeText(view)}` : ''
}

/** "15 minutes before", or empty where nothing is before. @param {View} view */
function beforeText(view) {
  if (view.range === 'all') return ''
  if (view.range === 'fixed') return `${formatSpan(view.toMs - view.fromMs)} before`
  return `${formatRangeName(view.range)} before`
}

/**
 * Where the data is that is not shown, and a button that shows it.
 * @param {HTMLElement} notice
 * @param {View} view
 * @param {Times} times
 * @param {{ choseAll: boolean, showAll: () => void, clearFilter: () => void }} page
 */
export function fillNotice(notice, view, times, { choseAll, showAll, clearFilter }) {
  if (view.data === 'elsewhere' && view.extent !== null) {
    const where = times.stretch(view.extent.fromMs, view.extent.toMs, view.nowMs)
    notice.replaceChildren(
      `There is no data in this time range; there is from ${where}. `,
      link('Show all data', showAll),
    )
  } else if (view.data === 'filtered')
    notice.replaceChildren(
      'Nothing in this time range matches the filter. ',
      link('Clear the filter', clearFilter),
    )
  else if (choseAll && view.range === 'all' && view.data === 'here') {
    const newest = times.moment(view.toMs, view.nowMs)
    notice.replaceChildren(
      `The newest data is from ${newest} (${formatAgo(view.nowMs - view.toMs)}), so the page shows all there is.`,
    )
  } else notice.replaceChildren()
  notice.hidden = notice.childNodes.length === 0
}

/** @param {string} text @param {() => void} onClick */
function link(text, onClick) {
  const button = element('button', { type: 'button', class: 'link' }, text)
  button.addEventListener('click', onClick)
  return button
}
