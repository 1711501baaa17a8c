// The page: puts range, filter, theme, totals and panels together and keeps them up to date.
import { createBoard } from './board.js'
import { byId, element, setText } from './dom.js'
import { fillEmpty } from './empty.js'
import { createFilters } from './filters.js'
import { createHistory } from './history.js'
import { createLive } from './live.js'
import { createRangeMenu } from './range-menu.js'
import { queryOf, withFilter, withSplit } from './state.js'
import { createStatus } from './status.js'
import { createTheme } from './theme.js'
import { timesIn } from './times.js'
import { createTotals } from './totals.js'
import { fillNotice, readingText, stretchText } from './words.js'

/** @typedef {import('../api.ts').PipelineInfo} PipelineInfo */
/** @typedef {import('../api.ts').View} View */

/** Bars per chart, at most: more would be finer than the eye. */
const POINTS = { wide: 100, narrow: 60 }
const NARROW_PX = 640
/** What takes longer to come is said to be read. */
const PATIENCE_MS = 400
const NO_STRETCH = { fromMs: null, toMs: null }

const info = await loadPipeline()
const times = timesIn()
/** Hours of the page's zone matter to heatmaps only; all others share what is made for them. */
const zone = info.panels.some(({ kind }) => kind === 'heatmap')
  ? { tz: Intl.DateTimeFormat().resolvedOptions().timeZone }
  : {}
/** Set when the page chose "all" by itself, as the data is old. */
let choseAll = false
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting

const address = createHistory(info, (state) => {
  choseAll = false
  if (state.theme !== null) theme.set(state.theme)
  look()
})
const theme = createTheme(byId('theme'), address.state().theme, (chosen) => {
  address.replace({ theme: chosen })
  board.recolour()
})
const status = createStatus()
const range = createRangeMenu(info.ranges, {
  onName: (name) => go({ range: name, ...NO_STRETCH }),
  onStretch: (fromMs, toMs) => go({ range: null, fromMs, toMs }),
})
const compare = /** @type {HTMLInputElement} */ (byId('compare'))
compare.addEventListener('change', () => go({ compare: compare.checked }))
const filters = createFilters(info.tags, {
  onChange: (tag, values) => go({ filter: withFilter(address.state(), tag, values) }),
  load: loadValues,
})
const totals = createTotals(info.panels)
const board = createBoard(byId('panels'), info, {
  times,
  theme: theme.shown,
  say: (text) => setText(byId('spoken'), text),
  onZoom: (fromMs, toMs) => go({ range: null, fromMs, toMs }),
  onSplit: (panel, tag) => go({ splits: withSplit(address.state(), panel, tag) }),
})
const live = createLive({
  onView: show,
  onStore: status.store,
  onConnection: status.connection,
  onPipeline: beginAnewIfOther,
  // As when it is asked for a panel that is there no more.
  onRefused: async () => beginAnewIfOther((await loadPipeline()).version),
})

const title = info.name.charAt(0).toUpperCase() + info.name.slice(1)
document.title = `${title} · windrow`
setText(byId('title'), title)
byId('controls').append(range.root)
byId('filters').append(...filters.roots)
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
byId('back').addEventListener('click', () => {
  if (!address.back()) go({ range: null, ...NO_STRETCH })
})
look()

/** What is chosen is in the address, and stays. @param {string} version of the definitions that the server shows */
function beginAnewIfOther(version) {
  if (version !== info.version) location.reload()
}

/** A step that the browser's back button undoes. @param {Partial<import('./state.js').State>} changes */
function go(changes) {
  if ('range' in changes) choseAll = false
  address.push(changes)
  look()
}

/** The API's query for what is chosen. */
function queryNow() {
  const points = innerWidth < NARROW_PX ? POINTS.narrow : POINTS.wide
  return queryOf(address.state(), choseAll ? 'all' : info.defaultRange, { points, ...zone })
}

function look() {
  const state = address.state()
  const name =
    state.fromMs !== null ? null : (state.range ?? (choseAll ? 'all' : info.defaultRange))
  range.mark(name)
  filters.mark(state)
  compare.checked = state.compare && name !== 'all'
  compare.disabled = name === 'all'
  if (!live.look(queryNow())) return
  clearTimeout(waiting)
  waiting = setTimeout(() => {
    byId('content').setAttribute('aria-busy', 'true')
    setText(byId('stretch'), 'Reading …')
  }, PATIENCE_MS)
}

/** @param {View} next */
function show(next) {
  const state = address.state()
  const unchosen = state.range === null && state.fromMs === null
  if (next.data === 'elsewhere' && unchosen && !choseAll) {
    choseAll = true
    look()
    return
  }
  clearTimeout(waiting)
  byId('content').removeAttribute('aria-busy')
  byId('content').hidden = next.data === 'nowhere'
  byId('filters').hidden = next.data === 'nowhere'
  byId('empty').hidden = next.data !== 'nowhere'
  setText(byId('stretch'), stretchText(next, times))
  const reading = readingText(next)
  setText(byId('reading'), reading === '' ? '' : ` · ${reading}`)
  range.stretch(next.fromMs, next.toMs)
  byId('back').hidden = next.range !== 'fixed'
  setText(byId('back'), address.canGoBack() ? 'Back' : 'Back to live')
  fillNotice(byId('notice'), next, times, {
    choseAll,
    showAll: () => go({ range: 'all', ...NO_STRETCH }),
    clearFilter: () => go({ filter: [] }),
  })
  totals.update(next)
  board.update(next)
  status.view(next)
}

/** @param {string} tag @returns {Promise<import('../api.ts').TagValues>} */
async function loadValues(tag) {
  const response = await fetch(`api/values?tag=${encodeURIComponent(tag)}&${queryNow()}`).catch(
    () => undefined,
  )
  if (response?.ok) return response.json()
  const answer = await response?.json().catch(() => undefined)
  throw new Error(answer?.error ?? 'The dashboard server does not answer.')
}

/** @returns {Promise<PipelineInfo>} */
async function loadPipeline() {
  while (true) {
    try {
      const response = await fetch('api/pipeline')
      if (response.ok) return await response.json()
    } catch {
      // The server is being started again, perhaps: try until it is there.
    }
    await new Promise((resolve) => setTimeout(resolve, 2000))
  }
}
