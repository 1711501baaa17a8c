// What can be shared by copying the address: range and theme, in the part after "#". Pure but for `remember`.

/**
 * @typedef {{ range: string | null, fromMs: number | null, toMs: number | null, theme: 'light' | 'dark' | null }} State
 */

/**
 * Reads the hash. What is not understood is left out: an old link must still open the page.
 * @param {string} hash
 * @param {readonly string[]} ranges names of ranges there are
 * @returns {State}
 */
export function readHash(hash, ranges) {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const range = parameters.get('range')
  const theme = parameters.get('theme')
  const [fromMs, toMs] = [timeOf(parameters.get('from')), timeOf(parameters.get('to'))]
  const fixed = fromMs !== null && toMs !== null && fromMs < toMs
  return {
    range: !fixed && range !== null && ranges.includes(range) ? range : null,
    fromMs: fixed ? fromMs : null,
    toMs: fixed ? toMs : null,
    theme: theme === 'light' || theme === 'dark' ? theme : null,
  }
}

/** @param {string | null} text */
const timeOf = (text) => (text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null)

/**
 * @param {State} state
 * @returns {string} with "#", or empty
 */
export function writeHash({ range, fromMs, toMs, theme }) {
  const parameters = new URLSearchParams()
  if (fromMs !== null && toMs !== null) {
    parameters.set('from', String(fromMs))
    parameters.set('to', String(toMs))
  } else if (range !== null) parameters.set('range', range)
  if (theme !== null) parameters.set('theme', theme)
  const text = parameters.toString()
  return text === '' ? '' : `#${text}`
}

/**
 * The query of the API for what is looked at.
 * @param {State} state
 * @param {string} fallback range when none is chosen
 * @param {number} points
 */
export function queryOf({ range, fromMs, toMs }, fallback, points) {
  const stretch =
    fromMs !== null && toMs !== null ? `from=${fromMs}&to=${toMs}` : `range=${range ?? fallback}`
  return `${stretch}&points=${points}`
}
