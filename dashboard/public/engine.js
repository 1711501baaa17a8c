// The engine page: how the job is doing, live.
import { beat } from './beat.js'
import { byId, element, setText } from './dom.js'
import { fillSteps } from './empty.js'
import { createAlerts } from './engine/alerts.js'
import { createBooks } from './engine/books.js'
import { createLetters } from './engine/letters.js'
import { createPartitions } from './engine/partitions.js'
import { createParts } from './engine/parts.js'
import { createStores } from './engine/stores.js'
import { createTiles } from './engine/tiles.js'
import { createTrends } from './engine/trends.js'
import { createWindows } from './engine/windows.js'
import { aboutText, emptyOf } from './engine/words.js'
import { createTheme } from './theme.js'

/** @typedef {import('../engine/api.ts').EngineState} EngineState */
/** @typedef {import('../engine/api.ts').Sample} Sample */

/** A connection that is back sooner is not worth a word. */
const PATIENCE_MS = 2500
const AGAIN_MS = 3000

createTheme(byId('theme'), null, () => {})
const alerts = createAlerts(byId('alerts'))
const trends = createTrends()
const parts = [
  createTiles(),
  trends,
  createPartitions(),
  createWindows(),
  createBooks(),
  createStores(),
  createLetters(),
  createParts(),
]
const grid = element('div', { class: 'panels' }, ...parts.flatMap(({ roots }) => roots))
byId('content').append(grid)
document.querySelector('[data-skip]')?.addEventListener('click', (event) => {
  event.preventDefault()
  byId('main').focus()
})

/** @type {EngineState | undefined} */
let last
let shownEmpty = ''
/** When the connection was lost; 0: it stands. */
let lostMs = 0
connect()
setInterval(showConnection, 1000)

function connect() {
  const source = new EventSource('api/engine/live')
  source.addEventListener('open', () => connected(true))
  source.addEventListener('history', ({ data }) => trends.begin(JSON.parse(data)))
  source.addEventListener('engine', ({ data }) => show(JSON.parse(data)))
  source.addEventListener('error', () => {
    connected(false)
    // A browser tries again by itself unless the server answered with an error.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN_MS)
  })
}

/** @param {boolean} is */
function connected(is) {
  if (is) lostMs = 0
  else if (lostMs === 0) lostMs = Date.now()
  showConnection()
}

function showConnection() {
  const lost = lostMs > 0 && Date.now() - lostMs > PATIENCE_MS
  alerts.update(last?.alerts ?? [], last?.nowMs ?? Date.now(), lost)
  const job = last?.job.state ?? 'unknown'
  const [state, word] = lost
    ? ['trouble', 'Not connected']
    : job === 'answers'
      ? ['live', 'Live']
      : job === 'unknown'
        ? ['wait', 'Connecting']
        : ['trouble', 'No job']
  byId('status').dataset.state = state
  setText(byId('status-word'), word)
}

/** @param {EngineState} state */
function show(state) {
  if (last !== undefined && state.job.state === 'answers') beat()
  last = state
  setText(byId('about'), aboutText(state))
  showEmpty(state)
  const { status } = state
  byId('content').hidden = status === null
  if (status !== null) for (const part of parts) part.update({ ...state, status })
  const where = state.job.url === '' ? 'The job serves no state' : `State from ${state.job.url}`
  byId('foot').replaceChildren(
    element('span', {}, where),
    element('span', {}, `Times in ${Intl.DateTimeFormat().resolvedOptions().timeZone}`),
  )
  showConnection()
}

/** @param {EngineState} state */
function showEmpty(state) {
  const empty = emptyOf(state)
  const key = JSON.stringify(empty)
  if (key === shownEmpty) return
  shownEmpty = key
  byId('empty').hidden = empty === undefined
  if (empty !== undefined) fillSteps(byId('empty'), empty)
}
