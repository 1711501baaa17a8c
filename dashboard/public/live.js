// The open connection to the server, which pushes a view and then what changes of it. It mends itself; the page is told how
// it stands, and gets whole views: panels that did not change are the same objects as before.

/**
 * @typedef {object} LiveHandlers
 * @property {(view: import('../api.ts').View) => void} onView
 * @property {(state: import('../api.ts').StoreState) => void} onStore
 * @property {(connected: boolean) => void} onConnection
 */

const AGAIN_MS = 3000

/** @param {LiveHandlers} handlers */
export function createLive({ onView, onStore, onConnection }) {
  /** @type {EventSource | undefined} */
  let source
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let again
  let query = ''
  /** @type {import('../api.ts').View | undefined} */
  let view

  /** @param {import('../api.ts').View} next with the panels that changed */
  function take(next) {
    const changed = new Map(next.panels.map((panel) => [panel.id, panel]))
    const panels = view?.panels.map((panel) => changed.get(panel.id) ?? panel) ?? next.panels
    view = { ...next, panels }
    onView(view)
  }

  function connect() {
    view = undefined
    source?.close()
    clearTimeout(again)
    const own = new EventSource(`/api/live?${query}`)
    source = own
    own.addEventListener('open', () => onConnection(true))
    own.addEventListener('view', (event) => take(JSON.parse(event.data)))
    own.addEventListener('store', (event) => onStore(JSON.parse(event.data)))
    own.addEventListener('error', () => {
      onConnection(false)
      // A browser tries again by itself unless the server answered with an error.
      if (own.readyState === EventSource.CLOSED && own === source)
        again = setTimeout(connect, AGAIN_MS)
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
