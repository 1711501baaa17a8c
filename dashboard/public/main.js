// The page: puts range, theme, totals and panels together and keeps them up to date.
import { createBoard } from './board.js'
import { byId, element, setText } from './dom.js'
import { fillEmpty } from './empty.js'
import { formatAgo, formatRangeName } from './format.js'
import { createLive } from './live.js'
import { createRanges } from './ranges.js'
import { queryOf, readHash, writeHash } from './state.js'
import { createStatus } from './status.js'
import { createTheme } from './theme.js'
import { timesIn } from './times.js'
import { createTotals } from './totals.js'

/** @typedef {import('../api.ts').PipelineInfo} PipelineInfo */
/** @typedef {import('../api.ts').View} View */

/** Bars per chart, at most: more would be finer than the eye. */
const POINTS = { wide: 100, narrow: 60 }
const NARROW_PX = 640

const info = await loadPipeline()
const times = timesIn()
let state = readHash(location.hash, info.ranges)
/** Set when the page chose "all" by itself, as the data is old. */
let choseAll = false

const theme = createTheme(byId('theme'), state.theme, (chosen) => {
  change({ theme: chosen })
  board.recolour()
})
const status = createStatus()
const ranges = createRanges(byId('ranges'), info.ranges, (name) => {
  choseAll = false
  change({ range: name, fromMs: null, toMs: null })
})
const totals = createTotals(info.panels)
const board = createBoard(byId('panels'), info, {
  times,
  theme: theme.shown,
  say: (text) => setText(byId('spoken'), text),
  onZoom: (fromMs, toMs) => {
    choseAll = false
    change({ range: null, fromMs, toMs })
  },
})
const live = createLive({
  onView: show,
  onStore: status.store,
  onConnection: status.connection,
})

const title = info.name.charAt(0).toUpperCase() + info.name.slice(1)
document.title = `${title} · windrow`
setText(byId('title'), title)
byId('totals').append(...totals.roots)
fillEmpty(byId('empty'), info.store)
byId('foot').append(
  element('span', {}, `Numbers from ${info.store}`),
  element('span', {}, `Times in ${Intl.DateTimeFormat().resolvedOptions().timeZone}`),
)
document.querySelector('[data-skip]')?.addEventListener('click', (event) => {
  event.preventDefault()
  byId('main').focus()
})
byId('back').addEventListener('click', () => change({ range: null, fromMs: null, toMs: null }))
addEventListener('hashchange', () => {
  const next = readHash(location.hash, info.ranges)
  if (writeHash(next) === writeHash(state)) return
  state = next
  choseAll = false
  if (state.theme !== null) theme.set(state.theme)
  look()
})
look()

/** @param {Partial<import('./state.js').State>} changes */
function change(changes) {
  state = { ...state, ...changes }
  history.replaceState(null, '', writeHash(state) || location.pathname)
  look()
}

function look() {
  const fallback = choseAll ? 'all' : info.defaultRange
  ranges.mark(state.fromMs === null ? (state.range ?? fallback) : null)
  live.look(queryOf(state, fallback, innerWidth < NARROW_PX ? POINTS.narrow : POINTS.wide))
}

/** @param {View} next */
function show(next) {
  const unchosen = state.range === null && state.fromMs === null
  if (next.data === 'elsewhere' && unchosen && !choseAll) {
    choseAll = true
    look()
    return
  }
  byId('content').hidden = next.data === 'nowhere'
  byId('empty').hidden = next.data !== 'nowhere'
  setText(byId('stretch'), stretchText(next))
  byId('back').hidden = next.range !== 'fixed'
  showNotice(next)
  totals.update(next)
  board.update(next)
  status.view(next)
}

/** @param {View} next */
function stretchText(next) {
  if (next.data === 'nowhere') return 'No data yet'
  const stretch = times.stretch(next.fromMs, next.toMs, next.nowMs)
  if (next.range === 'all') return `All data · ${stretch}`
  if (next.range === 'fixed') return stretch
  const compared = next.panels.some((panel) =>
    panel.totals.some((total) => total.compared !== null),
  )
  const change = compared ? ` · change against the ${beforeText(next)}` : ''
  return `Last ${formatRangeName(next.range)} · ${stretch}${change}`
}

/** @param {View} next */
function beforeText(next) {
  return next.range === 'all' || next.range === 'fixed'
    ? ''
    : `${formatRangeName(next.range)} before`
}

/** @param {View} next */
function showNotice(next) {
  const notice = byId('notice')
  if (next.data === 'elsewhere' && next.extent !== null) {
    const button = element('button', { type: 'button', class: 'link' }, 'Show all data')
    button.addEventListener('click', () => change({ range: 'all', fromMs: null, toMs: null }))
    const where = times.stretch(next.extent.fromMs, next.extent.toMs, next.nowMs)
    notice.replaceChildren(`There is no data in this time range; there is from ${where}. `, button)
  } else if (choseAll && next.range === 'all' && next.data === 'here') {
    const newest = times.moment(next.toMs, next.nowMs)
    notice.replaceChildren(
      `The newest data is from ${newest} (${formatAgo(next.nowMs - next.toMs)}), so the page shows all there is.`,
    )
  } else notice.replaceChildren()
  notice.hidden = notice.childNodes.length === 0
}

/** @returns {Promise<PipelineInfo>} */
async function loadPipeline() {
  while (true) {
    try {
      const response = await fetch('/api/pipeline')
      if (response.ok) return await response.json()
    } catch {
      // The server is being started again, perhaps: try until it is there.
    }
    await new Promise((resolve) => setTimeout(resolve, 2000))
  }
}
