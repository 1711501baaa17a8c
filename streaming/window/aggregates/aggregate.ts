// What is folded per group. Each aggregate keeps arrays indexed by slot and folds a whole batch in one loop.
import type { TextColumn } from '../../decode/columns.ts'

/** State of an aggregate for the groups of one window, in the order of the window's groups. */
export type AggregateState =
  | { readonly kind: 'count'; readonly counts: Float64Array }
  | {
      readonly kind: 'sum'
      readonly sums: Float64Array
      readonly rest: readonly (readonly [number, bigint])[]
    }
  | { readonly kind: 'countDistinct'; readonly groups: Int32Array; readonly ids: Int32Array }

/** Turns codes of a column into ids that survive a restart, or back: the same array, changed. */
export type CodeMap = (
  column: TextColumn,
  codes: Int32Array<ArrayBuffer>,
) => Int32Array<ArrayBuffer>

export interface Aggregate {
  /** Prepares `slot` for a new group of the window that starts at `startMs`. */
  open(slot: number, startMs: number): void
  /** Folds event `rows[i]` into `slots[i]`, for i < count. */
  fold(rows: Int32Array, slots: Int32Array, count: number): void
  /** The value of a slot, as written to the point. */
  result(slot: number): number
  /** The window's groups are gone. */
  close(startMs: number): void
  save(slots: readonly number[], startMs: number, toId: CodeMap): AggregateState
  /** Inverse of `save`, for slots just opened. */
  load(state: AggregateState, slots: readonly number[], startMs: number, toCode: CodeMap): void
}

/** The array itself, or a longer copy when it has no element `slot`. */
export function roomFor(slot: number, array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  if (slot < array.length) return array
  const longer = new Float64Array(Math.max(slot + 1, array.length * 2))
  longer.set(array)
  return longer
}
