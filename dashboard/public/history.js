// What is chosen, as the address tells it: each choice is a step that the browser's back button undoes.
import { readHash, writeHash } from './state.js'

/** @typedef {import('./state.js').State} State */

/**
 * @param {import('./state.js').Names} names
 * @param {(state: State) => void} onMove back, forward, or another address was typed in
 */
export function createHistory(names, onMove) {
  let state = readHash(location.hash, names)

  /** Steps that were made on this page before the one shown. */
  const depth = () => Number(history.state?.depth ?? 0)
  const move = () => {
    const next = readHash(location.hash, names)
    if (writeHash(next) === writeHash(state)) return
    state = next
    onMove(state)
  }
  addEventListener('popstate', move)
  addEventListener('hashchange', move)

  /** @param {Partial<State>} changes */
  const changed = (changes) => {
    state = { ...state, ...changes }
    return writeHash(state) || location.pathname
  }
  return {
    state: () => state,
    /** @param {Partial<State>} changes */
    push(changes) {
      const before = writeHash(state)
      const address = changed(changes)
      if (writeHash(state) !== before) history.pushState({ depth: depth() + 1 }, '', address)
    },
    /** Changes that are no step. @param {Partial<State>} changes */
    replace(changes) {
      history.replaceState(history.state, '', changed(changes))
    },
    canGoBack: () => depth() > 0,
    /** Goes a step back, if there was one on this page. */
    back() {
      if (depth() === 0) return false
      history.back()
      return true
    },
  }
}
