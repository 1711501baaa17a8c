// How things stand: live or not, when numbers last changed, and a banner while store or server do not answer.
import { beat } from './beat.js'
import { byId, setText } from './dom.js'
import { formatAgo } from './format.js'

/** Numbers that have not changed for this long are not called live. */
const LIVE_MS = 45_000
/** A connection that is back sooner is not worth a word. */
const PATIENCE_MS = 2500

export function createStatus() {
  const status = byId('status')
  const banner = byId('banner')
  let connected = true
  let lostMs = 0
  /** @type {import('../api.ts').StoreState} */
  let store = { state: 'ok', message: '' }
  /** @type {number | null} */
  let changedMs = null
  let known = false
  let skewMs = 0

  function render() {
    const nowMs = Date.now() + skewMs
    const lost = !connected && Date.now() - lostMs > PATIENCE_MS
    const age = changedMs === null ? Number.POSITIVE_INFINITY : nowMs - changedMs
    const trouble = lost || store.state === 'down'
    const state = trouble ? 'trouble' : !known ? 'wait' : age < LIVE_MS ? 'live' : 'quiet'
    status.dataset.state = state
    const words = { trouble: 'Not connected', wait: 'Connecting', live: 'Live', quiet: 'Quiet' }
    setText(byId('status-word'), changedMs === null && state === 'quiet' ? 'Waiting' : words[state])
    // The newest change of replayed data may be years ago; the notice tells that better.
    const tellAge = known && age < 86_400_000
    setText(byId('status-age'), tellAge ? `updated ${formatAgo(Math.max(0, age))}` : '')
    const message = lost
      ? 'The dashboard server does not answer. The numbers below stand still; the page goes on by itself once it is back.'
      : store.state === 'ok'
        ? ''
        : `${store.message} The page goes on by itself once it answers.`
    setText(banner, message)
    banner.hidden = message === ''
  }
  setInterval(render, 1000)
  render()

  return {
    /** @param {import('../api.ts').StoreState} next */
    store(next) {
      store = next
      render()
    },
    /** @param {boolean} next */
    connection(next) {
      if (connected && !next) lostMs = Date.now()
      connected = next
      render()
    },
    /** @param {import('../api.ts').View} view */
    view(view) {
      if (known && view.changedMs !== changedMs) beat()
      known = true
      changedMs = view.changedMs
      skewMs = view.nowMs - Date.now()
      render()
    },
  }
}
