// The values of a tag beside each other: bars, shares of a whole, a ranking, a table. Pure.
import type { Amount, Row, RowsPanel, TablePanel } from '../api.ts'
import { courseIn, makesWhole, notesOn, type PanelData, totalsOf } from '../panel-data.ts'
import { valuesOfPanel } from '../panels.ts'
import { chosenOf, restOf } from './rest.ts'

/** Rows at most, with that of the rest. */
export const MAX_ROWS = { bars: 24, share: 8, ranking: 10, table: 100 } as const

type Cells = { readonly name: string; readonly rest: number; readonly cells: readonly Amount[] }

export function rowsOf(
  data: PanelData,
  kind: RowsPanel['kind'],
  split: string,
): Pick<RowsPanel, 'all' | 'rows' | 'notes'> {
  const { value } = data.panel
  const { all, rows, notes } = cellsOf(data, kind, split, [value])
  const whole = makesWhole(data, value) ? all[0].now : null
  const shareOf = (now: number | null) =>
    whole === null || whole <= 0 || now === null ? null : now / whole
  return {
    all: all[0],
    rows: rows.map(({ name, rest, cells: [cell] }): Row => {
      return { name, rest, ...cell, share: shareOf(cell.now) }
    }),
    notes,
  }
}

export const tableOf = (
  data: PanelData,
  split: string,
): Pick<TablePanel, 'all' | 'rows' | 'notes'> =>
  cellsOf(data, 'table', split, valuesOfPanel(data.panel))

function cellsOf(
  data: PanelData,
  kind: keyof typeof MAX_ROWS,
  split: string,
  values: readonly string[],
): { all: readonly Amount[]; rows: readonly Cells[]; notes: string[] } {
  const { counted, whole, compare } = data
  const notes = notesOn(data, values, Infinity)
  const every = totalsOf(data, whole, undefined, compare)
  const all = values.map((value) => every('', value))
  if (values.every((value) => courseIn(data, value, Infinity).kind === 'none'))
    return { all, rows: [], notes }
  const chosen = chosenOf(data, split, MAX_ROWS[kind], kind === 'bars' ? 'name' : 'weight')
  const of = totalsOf(data, counted, split, compare)
  const rows = chosen.shown.map((name): Cells => {
    return { name, rest: 0, cells: values.map((value) => of(name, value)) }
  })
  const known = rows.filter(({ cells }) => cells.some(({ now }) => now !== null))
  if (chosen.rest.length === 0) return { all, rows: known, notes }
  const ofRest = totalsOf(data, restOf(data, counted, split, chosen), undefined, compare)
  const cells = values.map((value) => ofRest('', value))
  const others: Cells = { name: '', rest: chosen.rest.length, cells }
  return { all, rows: [...known, others], notes }
}
