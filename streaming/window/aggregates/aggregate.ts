// What is folded per group. Each aggregate keeps arrays indexed by slot and folds a whole batch in one loop.
import type { TextColumn } from '../../decode/columns.ts'
import type { SideTable } from '../side-table.ts'

/** State of an aggregate for the groups of one window. The checkpoint knows its shape, never what it is of. */
export type AggregateState = NumbersState | BlocksState | PairsState

/** A number per group, in the order of the window's groups. */
export interface NumbersState {
  readonly shape: 'numbers'
  readonly numbers: Float64Array
  /** Of a few groups, by their place, what does not fit into a double. */
  readonly beyond: readonly (readonly [group: number, value: bigint])[]
}

/** Words per group, in the order of the window's groups: block i is words[ends[i - 1] .. ends[i]). */
export interface BlocksState {
  readonly shape: 'blocks'
  readonly words: Int32Array
  readonly ends: Int32Array
}

/** Pairs of a group and a code, which are only ever added to. */
export interface PairsState {
  readonly shape: 'pairs'
  /** Of each pair the slot that its group had when it was saved. */
  readonly slots: Int32Array
  readonly ids: Int32Array
}

/** The state, which must have this shape: an aggregate is given what one of its definition saved. */
export function ofShape<Shape extends AggregateState['shape']>(
  shape: Shape,
  state: AggregateState,
): Extract<AggregateState, { shape: Shape }> {
  if (state.shape !== shape) throw new Error(`expected a state of ${shape}, got ${state.shape}`)
  return state as Extract<AggregateState, { shape: Shape }>
}

/**
 * Turns codes of a column into ids that survive a restart, or back: another array, which may be filled later. So the codes
 * must not change any more.
 */
export type CodeMap = (column: TextColumn, codes: Int32Array) => Int32Array

/** Turns codes of a dictionary into those of another that has taken its place. */
export interface Recoding {
  /** Texts that are not there yet are added. */
  readonly toCodes: CodeMap
  /** ABSENT for texts that are not there. */
  readonly toKnown: CodeMap
}

/** Where saved groups of one window are added: slots that are open. */
export interface AbsorbingSlots {
  readonly startMs: number
  /** Of each saved group, in their order. */
  readonly slots: Int32Array
  /** Of each slot that a group had when it was saved. */
  readonly slotOf: Int32Array
}

/** What is folded. */
export interface Fold {
  /** Prepares `slot` for a new group. */
  open(slot: number): void
  /** Folds event `rows[i]` into `slots[i]`, for i < count: slots of the window that starts at `startMs`. */
  fold(rows: Int32Array, slots: Int32Array, count: number, startMs: number): void
  /** The window's groups are gone, and these were their slots. */
  close(startMs: number, slots: readonly number[]): void
  save(slots: Int32Array, startMs: number, toIds: CodeMap): AggregateState
  /** Adds what was saved to the slots that its groups have here. */
  absorb(state: AggregateState, into: AbsorbingSlots, toCodes: CodeMap): void
}

/** What is folded, where what windows before had matters: it is told when the points of a window are made. */
export interface FoldAcrossWindows extends Fold {
  /**
   * Points of the window's groups, which have these slots, are made next: because it closes, in the order of windows; or as
   * they stand, of all open windows one after the other.
   */
  tell(startMs: number, slots: readonly number[], isClosing: boolean): void
  /** What is kept beside windows. */
  saveBeside(toIds: CodeMap): SideTable
  absorbBeside(table: SideTable, toCodes: CodeMap): void
  forgetBeside(): void
}

/** What is folded for one value. */
export interface Aggregate extends Fold {
  /** The value of a slot, as written to the point; NaN: there is none. */
  result(slot: number): number
}

/** The elements of `array` at `places`, copied. */
export function gather(array: Float64Array, places: Int32Array): Float64Array<ArrayBuffer> {
  const elements = new Float64Array(places.length)
  for (let i = 0; i < places.length; i++) elements[i] = array[places[i]]
  return elements
}

/** The array itself, or a longer copy when it has no element `slot`. */
export function roomFor(slot: number, array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  if (slot < array.length) return array
  const longer = new Float64Array(Math.max(slot + 1, array.length * 2))
  longer.set(array)
  return longer
}

/** Blocks one after the other. */
export function blocksOf(blocks: readonly Int32Array[]): BlocksState {
  const ends = new Int32Array(blocks.length)
  let length = 0
  for (let i = 0; i < blocks.length; i++) ends[i] = length += blocks[i].length
  const words = new Int32Array(length)
  for (let i = 0; i < blocks.length; i++) words.set(blocks[i], i === 0 ? 0 : ends[i - 1])
  return { shape: 'blocks', words, ends }
}

/** Block `i`; a view. */
export const blockAt = ({ words, ends }: BlocksState, i: number): Int32Array =>
  words.subarray(i === 0 ? 0 : ends[i - 1], ends[i])
