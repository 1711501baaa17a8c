// How panels share the rows of a section, so that none is left with a hole beside it. Pure.

/** @typedef {import('../../data/definitions/metric.ts').PanelKind} PanelKind */

/** What a row is divided into: halves and thirds. */
export const COLUMNS = 6

/** Room a kind of panel would like. @type {Record<PanelKind, number>} */
const WISHES = { series: 3, heatmap: 3, table: 3, funnel: 2, bars: 2, share: 2, ranking: 2 }

/**
 * Columns for each panel, in order. Rows are filled from the last panel on, so that one that is left over is the first, the
 * main one; what a row has left is shared out by the wishes.
 * @param {readonly PanelKind[]} kinds
 * @returns {number[]}
 */
export function spansOf(kinds) {
  /** @type {number[][]} */
  const rows = [[]]
  for (const kind of kinds.toReversed()) {
    if (sum(rows[0]) + WISHES[kind] > COLUMNS) rows.unshift([])
    rows[0].unshift(WISHES[kind])
  }
  return rows.flatMap((row) => row.map((wish) => Math.round((wish * COLUMNS) / sum(row))))
}

/** @param {readonly number[]} numbers */
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0)
