// What a page must be told to get from one view to the next: panels that changed, of their columns what is new. Pure.
import type { Frame, PanelPiece, PanelView, View } from './api.ts'
import { columnsOf, withColumns } from './public/columns.js'

/** Events of `GET /api/live`, in order: pieces, then the frame that makes them the view. */
export type Change =
  | { readonly event: 'panel'; readonly data: PanelPiece }
  | { readonly event: 'view'; readonly data: Frame }

/** Everything, where there is no view before; nothing, where only the clock went on. */
export function changesOf(before: View | undefined, now: View): Change[] {
  const pieces = now.panels.flatMap((panel) => {
    const known = before?.panels.find(({ id }) => id === panel.id)
    return known === panel ? [] : (pieceOf(known, panel) ?? [])
  })
  if (before !== undefined && pieces.length === 0 && isSame(frameOf(before), frameOf(now)))
    return []
  const { panels: _, ...data } = now
  return [
    ...pieces.map((piece): Change => ({ event: 'panel', data: piece })),
    { event: 'view', data },
  ]
}

const frameOf = (view: View): View => ({ ...view, nowMs: 0, panels: [] })

const isSame = (one: unknown, two: unknown) => JSON.stringify(one) === JSON.stringify(two)

const NOTHING_KEPT = { from: 0, count: 0 } as const

/** Undefined: the panel was made anew and holds the same. */
function pieceOf(before: PanelView | undefined, now: PanelView): PanelPiece | undefined {
  const columns = columnsOf(now)
  const known = before === undefined ? [] : columnsOf(before)
  const kept = known.length === columns.length ? keptOf(known, columns) : NOTHING_KEPT
  const panel = withColumns(
    now,
    columns.map((column) => column.slice(kept.count)),
  )
  const sameLength = known.length > 0 && known[0].length === columns[0].length
  const whole = sameLength && kept.from === 0 && kept.count === columns[0].length
  if (before === undefined || !whole) return { panel, kept }
  const bare = (of: PanelView) =>
    withColumns(
      of,
      columnsOf(of).map(() => []),
    )
  return isSame(bare(before), bare(now)) ? undefined : { panel, kept }
}

/** The longest run of buckets from the first on that is already known, in every column. */
function keptOf(
  known: readonly (readonly unknown[])[],
  columns: readonly (readonly unknown[])[],
): PanelPiece['kept'] {
  const from = known[0].indexOf(columns[0][0])
  if (from === -1) return NOTHING_KEPT
  let count = columns[0].length
  columns.forEach((column, index) => {
    const old = known[index]
    // Edges have one more than the others, which end with their last bucket.
    const most = Math.min(count, column.length)
    let same = 0
    while (same < most && from + same < old.length && old[from + same] === column[same]) same++
    // What was known and is no more must not be kept with the rest.
    if (same < column.length || from + same < old.length) count = Math.min(count, same)
  })
  return { from, count }
}
