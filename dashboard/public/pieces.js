// Puts views together from the pieces that the server sends. Panels that did not change stay the same objects. Pure.
import { columnsOf, withColumns } from './columns.js'

/** @typedef {import('../api.ts').PanelView} PanelView */
/** @typedef {import('../api.ts').View} View */

export function createPieces() {
  /** In the server's order. @type {Map<string, PanelView>} */
  const panels = new Map()
  return {
    /** A connection begins with every panel, whole. */
    begin: () => panels.clear(),
    /** @param {import('../api.ts').PanelPiece} piece of the view that comes next */
    take({ panel, kept }) {
      const known = panels.get(panel.id)
      const before = known === undefined || kept.count === 0 ? [] : columnsOf(known)
      const columns = columnsOf(panel).map((column, index) => [
        ...(before[index]?.slice(kept.from, kept.from + kept.count) ?? []),
        ...column,
      ])
      panels.set(panel.id, before.length === 0 ? panel : withColumns(panel, columns))
    },
    /** @param {import('../api.ts').Frame} frame @returns {View} */
    view: (frame) => ({ ...frame, panels: [...panels.values()] }),
  }
}
