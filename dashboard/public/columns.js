// The lists of a panel that run along its buckets, in a fixed order: what is sent in part. Used by server and page. Pure.

/** @typedef {import('../api.ts').PanelView} PanelView */
/** @typedef {readonly (number | null)[]} Column */

/**
 * Edges first, then the totals' values, then those of each line and of its period before.
 * @param {PanelView} panel
 * @returns {Column[]}
 */
export function columnsOf(panel) {
  const lines = panel.kind === 'series' ? panel.series : []
  return [
    panel.edges,
    ...panel.totals.map(({ values }) => values),
    ...lines.flatMap(({ values, before }) =>
      before === undefined ? [values] : [values, before.values],
    ),
  ]
}

/**
 * The panel with others in their place.
 * @template {PanelView} Panel
 * @param {Panel} panel
 * @param {readonly Column[]} columns in the order of `columnsOf`, as many
 * @returns {Panel}
 */
export function withColumns(panel, columns) {
  let at = 0
  const next = () => columns[at++]
  const edges = /** @type {readonly number[]} */ (next())
  const totals = panel.totals.map((total) => ({ ...total, values: next() }))
  if (panel.kind !== 'series') return { ...panel, edges, totals }
  const series = panel.series.map((one) => ({
    ...one,
    values: next(),
    ...(one.before === undefined ? {} : { before: { ...one.before, values: next() } }),
  }))
  return { ...panel, edges, totals, series }
}
