// What can be shared by copying the address, in the part after "#": range, filter, splits, comparison and theme. Pure.

/**
 * @typedef {object} State
 * @property {string | null} range null: the default
 * @property {number | null} fromMs a stretch of its own, with `toMs`, instead of a range
 * @property {number | null} toMs
 * @property {readonly (readonly [tag: string, value: string])[]} filter
 * @property {readonly (readonly [panel: string, tag: string])[]} splits empty tag: none; panels not here have their own
 * @property {boolean} compare
 * @property {'light' | 'dark' | null} theme
 */

/** @typedef {Pick<import('../api.ts').PipelineInfo, 'ranges' | 'tags' | 'panels'>} Names */

/**
 * Reads the hash. What is not understood, or is there no more, is left out: an old link must still open the page.
 * @param {string} hash
 * @param {Names} names of what there is
 * @returns {State}
 */
export function readHash(hash, { ranges, tags, panels }) {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const range = parameters.get('range')
  const theme = parameters.get('theme')
  const [fromMs, toMs] = [timeOf(parameters.get('from')), timeOf(parameters.get('to'))]
  const fixed = fromMs !== null && toMs !== null && fromMs < toMs
  return {
    range: !fixed && range !== null && ranges.includes(range) ? range : null,
    fromMs: fixed ? fromMs : null,
    toMs: fixed ? toMs : null,
    filter: pairsOf(parameters, 'filter').filter(([tag]) => tags.some(({ name }) => name === tag)),
    splits: pairsOf(parameters, 'split').filter(([id, tag]) => {
      const panel = panels.find((one) => one.id === id)
      return tag === '' ? hasNone(panel) : panel?.splits.some(({ name }) => name === tag)
    }),
    compare: parameters.get('compare') === '1',
    theme: theme === 'light' || theme === 'dark' ? theme : null,
  }
}

/** @param {import('../api.ts').PanelInfo | undefined} panel */
const hasNone = (panel) => panel?.whole === true && panel.splits.length > 0

/** 9999-12-31, the last day that the server takes. */
const LATEST_MS = 253_402_300_799_999

/** @param {string | null} text */
function timeOf(text) {
  if (text === null || !/^\d{1,15}$/.test(text)) return null
  return Number(text) <= LATEST_MS ? Number(text) : null
}

/**
 * "name:value", as often as it is there.
 * @param {URLSearchParams} parameters
 * @param {string} name
 * @returns {(readonly [string, string])[]}
 */
function pairsOf(parameters, name) {
  const texts = [...new Set(parameters.getAll(name))].slice(0, 100)
  return texts.flatMap((text) => {
    const at = text.indexOf(':')
    return at > 0 ? [/** @type {const} */ ([text.slice(0, at), text.slice(at + 1)])] : []
  })
}

/**
 * @param {State} state
 * @returns {string} with "#", or empty
 */
export function writeHash(state) {
  const parameters = new URLSearchParams()
  if (state.fromMs !== null && state.toMs !== null) {
    parameters.set('from', String(state.fromMs))
    parameters.set('to', String(state.toMs))
  } else if (state.range !== null) parameters.set('range', state.range)
  appendCommon(parameters, state)
  if (state.theme !== null) parameters.set('theme', state.theme)
  const text = parameters.toString().replaceAll('%3A', ':')
  return text === '' ? '' : `#${text}`
}

/** @param {URLSearchParams} parameters @param {State} state */
function appendCommon(parameters, { filter, splits, compare }) {
  for (const [tag, value] of filter) parameters.append('filter', `${tag}:${value}`)
  for (const [id, tag] of splits) parameters.append('split', `${id}:${tag}`)
  if (compare) parameters.set('compare', '1')
}

/**
 * The query of the API for what is looked at.
 * @param {State} state
 * @param {string} fallback range when none is chosen
 * @param {{ points: number, tz?: string }} page
 */
export function queryOf(state, fallback, { points, tz }) {
  const parameters = new URLSearchParams()
  if (state.fromMs !== null && state.toMs !== null) {
    parameters.set('from', String(state.fromMs))
    parameters.set('to', String(state.toMs))
  } else parameters.set('range', state.range ?? fallback)
  parameters.set('points', String(points))
  appendCommon(parameters, state)
  if (tz !== undefined) parameters.set('tz', tz)
  return parameters.toString()
}

/**
 * The values of a tag that are let through; none: all of them.
 * @param {State} state
 * @param {string} tag
 */
export const filterOf = ({ filter }, tag) =>
  filter.filter(([name]) => name === tag).map(([, value]) => value)

/**
 * The filter with other values of a tag.
 * @param {State} state
 * @param {string} tag
 * @param {readonly string[]} values
 */
export const withFilter = ({ filter }, tag, values) => [
  ...filter.filter(([name]) => name !== tag),
  ...values.map((value) => /** @type {const} */ ([tag, value])),
]

/**
 * The splits with another one of a panel; its own split needs no word.
 * @param {State} state
 * @param {import('../api.ts').PanelInfo} panel
 * @param {string} tag empty: none
 */
export const withSplit = ({ splits }, panel, tag) => [
  ...splits.filter(([id]) => id !== panel.id),
  ...(tag === (panel.split ?? '') ? [] : [/** @type {const} */ ([panel.id, tag])]),
]
