// The open connection to the server, which pushes a view and then what changes of it, in pieces that are shown together.
// It mends itself; the page is told how it stands, and gets whole views.
import { createPieces } from './pieces.js'

/**
 * @typedef {object} LiveHandlers
 * @property {(view: import('../api.ts').View) => void} onView
 * @property {(state: import('../api.ts').StoreState) => void} onStore
 * @property {(connected: boolean) => void} onConnection
 * @property {(version: string) => void} onPipeline which definitions the server shows, at each connection
 * @property {() => void} onRefused the server answers, and not with what is asked for
 */

const AGAIN_MS = 3000

/** @param {LiveHandlers} handlers */
export function createLive({ onView, onStore, onConnection, onPipeline, onRefused }) {
  /** @type {EventSource | undefined} */
  let source
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again
  let query = ''

  function connect() {
    source?.close()
    clearTimeout(again)
    const own = new EventSource(`api/live?${query}`)
    source = own
    const pieces = createPieces()
    own.addEventListener('open', () => {
      pieces.begin()
      onConnection(true)
    })
    own.addEventListener('pipeline', (event) => onPipeline(JSON.parse(event.data).version))
    own.addEventListener('panel', (event) => pieces.take(JSON.parse(event.data)))
    own.addEventListener('view', (event) => onView(pieces.view(JSON.parse(event.data))))
    own.addEventListener('store', (event) => onStore(JSON.parse(event.data)))
    own.addEventListener('error', () => {
      onConnection(false)
      // A browser tries again by itself unless the server answered with an error.
      if (own.readyState === EventSource.CLOSED && own === source) {
        again = setTimeout(connect, AGAIN_MS)
        onRefused()
      }
    })
  }

  return {
    /** Looks at something else; false: it is the same. @param {string} next the API's query */
    look(next) {
      if (next === query) return false
      query = next
      connect()
      return true
    },
  }
}
